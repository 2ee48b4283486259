"""Message rates: asked for, changed, told."""

import math

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.commands import Command
from harness.drone.mavlink.rates import Rates
from harness.drone.mavlink.reports import Reports
from harness.drone.mavlink.streams import Streams

ACCEPTED, DENIED = 0, 2
NAN = math.nan


@pytest.fixture
def streams(fakes):
    world = fakes.FakeWorld()
    return Streams(world, world.schedule, lambda topics: None)


@pytest.fixture
def run(fakes, streams):
    reports = Reports(fakes.FakeWorld())
    reports.add(1, dict.fromkeys(("ATTITUDE", "AUTOPILOT_VERSION"), lambda: None))
    rates = Rates(reports, lambda channel: streams)
    rates.defaults[1, "ATTITUDE"] = 10.0

    def run(number, *values):
        padded = (*values, *[0.0] * (7 - len(values)))
        return rates.actions[number](Command(number=number, values=padded, channel="the only one"))

    return run


def test_request_message(run):
    request = mavlink.MAV_CMD_REQUEST_MESSAGE
    assert run(request, 148).send == ("AUTOPILOT_VERSION",)
    assert run(request, 99_999).result == run(request, NAN).result == DENIED


def test_message_interval(run, streams):
    interval, attitude = mavlink.MAV_CMD_SET_MESSAGE_INTERVAL, mavlink.MAVLINK_MSG_ID_ATTITUDE
    assert run(interval, attitude, 20_000).result == ACCEPTED
    assert streams.interval((1, "ATTITUDE")) == pytest.approx(0.02)
    assert run(interval, attitude, 10).result == run(interval, attitude, NAN).result == DENIED
    assert run(interval, 99_999, 20_000).result == DENIED
    assert run(interval, attitude, 0).result == ACCEPTED
    assert streams.interval((1, "ATTITUDE")) == pytest.approx(0.1)
    assert run(interval, attitude, -1).result == ACCEPTED
    assert streams.interval((1, "ATTITUDE")) is None
    assert run(interval, mavlink.MAVLINK_MSG_ID_AUTOPILOT_VERSION, 0).result == ACCEPTED


def test_the_interval_is_told(run):
    get, request = mavlink.MAV_CMD_GET_MESSAGE_INTERVAL, mavlink.MAV_CMD_REQUEST_MESSAGE
    told = [run(get, number).messages[0].interval_us for number in (30, 148, 77, NAN)]
    run(mavlink.MAV_CMD_SET_MESSAGE_INTERVAL, 30, 20_000)
    told += [run(get, 30).messages[0].interval_us, run(request, 244, 30).messages[0].interval_us]
    assert told == [-1, -1, 0, 0, 20_000, 20_000]
