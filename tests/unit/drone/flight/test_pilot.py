import math

import pytest

from harness.drone.flight.orders import Sticks
from harness.drone.flight.pilot import sticks_problem
from harness.drone.flight.state import Landed, Mode


@pytest.fixture
def climbed(ready, push):
    """Makes a drone that a pilot has taken up, with the throttle in its middle."""

    def make(mode, **settings):
        flight = ready(**settings)
        flight.set_mode(mode)
        push(flight, 0.2, throttle=0.0)
        assert flight.arm() == ""
        push(flight, 4.0, throttle=0.6 if mode is Mode.STABILIZE else 0.9)
        push(flight, 4.0, throttle=0.5)
        flight.take_messages()
        return flight

    return make


@pytest.mark.parametrize("sticks", [Sticks(roll=math.nan), Sticks(pitch=1.5), Sticks(throttle=-0.1), Sticks(yaw=-2.0)])
def test_what_no_stick_can_do_is_not_heard(ready, sticks):
    assert sticks_problem(sticks)
    flight = ready()
    flight.set_mode(Mode.ALT_HOLD)
    flight.move_sticks(sticks)
    assert flight.arm() == "Arm: mode ALT_HOLD needs a pilot's sticks"


@pytest.mark.parametrize(("mode", "high"), [(Mode.STABILIZE, 0.3), (Mode.ALT_HOLD, 0.8), (Mode.LOITER, 0.8)])
def test_arms_with_the_throttle_down_only(ready, mode, high):
    flight = ready()
    flight.set_mode(mode)
    flight.move_sticks(Sticks(throttle=high))
    assert flight.arm() == "Arm: throttle too high"
    flight.move_sticks(Sticks(throttle=0.0))
    assert flight.arm() == ""


def test_stabilize_leans_as_told_to_the_right_side(climbed, push):
    flight = climbed(Mode.STABILIZE)
    push(flight, 1.5, throttle=0.5, roll=0.4, pitch=0.2)
    m = flight.read_truth().motion
    assert m.roll == pytest.approx(0.4 * 0.52, abs=0.04)
    assert m.pitch == pytest.approx(-0.2 * 0.52, abs=0.04)
    assert m.v_east > 0.5 and m.v_north > 0.3


def test_stabilize_gives_the_motors_to_the_throttle(climbed, push):
    flight = climbed(Mode.STABILIZE)
    low = flight.read_truth().motors[0]
    push(flight, 0.5, throttle=0.7)
    assert flight.read_truth().motors[0] > 1.15 * low
    push(flight, 1.0, throttle=0.3)
    assert flight.read_truth().motors[0] < 0.9 * low


@pytest.mark.parametrize("mode", [Mode.ALT_HOLD, Mode.LOITER])
def test_the_middle_of_the_throttle_holds_the_height(climbed, push, mode):
    flight = climbed(mode)
    height = flight.read_truth().motion.up
    push(flight, 10.0, throttle=0.5, pitch=0.3)
    assert flight.read_truth().motion.up == pytest.approx(height, abs=0.5)
    push(flight, 3.0, throttle=1.0)
    assert flight.read_truth().motion.v_up == pytest.approx(2.5, abs=0.2)


def test_loiter_holds_against_the_wind_and_alt_hold_drifts(climbed, push):
    for mode, drifts in ((Mode.LOITER, False), (Mode.ALT_HOLD, True)):
        flight = climbed(mode)
        flight.set_wind(6.0, 0.0)
        push(flight, 15.0, throttle=0.5)
        assert (flight.read_truth().motion.north > 10.0) is drifts


def test_loiter_flies_at_a_speed_in_the_direction_of_its_nose(climbed, push):
    flight = climbed(Mode.LOITER)
    push(flight, 2.0, throttle=0.5, yaw=0.7)
    push(flight, 5.0, throttle=0.5, pitch=0.5)
    m = flight.read_truth().motion
    assert m.yaw == pytest.approx(2.0 * 0.7 * 1.2, abs=0.15)
    assert math.hypot(m.v_north, m.v_east) == pytest.approx(4.0, abs=0.3)
    assert math.atan2(m.v_east, m.v_north) == pytest.approx(m.yaw, abs=0.15)


@pytest.mark.parametrize(("mode", "sinking"), [(Mode.STABILIZE, 0.45), (Mode.ALT_HOLD, 0.1), (Mode.LOITER, 0.1)])
def test_lands_by_the_throttle_and_disarms_by_itself(climbed, push, mode, sinking, texts):
    flight = climbed(mode)
    for _ in range(600):
        if flight.read_truth().on_ground:
            break
        push(flight, 0.1, throttle=sinking)
    assert flight.landed is Landed.IN_AIR and flight.armed
    push(flight, 3.0, throttle=0.0)
    assert flight.landed is Landed.ON_GROUND and flight.armed
    assert texts(flight) == []
    push(flight, 9.0, throttle=0.0)
    assert not flight.armed


def test_manual_modes_need_sticks_in_the_air_only(ready, hovering):
    flight = hovering()
    for mode in (Mode.STABILIZE, Mode.ALT_HOLD, Mode.LOITER):
        assert flight.set_mode(mode) == f"Mode: {mode.name} needs a pilot's sticks"
    flight.move_sticks(Sticks())
    assert flight.set_mode(Mode.LOITER) == ""
    grounded = ready()
    grounded.arm()
    assert grounded.set_mode(Mode.STABILIZE) == ""
    grounded.advance(grounded.now + 2.0)
    assert grounded.read_truth().on_ground


def test_a_pilot_who_lets_go_leaves_the_drone_braking(climbed, texts):
    flight = climbed(Mode.LOITER)
    flight.move_sticks(None)
    flight.advance(flight.now + 3.0)
    assert flight.mode is Mode.BRAKE
    assert texts(flight) == ["Pilot has let go: BRAKE"]


@pytest.mark.parametrize(("action", "mode"), [("rtl", Mode.RTL), ("land", Mode.LAND), ("brake", Mode.BRAKE)])
def test_sticks_that_stop_coming_bring_the_action_at_its_time(climbed, fly_until, texts, action, mode):
    flight = climbed(Mode.LOITER, rc_loss_action=action, rc_timeout=2.0)
    flight.move_sticks(Sticks())
    silent = flight.now
    changed = fly_until(flight, lambda: flight.mode is not Mode.LOITER, within=5.0)
    assert 2.0 < changed - silent <= 2.021
    assert flight.mode is mode and texts(flight) == [f"RC lost: {mode.name}"]
    assert flight.read_health().failsafes == ("rc",)
    flight.move_sticks(Sticks())
    flight.advance(flight.now + 0.1)
    assert texts(flight) == ["RC regained"] and flight.mode is mode
    assert flight.read_health().failsafes == ()


def test_nobody_misses_sticks_in_guided(hovering, texts):
    flight = hovering()
    flight.move_sticks(Sticks())
    flight.advance(flight.now + 5.0)
    assert flight.mode is Mode.GUIDED and texts(flight) == []


def test_a_change_from_stabilize_at_speed_begins_where_it_flies(climbed, push):
    flight = climbed(Mode.STABILIZE)
    push(flight, 4.0, throttle=0.5, pitch=0.6)
    before = flight.read_truth().motion
    assert before.v_north > 3.0
    assert flight.set_mode(Mode.BRAKE) == ""
    flight.advance(flight.now + 8.0)
    after = flight.read_truth().motion
    assert math.hypot(after.v_north, after.v_east) < 0.4
    assert 1.0 < after.north - before.north < before.v_north**2 / 1.5
