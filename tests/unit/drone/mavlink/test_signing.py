"""The drone's own check of signatures, against pymavlink as the signer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.config import DEFAULT_EPOCH, Memory
from harness.drone.mavlink.signing import LAST_TIMESTAMP, SignatureCheck, Signatures, SigningTime

KEY = bytes(range(32))
BEAT = mavlink.MAVLink_heartbeat_message(6, 8, 0, 0, 4, 3)
STATUS = mavlink.MAVLink_statustext_message(4, b"a text")
LONG = mavlink.MAVLink_command_long_message(1, 1, 400, 0, 1, 0, 0, 0, 0, 0, 0)


class _Clock:
    time = 100.0

    def now(self):
        return self.time


@pytest.fixture
def clock():
    return _Clock()


@pytest.fixture
def memory():
    return Memory()


@pytest.fixture
def time(clock):
    return SigningTime(clock=clock, epoch=DEFAULT_EPOCH)


@pytest.fixture
def check(time, memory):
    return SignatureCheck(KEY, Signatures(time, memory))


def signed(timestamp, key=KEY, link=0, system=255):
    mav = mavlink.MAVLink(None, system, 190)
    mav.signing.secret_key, mav.signing.sign_outgoing = key, True
    mav.signing.timestamp, mav.signing.link_id = timestamp, link
    return bytes(BEAT.pack(mav))


def test_a_fresh_frame_is_obeyed_once(check, time):
    now = time.now()
    assert check.refusal(signed(now)) == ""
    assert check.refusal(signed(now)) == "stale signature"
    assert check.refusal(signed(now - 1)) == "stale signature"
    assert check.refusal(signed(now + 1)) == ""


def test_the_time_counts_ten_microseconds_since_2015(check, time):
    assert time.now() == round((DEFAULT_EPOCH - 1_420_070_400 + 100.0) * 1e5)


def test_each_stream_has_its_own_time(check, time):
    now = time.now()
    assert check.refusal(signed(now)) == ""
    assert check.refusal(signed(now - 5, link=1)) == ""
    assert check.refusal(signed(now - 9, system=7)) == ""


def test_a_new_stream_may_be_a_minute_late_and_not_more(check, time):
    now = time.now()
    assert check.refusal(signed(now - 61 * 100_000)) == "stale signature"
    assert check.refusal(signed(now - 59 * 100_000)) == ""


def test_unsigned_and_wrongly_signed_frames_are_refused(check, time):
    now = time.now()
    assert check.refusal(bytes(BEAT.pack(mavlink.MAVLink(None, 255, 190)))) == "unsigned"
    assert check.refusal(bytes(BEAT.pack(mavlink.MAVLink(None, 255, 190), force_mavlink1=True))) == "unsigned"
    assert check.refusal(signed(now, key=bytes(32))) == "wrong signature"
    good = signed(now)
    for at in range(10, len(good)):
        assert check.refusal(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]) == "wrong signature"
    assert check.refusal(good) == ""


def test_a_stranger_cannot_push_the_clock_of_a_stream(check, time):
    now = time.now()
    assert check.refusal(signed(now + 10**9, key=bytes(32))) == "wrong signature"
    assert check.refusal(signed(now)) == ""


def test_what_was_recorded_before_a_reboot_stays_stale(check, clock, memory, time):
    before = signed(time.now())
    assert check.refusal(before) == ""
    clock.time += 5
    again = SignatureCheck(KEY, Signatures(SigningTime(clock=clock, epoch=DEFAULT_EPOCH), memory))
    assert again.refusal(before) == "stale signature"


def test_after_an_orderly_stop_the_next_frame_is_obeyed(clock, memory, time):
    signatures = Signatures(time, memory)
    before = signed(time.now())
    assert SignatureCheck(KEY, signatures).refusal(before) == ""
    signatures.save()
    clock.time += 0.01
    again = SignatureCheck(KEY, Signatures(SigningTime(clock=clock, epoch=DEFAULT_EPOCH), memory))
    assert again.refusal(before) == "stale signature"
    assert again.refusal(signed(time.now())) == ""


def test_after_a_loss_of_power_nothing_older_is_obeyed_for_ten_seconds_at_most(check, clock, memory, time):
    frames = []
    for _ in range(100):
        clock.time += 0.37
        frames.append(signed(time.now()))
        assert check.refusal(frames[-1]) == ""
    after = SigningTime(clock=clock, epoch=DEFAULT_EPOCH)
    again = SignatureCheck(KEY, Signatures(after, memory))
    assert {again.refusal(frame) for frame in frames} == {"stale signature"}
    assert after.now() - time.now() <= 10 * 100_000
    assert again.refusal(signed(after.now() + 1)) == ""


def test_memory_is_written_every_ten_seconds_at_most(check, clock, memory, time):
    written = set()
    for _ in range(200):
        clock.time += 0.1
        check.refusal(signed(time.now()))
        check.stamp()
        written.add(memory.newest_signature)
        assert memory.newest_signature >= time.now()
    assert len(written) in (2, 3)


def test_accepted_frames_move_the_own_time_and_so_the_window(check, time):
    now = time.now()
    assert check.refusal(signed(now + 300 * 100_000)) == ""
    assert time.now() == now + 300 * 100_000
    assert check.refusal(signed(now + 100 * 100_000, link=9)) == "stale signature"
    assert check.refusal(signed(now + 250 * 100_000, link=9)) == ""


def test_stamps_rise_and_end_at_48_bits(check, time):
    first = check.stamp()
    assert first == time.now()
    assert [check.stamp(), check.stamp()] == [first + 1, first + 2]
    time.move_to(LAST_TIMESTAMP + 5)
    assert check.stamp() == check.stamp() == LAST_TIMESTAMP


def test_a_key_that_was_set_replaces_the_paired_one(check, memory, time):
    memory.signing_key = bytes(range(1, 33))
    now = time.now()
    assert check.refusal(signed(now)) == "wrong signature"
    assert check.refusal(signed(now, key=memory.signing_key)) == ""


def test_two_ports_share_the_times(time, memory):
    signatures = Signatures(time, memory)
    one, other = SignatureCheck(KEY, signatures), SignatureCheck(KEY, signatures)
    frame = signed(time.now())
    assert (one.refusal(frame), other.refusal(frame)) == ("", "stale signature")


@settings(max_examples=60)
@given(message=st.sampled_from([BEAT, STATUS, LONG]), v1=st.booleans(), link=st.integers(0, 255))
def test_a_frame_is_signed_anew_as_pymavlink_reads_it(message, v1, link):
    clock = _Clock()
    check = SignatureCheck(KEY, Signatures(SigningTime(clock=clock, epoch=DEFAULT_EPOCH), Memory()))
    sender = mavlink.MAVLink(None, 7, 8)
    sender.seq = 200
    frame = check.sign(bytes(message.pack(sender, force_mavlink1=v1)), link)
    reader = mavlink.MAVLink(None)
    reader.signing.secret_key = KEY
    reader.signing.timestamp = check.stamp() - 10
    (read,) = reader.parse_buffer(frame)
    assert (read.get_srcSystem(), read.get_srcComponent(), read.get_seq(), read.get_link_id()) == (7, 8, 200, link)
    assert read.get_signed() and read.to_dict() == message.to_dict()
    assert check.refusal(frame) == ""
    again = check.sign(frame, link)
    assert len(again) == len(frame) and again != frame


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_the_wrong_length_is_refused(time, length):
    with pytest.raises(ValueError, match="32 bytes"):
        SignatureCheck(bytes(length), Signatures(time, Memory()))
