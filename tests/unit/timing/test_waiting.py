"""Waits: deadlines, messages, blame, holds that restart, clocks that misbehave."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.errors import RigError, RigTimeout, VehicleTimeout
from harness.timing import Deadline, Wait, hold_for, run_for, wait_until
from harness.timing.waiting import MOST_IDLE_STEPS

seconds = st.floats(1e-3, 1e3)
starts = st.floats(0, 1e5)


def later(world, *times):
    """A flag that flips at each of `times`."""
    state = {"on": False}
    for time in times:
        world.schedule.at(time, lambda: state.update(on=not state["on"]))
    return lambda: state["on"]


def test_returns_how_long_it_took(world):
    run_for(world, 3.0)
    assert wait_until(world, later(world, 5.5), Wait(name="armed", within=10)) == 2.5
    assert world.now() == 5.5


def test_what_holds_already_takes_no_time(world):
    assert wait_until(world, lambda: True, Wait(name="armed", within=0.0)) == 0.0
    assert world.steps == 0


def test_what_comes_at_the_deadline_is_in_time(world):
    assert wait_until(world, later(world, 4.0), Wait(name="armed", within=4.0)) == 4.0


def test_the_error_says_what_was_awaited_wanted_and_got_on_which_clock(world):
    wait = Wait(name="mode RTL", within=2.5, wanted="RTL", got=lambda: f"GUIDED at {world.now()} s")
    with pytest.raises(VehicleTimeout) as caught:
        wait_until(world, lambda: False, wait)
    assert str(caught.value) == "waited 2.50 s (test clock) for mode RTL: wanted RTL, got GUIDED at 2.5 s"
    assert world.now() == 2.5


def test_blame_is_the_one_who_waits_to_say(world):
    with pytest.raises(RigTimeout, match="for wind source"):
        wait_until(world, lambda: False, Wait(name="wind source", within=1.0, blame=RigTimeout))


@given(starts, seconds)
def test_the_deadline_is_met_on_any_clock(make_world, start, within):
    world = make_world(start)
    with pytest.raises(VehicleTimeout):
        wait_until(world, lambda: False, Wait(name="never", within=within))
    assert world.now() == start + within


@given(starts, seconds)
@example(100.1, 0.1)
def test_run_for_ends_on_time(make_world, start, duration):
    world = make_world(start)
    world.schedule.every(duration / 7, lambda: None, start=start)
    run_for(world, duration)
    assert world.now() == start + duration


def test_run_for_nothing_runs_nothing(world):
    run_for(world, 0.0)
    run_for(world, -1.0)
    assert world.steps == 0


@given(starts, seconds)
@example(100.1, 0.1)
def test_a_hold_ends_even_where_sums_are_rounded(make_world, start, duration):
    world = make_world(start)
    assert hold_for(world, lambda: True, duration, Wait(name="steady", within=1.0)) == 0.0
    assert world.now() == start + duration


def test_a_hold_starts_anew_after_each_break(world):
    steady = later(world, 1.0, 2.0, 3.0, 5.5, 6.0)
    assert hold_for(world, steady, 3.0, Wait(name="steady", within=10.0)) == 6.0
    assert world.now() == 9.0


def test_a_break_at_the_last_moment_is_a_break(world):
    steady = later(world, 1.0, 4.0, 5.0)
    assert hold_for(world, steady, 3.0, Wait(name="steady", within=10.0)) == 5.0


def test_a_hold_may_begin_at_the_deadline_and_not_after_it(world, make_world):
    assert hold_for(world, later(world, 4.0), 9.0, Wait(name="steady", within=4.0)) == 4.0
    late = make_world()
    with pytest.raises(VehicleTimeout, match=r"waited 4\.00 s"):
        hold_for(late, later(late, 4.1), 9.0, Wait(name="steady", within=4.0))


def test_a_hold_that_never_lasts_ends_at_the_deadline(world):
    flicker = later(world, *range(1, 100))
    with pytest.raises(VehicleTimeout, match="steady"):
        hold_for(world, flicker, 3.0, Wait(name="steady", within=10.0))
    assert world.now() <= 11.0


def test_a_deadline_passes_when_the_clock_reaches_it(world):
    deadline = Deadline(world, 2.0)
    run_for(world, 1.999)
    assert not deadline.passed()
    run_for(world, 0.001)
    assert deadline.passed()


@pytest.mark.parametrize("within", [math.nan, math.inf])
def test_a_wait_without_an_end_is_refused(world, within):
    wait = Wait(name="armed", within=within)
    with pytest.raises(RigError, match="finite"):
        wait_until(world, lambda: False, wait)
    with pytest.raises(RigError, match="finite"):
        hold_for(world, lambda: False, 1.0, wait)
    with pytest.raises(RigError, match="finite"):
        hold_for(world, lambda: True, within, Wait(name="armed", within=1.0))
    with pytest.raises(RigError, match="finite"):
        run_for(world, within)


WAITS = {
    "wait": lambda world: wait_until(world, lambda: False, Wait(name="armed", within=10.0)),
    "hold": lambda world: hold_for(world, lambda: True, 3.0, Wait(name="armed", within=10.0)),
    "run": lambda world: run_for(world, 3.0),
}


@pytest.mark.parametrize("wait", WAITS.values(), ids=WAITS)
def test_a_clock_that_goes_back_is_the_rigs_fault(world, wait):
    run_for(world, 5.0)

    def back(until):
        world.time -= 0.5
        return world.time

    world.advance = back
    with pytest.raises(RigTimeout, match=r"went back from 5\.000 s to 4\.500 s"):
        wait(world)


@pytest.mark.parametrize("told", [5.0, math.nan])
@pytest.mark.parametrize("wait", WAITS.values(), ids=WAITS)
def test_a_clock_that_stands_still_ends_every_wait(world, wait, told):
    run_for(world, 5.0)
    calls = []
    world.advance = lambda until: calls.append(until) or told
    with pytest.raises(RigTimeout, match=r"stands still at 5\.000 s.*clock source"):
        wait(world)
    assert len(calls) == MOST_IDLE_STEPS


def test_a_clock_that_pauses_now_and_then_is_none_that_stands_still(world):
    advance, calls = world.advance, []

    def halting(until):
        calls.append(until)
        return world.now() if len(calls) % MOST_IDLE_STEPS else advance(world.now() + 1.0)

    world.advance = halting
    run_for(world, 3.0)
    assert (world.now(), len(calls)) == (3.0, 3 * MOST_IDLE_STEPS)
