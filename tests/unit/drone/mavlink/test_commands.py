"""Commands of either message in one form."""

import math

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink import commands
from harness.drone.mavlink.commands import Command


def test_both_messages_give_seven_values():
    long = mavlink.MAVLink_command_long_message(1, 1, 22, 0, 1, 2, 3, 4, 5, 6, 7)
    scaled = mavlink.MAVLink_command_int_message(1, 1, 3, 22, 0, 0, 1, 2, 3, 4, 5, 6, 7)
    assert commands.read_values(long) == commands.read_values(scaled) == (1, 2, 3, 4, 5, 6, 7)


def test_a_place_is_in_degrees_in_either():
    plain = Command(number=1, values=(0, 0, 0, 0, 35.5, -10.25, 0))
    scaled = Command(number=1, values=(0, 0, 0, 0, 355_000_000, -102_500_000, 0), scaled=True)
    assert plain.place == (35.5, -10.25)
    assert scaled.place == pytest.approx(plain.place)


def test_a_place_left_open_in_command_int_is_not_a_number():
    command = Command(number=1, values=(0, 0, 0, 0, 2**31 - 1, 2**31 - 1, 0), scaled=True)
    assert all(map(math.isnan, command.place))


def test_outcomes():
    assert commands.flown("").result == mavlink.MAV_RESULT_ACCEPTED
    assert commands.flown("no").result == mavlink.MAV_RESULT_TEMPORARILY_REJECTED
    assert commands.denied("no").result == mavlink.MAV_RESULT_DENIED
    assert commands.unsupported(7).result == mavlink.MAV_RESULT_UNSUPPORTED
    assert "7" in commands.unsupported(7).reason
