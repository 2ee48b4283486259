"""Attitude, position and speed: units, signs, and values that do not fit."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink
from pymavlink.quaternion import QuaternionBase

from harness.drone.mavlink.telemetry.motion import MotionTopic, _quaternion

ANGLE = st.floats(-3.1, 3.1)


@pytest.fixture
def motion(aircraft, panel):
    return panel(MotionTopic(aircraft), aircraft.clock)


def test_positions_and_signs(motion):
    ned = motion.message("LOCAL_POSITION_NED")
    assert (ned.x, ned.y, ned.z, ned.time_boot_ms) == (10.0, -20.0, -30.0, 12_500)
    world = motion.message("GLOBAL_POSITION_INT")
    assert (world.alt, world.relative_alt, world.hdg) == (70_000, 30_000, 27_000)
    assert world.lat == pytest.approx(350_000_000 + 10 / 0.0111318845, abs=2)
    assert world.lon < 1_390_000_000


def test_heading_and_throttle(motion):
    hud = motion.message("VFR_HUD")
    assert (hud.throttle, hud.heading, hud.alt) == (50, 270, 70.0)


def test_wind_is_told_by_where_it_comes_from(motion, aircraft):
    wind = motion.message("WIND")
    assert wind.speed == pytest.approx(5.0)
    # 3 m/s to the north and 4 to the east come from the south-west
    assert wind.direction % 360 == pytest.approx(180 + math.degrees(math.atan2(4, 3)))


@given(ANGLE, st.floats(-1.5, 1.5), ANGLE)
def test_the_quaternion_is_that_of_pymavlink(roll, pitch, yaw):
    expected = QuaternionBase([roll, pitch, yaw]).q
    ours = _quaternion(roll, pitch, yaw)
    sign = math.copysign(1.0, sum(a * b for a, b in zip(ours, expected, strict=True)))
    assert [sign * each for each in ours] == pytest.approx(list(expected), abs=1e-9)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e12])
def test_a_lost_estimate_is_still_packed(motion, aircraft, value):
    angle = 0.0 if math.isinf(value) else value
    lost = aircraft.flight.read_estimate()._replace(north=value, up=value, v_north=value, yaw=angle)
    aircraft.flight.read_estimate = lambda: lost
    for name in motion.names:
        motion.message(name).pack(mavlink.MAVLink(None, 1, 1))
