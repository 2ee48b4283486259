"""The commands that fly: an honest result for good and bad ones."""

import math

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.state import Mode
from harness.drone.mavlink.commands import Command
from harness.drone.mavlink.geodesy import Home
from harness.drone.mavlink.piloting import Piloting
from harness.drone.mavlink.setpoints import SetPoints

HOME = Home(latitude=35.0, longitude=139.0, altitude=40.0)
ACCEPTED, REJECTED, DENIED = 0, 1, 2
NAN = math.nan


@pytest.fixture
def flight(fakes):
    return fakes.FakeFlight()


class Post:
    def __init__(self):
        self.said = []

    def say(self, severity, text):
        self.said.append(text)


@pytest.fixture
def post():
    return Post()


@pytest.fixture
def run(flight, post):
    set_points = SetPoints(flight, HOME)
    piloting = Piloting(flight, HOME, set_points)
    piloting.start(post)

    def run(number, *values, **more):
        return piloting.actions[number](Command(number=number, values=(*values, *[0.0] * (7 - len(values))), **more))

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
    assert run(mode, 1, 1).result == run(mode, 1, NAN).result == run(mode, 0, 6).result == DENIED
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


def test_a_type_of_speed_that_a_copter_has_not_is_denied(run):
    assert run(mavlink.MAV_CMD_DO_CHANGE_SPEED, 3, 5.0).result == DENIED


def test_checks_before_arming_are_said(run, flight, post):
    check = mavlink.MAV_CMD_RUN_PREARM_CHECKS
    assert run(check).result == ACCEPTED and post.said == ["PreArm: settling"]
    flight.now = 5.0
    assert run(check).result == ACCEPTED and len(post.said) == 1
    flight.armed = True
    assert run(check).result == REJECTED


def place(run, where, *values, frame=6, scaled=True):
    scale = 1e7 if scaled else 1
    first = (*values, *[0.0] * (4 - len(values)))
    where = (where[0] * scale, where[1] * scale, where[2])
    return run(mavlink.MAV_CMD_DO_REPOSITION, *first, *where, frame=frame, scaled=scaled)


def test_repositioning_flies_to_a_place(run, flight):
    assert place(run, (35.001, 139.0, 30), -1).result == REJECTED
    assert place(run, (35.001, 139.0, 30), -1, 1, 0, NAN).result == ACCEPTED
    assert flight.mode is Mode.GUIDED
    assert flight.steered[-1].place == pytest.approx((111.3, 0.0, 30.0), abs=0.1) and flight.steered[-1].yaw is None
    assert place(run, (35.0, 139.0, 70), 4, 0, 0, 0.5, frame=0, scaled=False).result == ACCEPTED
    assert flight.steered[-1].place == pytest.approx((0.0, 0.0, 30.0), abs=0.1) and flight.steered[-1].yaw == 0.5
    assert place(run, (35.0, 139.0, 30), 99).result == REJECTED


@pytest.mark.parametrize(
    ("where", "frame"),
    [((95.0, 139.0, 30), 6), ((35.0, NAN, 30), 6), ((35.0, 139.0, math.inf), 6), ((35.0, 139.0, 30), 11)],
)
def test_a_place_that_is_none_is_denied(run, flight, where, frame):
    flight.mode = Mode.GUIDED
    assert place(run, where, frame=frame, scaled=False).result == DENIED
    assert flight.steered == []


def test_turning_keeps_the_place(run, flight):
    flight.mode, flight.position, flight.yaw = Mode.GUIDED, [1.0, 2.0, 3.0], 0.1
    turn = mavlink.MAV_CMD_CONDITION_YAW
    assert run(turn, 90).result == ACCEPTED
    assert flight.steered[-1].yaw == pytest.approx(math.pi / 2) and flight.steered[-1].place == (1.0, 2.0, 3.0)
    flight.yaw = 0.1
    assert run(turn, 90, 0, -1, 1).result == ACCEPTED
    assert flight.steered[-1].yaw == pytest.approx(0.1 - math.pi / 2)
    assert run(turn, NAN).result == run(turn, 5, 0, 0, 2).result == DENIED


def test_a_mission_is_started_only_when_there_is_one(run, flight):
    start = mavlink.MAV_CMD_MISSION_START
    assert run(start).reason == "Mission: there is none"
    flight.load_mission([object()] * 3)
    assert run(start, 7).result == REJECTED
    flown = run(start, 2)
    assert flight.progress.current == 2
    assert flown.result == ACCEPTED and flight.mode is Mode.AUTO


def test_the_current_item_is_set(run, flight):
    flight.load_mission([object()] * 3)
    current = mavlink.MAV_CMD_DO_SET_MISSION_CURRENT
    assert run(current, 2).result == ACCEPTED and flight.progress.current == 2
    assert run(current, -1).result == ACCEPTED and flight.progress.current == 2
    assert run(current, -1, 1).result == ACCEPTED and flight.progress.current == 0
    assert run(current, 9).result == REJECTED
    assert run(current, NAN).result == run(current, 1.5).result == run(current, -2).result == DENIED


def test_pausing(run, flight):
    pause = mavlink.MAV_CMD_DO_PAUSE_CONTINUE
    assert run(pause, 0).result == REJECTED
    flight.mode = Mode.GUIDED
    assert run(pause, 0).result == ACCEPTED and flight.held
    assert run(pause, 1).result == ACCEPTED and not flight.held
    assert run(pause, NAN).result == run(pause, 2).result == DENIED


def test_termination_stops_the_motors_in_the_air(run, flight, post):
    flight.armed, flight.position = True, [0.0, 0.0, 9.0]
    terminate = mavlink.MAV_CMD_DO_FLIGHTTERMINATION
    assert run(terminate, 0).result == DENIED and flight.armed
    assert run(terminate, 1).result == ACCEPTED and not flight.armed
    assert post.said == ["Flight terminated"]
