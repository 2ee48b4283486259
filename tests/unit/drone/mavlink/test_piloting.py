"""The commands that fly: an honest result for good and bad ones."""

import math

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.state import Mode
from harness.drone.mavlink.commands import Command
from harness.drone.mavlink.geodesy import Home
from harness.drone.mavlink.piloting import Piloting

HOME = Home(latitude=35.0, longitude=139.0, altitude=40.0)
ACCEPTED, REJECTED, DENIED = 0, 1, 2
NAN = math.nan


@pytest.fixture
def flight(fakes):
    return fakes.FakeFlight()


@pytest.fixture
def run(flight):
    actions = Piloting(flight, HOME).actions

    def run(number, *values, **more):
        return actions[number](Command(number=number, values=(*values, *[0.0] * (7 - len(values))), **more))

    return run


def test_arm_and_disarm(run, flight):
    arm = mavlink.MAV_CMD_COMPONENT_ARM_DISARM
    assert run(arm, 1).result == ACCEPTED and flight.armed
    flight.position[2] = 5.0
    refused = run(arm, 0)
    assert (refused.result, refused.reason, flight.armed) == (REJECTED, "in flight", True)
    assert run(arm, 0, 21196).result == ACCEPTED and not flight.armed


@pytest.mark.parametrize("value", [2.0, -1.0, NAN, 0.5])
def test_arming_needs_one_or_nought(run, value):
    assert run(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, value).result == DENIED


def test_modes(run, flight):
    mode = mavlink.MAV_CMD_DO_SET_MODE
    assert run(mode, 1, 4).result == ACCEPTED and flight.mode is Mode.GUIDED
    assert run(mode, 1, 3).result == run(mode, 1, NAN).result == run(mode, 0, 6).result == DENIED
    assert run(mode, NAN, 6).result == DENIED
    assert run(mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH).result == ACCEPTED and flight.mode is Mode.RTL
    assert run(mavlink.MAV_CMD_NAV_LAND).result == ACCEPTED and flight.mode is Mode.LAND


def test_takeoff_height_is_above_home_in_either_frame(run, flight):
    flight.armed, flight.mode = True, Mode.GUIDED
    takeoff = mavlink.MAV_CMD_NAV_TAKEOFF
    assert run(takeoff, 0, 0, 0, 0, 0, 0, 12).result == ACCEPTED and flight.target[2] == 12
    assert run(takeoff, 0, 0, 0, 0, 0, 0, 55, frame=mavlink.MAV_FRAME_GLOBAL).result == ACCEPTED
    assert flight.target[2] == 15
    for height in (NAN, math.inf, -1.0, 0.0):
        assert run(takeoff, 0, 0, 0, 0, 0, 0, height).result == DENIED


def test_takeoff_refused_by_the_flight_part_carries_its_reason(run):
    outcome = run(mavlink.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, 0, 0, 0, 12)
    assert (outcome.result, outcome.reason) == (REJECTED, "take-off needs GUIDED and armed")


def test_speed(run):
    speed = mavlink.MAV_CMD_DO_CHANGE_SPEED
    assert [run(speed, 1, value).result for value in (5.0, 50.0, NAN, -1.0)] == [ACCEPTED, REJECTED, DENIED, DENIED]


def test_capabilities(run):
    assert run(mavlink.MAV_CMD_REQUEST_AUTOPILOT_CAPABILITIES, 1).send == ("AUTOPILOT_VERSION",)
