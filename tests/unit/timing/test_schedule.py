"""The schedule: order, cancelling, repeating without drift."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import RigError
from harness.timing import Schedule

times = st.lists(st.floats(-1e6, 1e6))


@given(times)
def test_runs_by_time_then_by_the_order_of_asking(due):
    schedule, seen = Schedule(), []
    for number, time in enumerate(due):
        schedule.at(time, lambda entry=(time, number): seen.append(entry))
    assert schedule.run_due(1e6) == len(due)
    assert seen == sorted((time, number) for number, time in enumerate(due))


@given(times, st.floats(-1e6, 1e6))
def test_runs_what_is_due_and_nothing_else(due, now):
    schedule, seen = Schedule(), []
    for time in due:
        schedule.at(time, lambda time=time: seen.append(time))
    schedule.run_due(now)
    assert sorted(seen) == sorted(time for time in due if time <= now)
    assert schedule.next_time() == min((time for time in due if time > now), default=math.inf)


@given(st.lists(st.tuples(st.floats(0, 100), st.booleans())))
def test_what_was_cancelled_never_runs(entries):
    schedule, seen = Schedule(), []
    handles = [(schedule.at(time, lambda n=n: seen.append(n)), cut) for n, (time, cut) in enumerate(entries)]
    for handle, cut in handles:
        if cut:
            handle.cancel()
    assert schedule.next_time() == min((time for time, cut in entries if not cut), default=math.inf)
    assert schedule.run_due(100) == len(seen)
    assert sorted(seen) == [n for n, (_, cut) in enumerate(entries) if not cut]


def test_cancelling_after_it_ran_does_no_harm():
    schedule, seen = Schedule(), []
    handle = schedule.at(1.0, lambda: seen.append("ran"))
    schedule.run_due(1.0)
    handle.cancel()
    assert schedule.run_due(9.0) == 0
    assert seen == ["ran"]


def test_a_callback_may_cancel_one_that_is_due_at_the_same_time():
    schedule, seen = Schedule(), []
    schedule.at(1.0, lambda: second.cancel())
    second = schedule.at(1.0, lambda: seen.append("second"))
    schedule.run_due(1.0)
    assert seen == []


def test_what_a_callback_adds_for_now_runs_in_the_same_call():
    schedule, seen = Schedule(), []
    schedule.at(1.0, lambda: schedule.at(0.5, lambda: schedule.at(1.5, lambda: seen.append("late"))))
    assert schedule.run_due(1.0) == 2
    assert schedule.next_time() == 1.5
    assert seen == []


def test_a_callback_that_raises_leaves_the_rest_in_place():
    schedule, seen = Schedule(), []
    schedule.at(1.0, lambda: 1 / 0)
    schedule.at(1.0, lambda: seen.append("after"))
    with pytest.raises(ZeroDivisionError):
        schedule.run_due(1.0)
    schedule.run_due(1.0)
    assert seen == ["after"]


@pytest.mark.parametrize("time", [math.nan, math.inf, -math.inf])
def test_a_due_time_must_be_finite(time):
    with pytest.raises(RigError, match="must be finite"):
        Schedule().at(time, lambda: None)


@pytest.mark.parametrize("period", [0.0, -1.0, math.nan, math.inf])
def test_a_period_must_be_finite_and_move_time_on(period):
    with pytest.raises(RigError, match="must be finite and move time on"):
        Schedule().every(period, lambda: None, 0.0)


def test_every_does_not_drift(world):
    seen = []
    world.schedule.every(0.1, lambda: seen.append(world.now()), start=0.3)
    while world.now() < 1000.0:
        world.advance(1000.0)
    assert len(seen) == 9998
    assert max(abs(time - (0.3 + n * 0.1)) for n, time in enumerate(seen)) == 0.0


def test_every_may_start_in_the_past_and_catches_up():
    schedule, seen = Schedule(), []
    schedule.every(1.0, lambda: seen.append(1), start=0.0)
    assert schedule.run_due(3.5) == 4
    assert schedule.next_time() == 4.0


def test_every_stops_when_told():
    schedule, seen = Schedule(), []
    stop = schedule.every(1.0, lambda: seen.append(1), start=0.0)
    schedule.run_due(2.0)
    stop()
    stop()
    assert schedule.next_time() == math.inf
    assert len(seen) == 3


def test_every_may_stop_itself():
    schedule, seen = Schedule(), []

    def once():
        seen.append(1)
        stop()

    stop = schedule.every(1.0, once, start=0.0)
    assert schedule.run_due(100.0) == 1
    assert seen == [1]


def test_a_period_that_is_lost_in_rounding_would_never_end():
    schedule = Schedule()
    with pytest.raises(RigError, match="from 1000"):
        schedule.every(1e-14, lambda: None, start=1000.0)
    schedule.every(1e-14, lambda: None, start=0.0)
