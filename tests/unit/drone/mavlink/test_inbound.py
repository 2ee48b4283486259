"""The parser of a port: what it lets through, and that nothing makes it raise."""

from hypothesis import given, settings
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.inbound import Inbound

BEAT = mavlink.MAVLink_heartbeat_message(6, 8, 0, 7, 4, 3)


def frame(message=BEAT, v1=False):
    return bytes(message.pack(mavlink.MAVLink(None, 255, 190), force_mavlink1=v1))


def names(decoded):
    return [message.get_type() for message, _ in decoded]


def test_both_versions_are_taken():
    inbound = Inbound(True, None)
    assert names(inbound.feed(frame() + frame(v1=True))) == ["HEARTBEAT"] * 2
    assert not inbound.refused


def test_a_wrong_checksum_is_refused_and_the_defect_obeys_it():
    bad = bytearray(frame())
    bad[10] ^= 8  # custom_mode
    strict, lax = Inbound(True, None), Inbound(False, None)
    assert strict.feed(bytes(bad)) == []
    assert strict.refused == {"wrong checksum": 1}
    assert [message.custom_mode for message, _ in lax.feed(bytes(bad))] == [7 ^ 8]


def test_the_check_holds_when_pymavlinks_own_is_switched_off(monkeypatch):
    monkeypatch.setattr(mavlink, "MAVLINK_IGNORE_CRC", 1)
    bad = bytearray(frame())
    bad[10] ^= 8
    assert Inbound(True, None).feed(bytes(bad)) == []


def test_unknown_messages_and_flags_are_refused():
    inbound = Inbound(False, None)
    unknown, flagged = bytearray(frame()), bytearray(frame())
    unknown[7:10] = b"\xff\xff\xff"
    flagged[2] = 0x02
    assert inbound.feed(bytes(unknown) + bytes(flagged)) == []
    assert inbound.refused["unknown message"] == 1
    assert inbound.refused["unknown incompatibility flag"] == 1


@settings(max_examples=150, deadline=None)
@given(
    pieces=st.lists(st.one_of(st.binary(max_size=300), st.just(frame())), max_size=10),
    check_crc=st.booleans(),
)
def test_nothing_that_comes_in_raises(pieces, check_crc):
    inbound = Inbound(check_crc, None)
    for piece in pieces:
        inbound.feed(piece)


@settings(max_examples=150, deadline=None)
@given(
    number=st.sampled_from(sorted(mavlink.mavlink_map)),
    payload=st.binary(max_size=255),
    flags=st.sampled_from([0, 1]),
)
def test_any_payload_of_any_message_is_read_without_raising(number, payload, flags):
    head = bytes([0xFD, len(payload), flags, 0, 0, 255, 190]) + number.to_bytes(3, "little")
    Inbound(False, None).feed(head + payload + bytes(2 + 13 * flags))
