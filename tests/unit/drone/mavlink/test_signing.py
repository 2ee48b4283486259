"""The drone's own check of signatures, against pymavlink as the signer."""

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.config import DEFAULT_EPOCH, Memory
from harness.drone.mavlink.signing import SignatureCheck, SigningTime

KEY = bytes(range(32))
BEAT = mavlink.MAVLink_heartbeat_message(6, 8, 0, 0, 4, 3)


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
def check(clock, memory):
    return SignatureCheck(key=KEY, time=SigningTime(clock=clock, epoch=DEFAULT_EPOCH), memory=memory)


def signed(timestamp, key=KEY, link=0, system=255):
    mav = mavlink.MAVLink(None, system, 190)
    mav.signing.secret_key, mav.signing.sign_outgoing = key, True
    mav.signing.timestamp, mav.signing.link_id = timestamp, link
    return bytes(BEAT.pack(mav))


def test_a_fresh_frame_is_obeyed_once(check):
    now = check.time.now()
    assert check.refusal(signed(now)) == ""
    assert check.refusal(signed(now)) == "stale signature"
    assert check.refusal(signed(now - 1)) == "stale signature"
    assert check.refusal(signed(now + 1)) == ""


def test_the_time_counts_ten_microseconds_since_2015(check):
    assert check.time.now() == round((DEFAULT_EPOCH - 1_420_070_400 + 100.0) * 1e5)


def test_each_stream_has_its_own_time(check):
    now = check.time.now()
    assert check.refusal(signed(now)) == ""
    assert check.refusal(signed(now - 5, link=1)) == ""
    assert check.refusal(signed(now - 9, system=7)) == ""


def test_a_new_stream_may_be_a_minute_late_and_not_more(check):
    now = check.time.now()
    assert check.refusal(signed(now - 61 * 100_000)) == "stale signature"
    assert check.refusal(signed(now - 59 * 100_000)) == ""


def test_unsigned_and_wrongly_signed_frames_are_refused(check):
    now = check.time.now()
    assert check.refusal(bytes(BEAT.pack(mavlink.MAVLink(None, 255, 190)))) == "unsigned"
    assert check.refusal(bytes(BEAT.pack(mavlink.MAVLink(None, 255, 190), force_mavlink1=True))) == "unsigned"
    assert check.refusal(signed(now, key=bytes(32))) == "wrong signature"
    good = signed(now)
    for at in range(10, len(good)):
        assert check.refusal(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]) == "wrong signature"
    assert check.refusal(good) == ""


def test_a_stranger_cannot_push_the_clock_of_a_stream(check):
    now = check.time.now()
    assert check.refusal(signed(now + 10**9, key=bytes(32))) == "wrong signature"
    assert check.refusal(signed(now)) == ""


def test_what_was_recorded_before_a_reboot_stays_stale(check, clock, memory):
    before = signed(check.time.now())
    assert check.refusal(before) == ""
    clock.time += 5
    again = SignatureCheck(key=KEY, time=check.time, memory=memory)
    assert again.refusal(before) == "stale signature"
    assert again.refusal(signed(check.time.now())) == ""


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_the_wrong_length_is_refused(check, length):
    with pytest.raises(ValueError, match="32 bytes"):
        SignatureCheck(key=bytes(length), time=check.time, memory=Memory())
