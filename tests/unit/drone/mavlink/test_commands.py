"""Commands one by one: an honest result for good, bad and unknown ones."""

import math

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.state import Mode
from harness.drone.mavlink.commands import Command, Commands
from harness.drone.mavlink.config import DEFAULT_RATES, MavlinkConfig
from harness.drone.mavlink.geodesy import Home
from harness.drone.mavlink.reporter import Reporter
from harness.drone.mavlink.streams import Streams

HOME = Home(latitude=35.0, longitude=139.0, altitude=40.0)
ACCEPTED, REJECTED, DENIED, UNSUPPORTED = 0, 1, 2, 3
NAN = math.nan


@pytest.fixture
def flight(fakes):
    return fakes.FakeFlight()


@pytest.fixture
def streams(fakes):
    world = fakes.FakeWorld()
    return Streams(world, world.schedule, lambda names: None)


@pytest.fixture
def run(flight, fakes, streams):
    commands = Commands(flight, Reporter(flight, fakes.FakeWorld(), MavlinkConfig(), HOME), HOME)

    def run(number, *values, **more):
        padded = (*values, *[0.0] * (7 - len(values)))
        return commands.run(Command(number=number, values=padded, streams=streams, default_rates=DEFAULT_RATES, **more))

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
    assert run(mode, 1, 7).result == run(mode, 1, NAN).result == run(mode, 0, 6).result == DENIED
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


def test_request_message(run):
    request = mavlink.MAV_CMD_REQUEST_MESSAGE
    assert run(request, 148).send == ("AUTOPILOT_VERSION",)
    assert run(request, 99_999).result == run(request, NAN).result == DENIED
    assert run(mavlink.MAV_CMD_REQUEST_AUTOPILOT_CAPABILITIES, 1).send == ("AUTOPILOT_VERSION",)


def test_message_interval(run, streams):
    interval, attitude = mavlink.MAV_CMD_SET_MESSAGE_INTERVAL, mavlink.MAVLINK_MSG_ID_ATTITUDE
    assert run(interval, attitude, 20_000).result == ACCEPTED
    assert streams.interval("ATTITUDE") == pytest.approx(0.02)
    assert run(interval, attitude, 10).result == run(interval, attitude, NAN).result == DENIED
    assert run(interval, 99_999, 20_000).result == DENIED
    assert run(interval, attitude, 0).result == ACCEPTED
    assert streams.interval("ATTITUDE") == pytest.approx(0.1)
    assert run(interval, attitude, -1).result == ACCEPTED
    assert streams.interval("ATTITUDE") is None
    assert run(interval, mavlink.MAVLINK_MSG_ID_AUTOPILOT_VERSION, 0).result == ACCEPTED


def test_an_unknown_command_is_unsupported(run):
    assert run(31_999).result == UNSUPPORTED
