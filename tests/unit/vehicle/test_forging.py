"""Forged frames are what they say, by pymavlink's own reading and by the article's."""

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.vehicle.codec import is_intact
from harness.vehicle.forging import Seal, arm, broken, pack, set_key, set_mode, set_parameter

KEY, TARGET, NOW = bytes(range(32)), (1, 1), 1_767_225_600.0
MESSAGES = [arm(TARGET, on=True), set_mode(TARGET, 4), set_parameter(TARGET, "P", 3.0), set_key(TARGET, KEY, NOW)]


def reader(key=KEY):
    mav = mavlink.MAVLink(None)
    mav.signing.secret_key = key
    mav.signing.timestamp = round((NOW - 1_420_070_400) * 1e5)
    mav.robust_parsing = False
    return mav


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.get_type())
def test_a_sealed_frame_is_read_with_its_key_and_with_no_other(message):
    frame = pack(message, Seal(key=KEY, link=7, time=NOW))
    assert is_intact(frame) and frame[-13] == 7
    (read,) = reader().parse_buffer(bytearray(frame))
    assert read.get_type() == message.get_type() and read.get_srcSystem() == 255
    with pytest.raises(mavlink.MAVError):
        reader(bytes(32)[:-1] + b"x").parse_buffer(bytearray(frame))


def test_one_bit_of_the_signature_is_enough_and_leaves_the_checksum():
    frame = broken(pack(MESSAGES[0], Seal(key=KEY, link=0, time=NOW)))
    assert is_intact(frame)
    with pytest.raises(mavlink.MAVError):
        reader().parse_buffer(bytearray(frame))


@pytest.mark.parametrize("back", [120.0, 30.0])
def test_the_time_is_the_one_asked_for(back):
    frame = pack(MESSAGES[0], Seal(key=KEY, link=0, time=NOW - back))
    assert int.from_bytes(frame[-12:-6], "little") == round((NOW - back - 1_420_070_400) * 1e5)


def test_without_a_seal_nothing_is_signed_and_the_old_version_is_the_old_one():
    assert pack(MESSAGES[0], None)[:1] == b"\xfd" and not pack(MESSAGES[0], None)[2] & 1
    assert pack(MESSAGES[0], None, old=True)[0] == 0xFE
    assert pack(MESSAGES[0], None, system=42)[5] == 42


def test_a_key_is_in_no_repr():
    assert "key" not in repr(Seal(key=KEY, link=0, time=NOW))
