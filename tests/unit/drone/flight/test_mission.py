import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.drone.flight.config import FlightConfig
from harness.drone.flight.craft import Craft
from harness.drone.flight.mission import Mission
from harness.drone.flight.missioncheck import NAVIGATION
from harness.drone.flight.orders import MissionItem, MissionState
from harness.drone.flight.state import Landed, Mode


def item(command, *values, place=None, **more):
    return MissionItem(command=command, values=(*values, *[0.0] * (4 - len(values))), place=place, **more)


UP, HOME = item(22, place=(0.0, 0.0, 10.0)), item(20)


def to(north, east, up=10.0, *values, **more):
    return item(16, *values, place=(north, east, up), **more)


@pytest.fixture
def begun(ready):
    """Makes a drone in AUTO, begun on the ground."""

    def make(*items, **settings):
        flight = ready(**settings)
        assert flight.load_mission(items) == ""
        assert flight.read_progress().state is MissionState.NOT_STARTED
        assert flight.arm() == "" and flight.set_mode(Mode.AUTO) == ""
        flight.take_messages()
        return flight

    return make


def reached(flight):
    return flight.read_progress().reached


def place(flight):
    m = flight.read_truth().motion
    return m.north, m.east, m.up


# --- flying ---------------------------------------------------------------------------------------------------------


def test_flies_from_take_off_to_landing_at_home(begun, fly_until, texts):
    flight = begun(UP, to(20.0, 0.0), to(20.0, 15.0, 14.0), HOME)
    at = {}
    fly_until(flight, lambda: at.setdefault(len(reached(flight)), place(flight)) and not flight.armed, within=120.0)
    assert flight.read_progress().state is MissionState.COMPLETE and reached(flight) == (0, 1, 2, 3)
    assert at[1][2] == pytest.approx(10.0, abs=0.8)
    assert math.dist(at[2], (20.0, 0.0, 10.0)) < 1.5 and math.dist(at[3], (20.0, 15.0, 14.0)) < 1.5
    assert math.dist(place(flight), (0.0, 0.0, 0.0)) < 1.0 and flight.landed is Landed.ON_GROUND
    assert texts(flight) == ["Disarming motors", "Mission complete"]


def test_the_first_item_to_be_flown_from_the_ground_is_a_take_off(ready):
    flight = ready()
    assert flight.set_mode(Mode.AUTO) == "Mode: no mission"
    flight.load_mission([item(178, 1.0, 5.0), to(20.0, 0.0)])
    flight.arm()
    assert flight.set_mode(Mode.AUTO) == "Mode: the mission must begin with a take-off"
    flight.load_mission([item(178, 1.0, 5.0), UP])
    assert flight.set_mode(Mode.AUTO) == ""


def test_in_the_air_it_may_begin_anywhere_and_then_waits_at_its_end(hovering, fly_until):
    flight = hovering()
    flight.load_mission([to(15.0, 0.0)])
    assert flight.set_mode(Mode.AUTO) == ""
    fly_until(flight, lambda: flight.read_progress().state is MissionState.COMPLETE, within=20.0)
    flight.advance(flight.now + 10.0)
    assert place(flight) == pytest.approx((15.0, 0.0, 10.0), abs=0.8) and flight.mode is Mode.AUTO


def test_the_acceptance_radius_and_the_hold_are_the_items(begun, fly_until):
    flight = begun(UP, to(30.0, 0.0, 10.0, 6.0, 8.0), to(30.0, 30.0))
    fly_until(flight, lambda: math.dist(place(flight), (30.0, 0.0, 10.0)) < 8.0, within=30.0)
    near = flight.now
    fly_until(flight, lambda: 1 in reached(flight), within=20.0)
    assert flight.now - near == pytest.approx(6.0, abs=0.3)


@pytest.mark.parametrize("radius", [8.0, -8.0])
def test_turns_about_a_place_in_its_sense(begun, fly_until, radius):
    flight = begun(UP, item(18, 1.0, 0.0, radius, place=(20.0, 0.0, 10.0)), item(17))
    on_circle, bearings = [], []
    fly_until(flight, lambda: math.hypot(place(flight)[0] - 20.0, place(flight)[1]) < 8.3, within=30.0)
    flight.advance(flight.now + 4.0)
    while 1 not in reached(flight):
        flight.advance(flight.now + 0.2)
        north, east, _ = place(flight)
        on_circle.append(math.hypot(north - 20.0, east))
        bearings.append(math.atan2(east, north - 20.0))
    assert max(abs(r - 8.0) for r in on_circle) < 0.8
    turned = sum(math.remainder(b - a, math.tau) for a, b in itertools.pairwise(bearings))
    assert math.copysign(1.0, turned) == math.copysign(1.0, radius) and 4.0 < abs(turned) < 6.5


def test_loiter_time_and_delay_take_their_time(begun, fly_until):
    flight = begun(UP, item(19, 5.0, place=(5.0, 0.0, 10.0)), item(93, 4.0), item(17))
    fly_until(flight, lambda: 0 in reached(flight), within=20.0)
    fly_until(flight, lambda: math.dist(place(flight), (5.0, 0.0, 10.0)) < 1.0, within=20.0)
    there = flight.now
    fly_until(flight, lambda: 1 in reached(flight), within=20.0)
    assert flight.now - there == pytest.approx(5.0, abs=0.4)
    loitered = flight.now
    fly_until(flight, lambda: 2 in reached(flight), within=20.0)
    assert flight.now - loitered == pytest.approx(4.0, abs=0.05)
    flight.advance(flight.now + 30.0)
    assert flight.read_progress().current == 3 and flight.read_progress().state is MissionState.ACTIVE


def test_lands_at_its_place_and_disarms(begun, fly_until):
    flight = begun(UP, item(21, place=(12.0, -5.0, 0.0)))
    fly_until(flight, lambda: not flight.armed, within=60.0)
    assert math.dist(place(flight), (12.0, -5.0, 0.0)) < 1.0 and reached(flight) == (0, 1)


def test_speed_and_heading_are_obeyed(begun, fly_until):
    flight = begun(UP, item(178, 1.0, 3.0), to(40.0, 0.0), item(115, 120.0), item(93, 5.0))
    fly_until(flight, lambda: place(flight)[0] > 20.0, within=30.0)
    assert flight.read_truth().motion.v_north == pytest.approx(3.0, abs=0.3)
    fly_until(flight, lambda: 4 in reached(flight), within=40.0)
    assert math.degrees(flight.read_truth().motion.yaw) == pytest.approx(120.0, abs=4.0)


def test_the_nose_goes_ahead_unless_the_item_or_the_drone_says_otherwise(begun):
    for settings_, param4, yaw in (({}, math.nan, 90.0), ({}, 45.0, 45.0), ({"face_ahead": False}, 0.0, 0.0)):
        flight = begun(UP, to(0.0, 60.0, 10.0, 0.0, 0.0, 0.0, param4), **settings_)
        flight.advance(flight.now + 15.0)
        assert math.degrees(flight.read_truth().motion.yaw) == pytest.approx(yaw, abs=4.0)


# --- what runs beside -----------------------------------------------------------------------------------------------


def test_payload_orders_come_once_and_at_their_time(begun, fly_until):
    trigger, photo, aim = item(206, 5.0), item(2000, 0.0, 0.0, 1.0), item(195, place=(9.0, 9.0, 0.0))
    flight = begun(trigger, UP, aim, item(114, 10.0), photo, to(40.0, 0.0), item(201))
    assert flight.take_payload_orders() == [trigger]
    fly_until(flight, lambda: place(flight)[0] > 2.0, within=30.0)
    assert flight.take_payload_orders() == [aim]
    fly_until(flight, lambda: place(flight)[0] > 29.0, within=30.0)
    assert flight.take_payload_orders() == []
    fly_until(flight, lambda: place(flight)[0] > 31.5, within=30.0)
    assert flight.take_payload_orders() == [photo]
    fly_until(flight, lambda: flight.read_progress().state is MissionState.COMPLETE, within=30.0)
    assert flight.take_payload_orders() == [item(201)]


def test_a_condition_delays_what_is_behind_it(begun, fly_until):
    flight = begun(UP, item(112, 3.0), item(203), to(40.0, 0.0))
    fly_until(flight, lambda: 0 in reached(flight), within=20.0)
    began = flight.now
    fly_until(flight, lambda: bool(flight.take_payload_orders()), within=10.0)
    assert flight.now - began == pytest.approx(3.0, abs=0.05)


def test_jumps_as_often_as_told(begun, fly_until):
    flight = begun(UP, to(5.0, 0.0), to(5.0, 5.0), item(177, 1.0, 2.0), item(21))
    fly_until(flight, lambda: not flight.armed, within=120.0)
    assert reached(flight) == (0, 1, 2, 1, 2, 1, 2, 4)


# --- orders in between ----------------------------------------------------------------------------------------------


def test_pauses_and_goes_on(begun):
    flight = begun(UP, to(60.0, 0.0))
    flight.advance(flight.now + 12.0)
    assert flight.pause(held=True) == "" and flight.read_progress().state is MissionState.PAUSED
    flight.advance(flight.now + 5.0)
    held = place(flight)
    flight.advance(flight.now + 5.0)
    assert math.dist(place(flight), held) < 0.7
    assert flight.pause(held=False) == ""
    flight.advance(flight.now + 15.0)
    assert place(flight) == pytest.approx((60.0, 0.0, 10.0), abs=1.0)


def test_another_mode_interrupts_and_auto_takes_up_the_item_again(begun):
    flight = begun(UP, to(30.0, 0.0), to(30.0, 30.0))
    flight.advance(flight.now + 10.0)
    flight.set_mode(Mode.GUIDED)
    assert flight.read_progress().state is MissionState.PAUSED and flight.read_progress().current == 1
    flight.advance(flight.now + 5.0)
    assert flight.set_mode(Mode.AUTO) == ""
    flight.advance(flight.now + 25.0)
    assert reached(flight) == (0, 1, 2)


def test_the_current_item_can_be_set(begun):
    flight = begun(UP, to(30.0, 0.0), to(0.0, 30.0), to(-10.0, 0.0))
    assert flight.set_current_item(4) == "Mission: there is no item 4"
    assert flight.set_current_item(-1) == "Mission: there is no item -1"
    flight.advance(flight.now + 8.0)
    assert flight.set_current_item(3) == "" and flight.read_progress().current == 3
    flight.advance(flight.now + 12.0)
    assert place(flight) == pytest.approx((-10.0, 0.0, 10.0), abs=1.0)
    assert reached(flight) == (0, 3)


def test_an_item_without_autocontinue_is_the_last_for_now(begun, fly_until):
    flight = begun(UP, to(10.0, 0.0, autocontinue=False), to(30.0, 0.0))
    fly_until(flight, lambda: flight.read_progress().state is MissionState.PAUSED, within=30.0)
    flight.advance(flight.now + 8.0)
    assert place(flight)[0] == pytest.approx(10.0, abs=2.5) and flight.read_progress().current == 2
    flight.pause(held=False)
    flight.advance(flight.now + 12.0)
    assert place(flight)[0] == pytest.approx(30.0, abs=1.0)


def test_a_mission_that_is_being_flown_is_not_replaced(begun):
    flight = begun(UP, to(30.0, 0.0))
    assert flight.load_mission([]) == "Mission: AUTO is flying it"
    flight.set_mode(Mode.GUIDED)
    assert flight.load_mission([to(1.0, 1.0), item(999)]) == "Mission: item 1: command 999 is not supported"
    assert flight.read_progress().state is MissionState.PAUSED  # the old one is still there
    assert flight.load_mission([]) == "" and flight.read_progress().state is MissionState.NO_MISSION


def test_a_flown_mission_can_be_flown_again(begun, fly_until):
    flight = begun(UP, item(21))
    for _ in range(2):
        fly_until(flight, lambda: not flight.armed, within=60.0)
        assert reached(flight) == (0, 1)
        flight.advance(flight.now + 2.0)
        flight.set_mode(Mode.GUIDED)
        assert flight.arm() == "" and flight.set_mode(Mode.AUTO) == ""
        assert reached(flight) == ()


def test_disarming_by_force_ends_the_flight_of_it(begun):
    flight = begun(UP, to(30.0, 0.0))
    flight.advance(flight.now + 6.0)
    assert flight.disarm(force=True) == ""
    assert flight.read_progress().state is MissionState.PAUSED


# --- whatever mission -----------------------------------------------------------------------------------------------

commands = st.sampled_from([16, 17, 18, 19, 20, 21, 22, 93, 112, 114, 115, 177, 178, 206])
some = st.builds(
    lambda command, a, b, north, up: item(command, float(a), float(b), place=(north, 0.0, up)),
    commands, st.integers(0, 5), st.integers(-1, 3), st.floats(-50, 50), st.floats(1.0, 60.0),
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(some, max_size=8), st.lists(st.integers(0, 9), max_size=6))
def test_no_accepted_mission_hangs_or_breaks(items, orders):
    craft = Craft(FlightConfig(), 0)
    mission = Mission(craft)
    if mission.load(items) or mission.start_problem():
        return
    craft.start_motors()
    craft.lift_off()
    mission.begin()
    for number in orders:
        mission.set_current(number)
        for _ in range(3):
            mission.fly()
            craft.now += 3.0
        progress = mission.read_progress()
        assert 0 <= progress.current < len(items)
        assert all(items[n].command in NAVIGATION for n in progress.reached)
