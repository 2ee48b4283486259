"""Message rates: asked for, changed, told."""

import math

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.commands import Command
from harness.drone.mavlink.rates import Rates
from harness.drone.mavlink.reports import Reports
from harness.drone.mavlink.streams import Streams
from harness.timing import run_for

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


def request(group, rate, start=1):
    return mavlink.MAVLink_request_data_stream_message(1, 1, group, rate, start)


def counted(bench, usb, seconds=2.0):
    usb.came.clear()
    run_for(bench.world, seconds)
    return {name: len(usb.of(name)) for name in ("ATTITUDE", "GLOBAL_POSITION_INT", "RC_CHANNELS", "WIND", "HEARTBEAT")}


def test_groups_of_messages_are_streamed_as_a_station_asks(bench, usb):
    usb.tell(request(mavlink.MAV_DATA_STREAM_EXTRA1, 25))
    usb.tell(request(mavlink.MAV_DATA_STREAM_RC_CHANNELS, 2))
    counts = counted(bench, usb)
    assert (counts["ATTITUDE"], counts["GLOBAL_POSITION_INT"], counts["RC_CHANNELS"]) == (50, 20, 4)
    usb.tell(request(mavlink.MAV_DATA_STREAM_ALL, 4))
    expected = {"ATTITUDE": 8, "GLOBAL_POSITION_INT": 8, "RC_CHANNELS": 8, "WIND": 8, "HEARTBEAT": 2}
    assert counted(bench, usb) == expected
    usb.tell(request(mavlink.MAV_DATA_STREAM_POSITION, 4, start=0))
    assert counted(bench, usb) == expected | {"GLOBAL_POSITION_INT": 0}


@pytest.mark.parametrize(("group", "rate"), [(99, 10), (mavlink.MAV_DATA_STREAM_EXTRA1, 65_535)])
def test_strange_requests_do_no_harm(bench, usb, group, rate):
    usb.tell(request(group, rate))
    assert counted(bench, usb, 1.0)["ATTITUDE"] <= 251
