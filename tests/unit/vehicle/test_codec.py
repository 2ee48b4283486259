"""The client's codec: signing both ways, refusals counted, nothing raises."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.vehicle.codec import Codec, Identity, is_intact, message_id

BEAT = mavlink.MAVLink_heartbeat_message(6, 8, 0, 0, 4, 3)


class _Clock:
    time = 50.0

    def now(self):
        return self.time


def test_a_round_trip_with_and_without_a_key(fakes):
    for key in (None, fakes.KEY):
        sender, receiver = (Codec(Identity(key=key, system=9), _Clock()) for _ in range(2))
        (incoming,) = receiver.decode(frame := sender.encode(BEAT))
        assert (incoming.system, incoming.message.get_srcSystem(), incoming.frame) == (9, 9, frame)


def test_sequence_numbers_wrap():
    codec = Codec(Identity(), _Clock())
    assert [codec.encode(BEAT)[4] for _ in range(258)][-3:] == [255, 0, 1]


def test_a_frame_sealed_again_is_fresh(fakes):
    sender, receiver = (Codec(Identity(key=fakes.KEY), _Clock()) for _ in range(2))
    frame = sender.encode(BEAT)
    assert len(receiver.decode(frame)) == 1 and receiver.decode(frame) == []
    assert len(receiver.decode(sender.seal(frame))) == len(receiver.decode(sender.seal(frame))) == 1
    assert Codec(Identity(), _Clock()).seal(frame) == frame


def test_what_is_not_signed_or_wrongly_signed_is_counted(fakes):
    receiver = Codec(Identity(key=fakes.KEY), _Clock())
    assert receiver.decode(Codec(Identity(), _Clock()).encode(BEAT)) == []
    assert receiver.decode(Codec(Identity(key=bytes(32)), _Clock()).encode(BEAT)) == []
    assert receiver.refused == {"Invalid signature": 2}


def test_the_check_holds_when_pymavlinks_own_is_switched_off(monkeypatch):
    monkeypatch.setattr(mavlink, "MAVLINK_IGNORE_CRC", 1)
    bad = bytearray(Codec(Identity(), _Clock()).encode(BEAT))
    bad[10] ^= 1
    receiver = Codec(Identity(), _Clock())
    assert receiver.decode(bytes(bad)) == []
    assert sum(receiver.refused.values()) == 1


def test_the_key_is_not_printed(fakes):
    assert "key" not in repr(Identity(key=fakes.KEY))


@pytest.mark.parametrize("v1", [True, False])
def test_frame_facts(v1):
    frame = bytes(BEAT.pack(mavlink.MAVLink(None, 1, 1), force_mavlink1=v1))
    assert message_id(frame) == 0 and is_intact(frame)
    assert not is_intact(frame[:-1] + bytes([frame[-1] ^ 1]))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(max_size=300), max_size=6), st.sampled_from([None, bytes(32)]))
def test_noise_never_raises(pieces, key):
    codec = Codec(Identity(key=key), _Clock())
    for piece in pieces:
        assert all(incoming.message for incoming in codec.decode(piece))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(mavlink.mavlink_map)), st.binary(max_size=255))
def test_any_payload_of_any_message_is_read_without_raising(number, payload):
    head = bytes([len(payload), 0, 0, 0, 1, 1]) + number.to_bytes(3, "little")
    crc = mavlink.x25crc(head + payload + bytes([mavlink.mavlink_map[number].crc_extra])).crc
    codec = Codec(Identity(), _Clock())
    (incoming,) = codec.decode(b"\xfd" + head + payload + crc.to_bytes(2, "little"))
    assert incoming.message.get_type() == incoming.kind
    assert (incoming.message.get_srcSystem(), incoming.message.get_srcComponent()) == (1, 1)
