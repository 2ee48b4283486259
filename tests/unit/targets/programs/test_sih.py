import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.targets.programs.sih import EAST, NORTH, SIH, from_parameters, to_parameters

speeds = st.floats(-20.0, 20.0)


@given(speeds, speeds)
def test_a_level_wind_comes_back_from_the_parameters_as_it_was(north, east):
    assert from_parameters(to_parameters([north, east, 0.0])) == pytest.approx((north, east, 0.0), abs=1e-5)


def test_the_words_are_those_of_a_wind_from_somewhere():
    assert to_parameters([-8.0, 3.0, 1.0]) == {NORTH: 8.0, EAST: -3.0}
    assert math.copysign(1.0, to_parameters([0.0, 0.0, 0.0])[NORTH]) == 1.0


def test_the_truth_is_in_metres_and_radians():
    half = math.sqrt(0.5)
    told = mavlink.MAVLink_hil_state_quaternion_message(
        0, [half, 0, 0, half], 0.1, 0.2, 0.3, 350_000_100, 1_390_000_000, 52_500, 100, -200, 50, 0, 0, 0, 0, 0
    )
    motion = SIH.read_motion({"HIL_STATE_QUATERNION": told}, (35.0, 139.0, 40.0), 111_195.0, 7.0)
    assert (motion.time, motion.north, motion.east) == (7.0, pytest.approx(1.112, abs=1e-3), pytest.approx(0.0))
    assert (motion.up, motion.v_north, motion.v_east, motion.v_up) == pytest.approx((12.5, 1.0, -2.0, -0.5))
    assert (motion.roll, motion.pitch, motion.yaw) == pytest.approx((0.0, 0.0, math.pi / 2))
    assert (motion.p, motion.q, motion.r) == (0.1, 0.2, 0.3)


def test_motors_are_the_first_four_controls():
    told = mavlink.MAVLink_hil_actuator_controls_message(0, [0.25, 0.5, 1.5, -1.0, *[9.0] * 12], 0, 1)
    assert SIH.read_motors({"HIL_ACTUATOR_CONTROLS": told}) == (0.25, 0.5, 1.0, 0.0)
