"""Position targets: what is flown to, and what is refused."""

import math

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.state import Mode
from harness.drone.mavlink import setpoints
from harness.drone.mavlink.geodesy import Home

HOME = Home(latitude=35.0, longitude=139.0, altitude=40.0)
POSITION = 0b1101_1111_1000


@pytest.fixture
def flight(fakes):
    flight = fakes.FakeFlight()
    flight.mode = Mode.GUIDED
    return flight


def local(point=(1.0, 2.0, -3.0), mask=POSITION, frame=mavlink.MAV_FRAME_LOCAL_NED, yaw=0.0):
    return mavlink.MAVLink_set_position_target_local_ned_message(0, 1, 1, frame, mask, *point, 0, 0, 0, 0, 0, 0, yaw, 0)


def world(latitude, alt, frame):
    return mavlink.MAVLink_set_position_target_global_int_message(
        0, 1, 1, frame, POSITION, round(latitude * 1e7), round(139e7), alt, 0, 0, 0, 0, 0, 0, 0, 0
    )


def test_a_local_target_is_metres_from_home_and_down_is_negative_up(flight):
    assert setpoints.obey_local(flight, local()) == ""
    assert flight.target == [1.0, 2.0, 3.0]
    assert flight.yaw == 0.0
    assert setpoints.obey_local(flight, local(mask=POSITION & ~0x400, yaw=1.5)) == ""
    assert flight.yaw == 1.5


@pytest.mark.parametrize(("frame", "alt"), [(3, 30.0), (6, 30.0), (0, 70.0), (5, 70.0)])
def test_a_global_target_in_every_frame(flight, frame, alt):
    assert setpoints.obey_global(flight, world(35.001, alt, frame), HOME) == ""
    assert flight.target == pytest.approx([111.3, 0.0, 30.0], abs=0.1)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (local((math.nan, 2.0, -3.0)), "not a number"),
        (local((1.0, 2.0, math.inf)), "not a number"),
        (local(mask=POSITION & ~0x400, yaw=math.nan), "not a number"),
        (local(mask=POSITION | 1), "needs a position"),
        (local(mask=0b1101_1100_0000), "only positions"),
        (local(mask=0b1100_0011_1000), "only positions"),
        (local(frame=mavlink.MAV_FRAME_BODY_NED), "frame 8"),
    ],
)
def test_what_is_refused_moves_nothing(flight, message, reason):
    assert reason in setpoints.obey_local(flight, message)
    assert flight.target == [0.0, 0.0, 0.0]


def test_a_global_target_in_a_foreign_frame_is_refused(flight):
    assert "frame 1" in setpoints.obey_global(flight, world(35.0, 30.0, 1), HOME)


def test_outside_guided_the_flight_part_refuses(flight):
    flight.mode = Mode.LAND
    assert setpoints.obey_local(flight, local()) == "target: not in GUIDED"
