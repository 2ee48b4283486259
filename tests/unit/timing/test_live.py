import math
import os

import pytest

from harness.errors import RigTimeout, UsageError
from harness.timing import LiveClock, Wait, run_for, wait_until


@pytest.fixture
def clock():
    made = LiveClock(100.0)
    yield made
    made.inputs.close()


def test_it_stands_until_it_is_begun_and_runs_faster_than_the_wall(clock):
    clock.advance(1.0)
    assert clock.now() == 0.0
    clock.begin()
    run_for(clock, 5.0)
    assert 5.0 <= clock.now() < 20.0


def test_what_is_due_runs_in_order(clock):
    clock.begin()
    seen = []
    clock.schedule.at(2.0, lambda: seen.append("second"))
    clock.schedule.at(1.0, lambda: seen.append("first"))
    run_for(clock, 4.0)
    assert seen == ["first", "second"]


def test_files_are_served_while_time_passes(clock):
    clock.begin()
    seen, (out, into) = [], os.pipe()
    clock.inputs.watch(out, lambda: seen.append(os.read(out, 10)))
    clock.schedule.at(1.0, lambda: os.write(into, b"written"))
    wait_until(clock, lambda: bool(seen), Wait(name="the bytes", within=1000.0))
    os.close(into)
    os.close(out)
    assert seen == [b"written"]


def test_a_leap_lets_time_pass_at_once(clock):
    clock.begin()
    seen = []
    clock.schedule.at(3600.0, lambda: seen.append(clock.now()))
    clock.leap(4000.0)
    wait_until(clock, lambda: bool(seen), Wait(name="the event", within=10.0))
    assert seen[0] >= 4000.0


def test_a_clock_that_was_never_begun_ends_a_wait(clock, monkeypatch):
    monkeypatch.setattr(clock.inputs, "wait", lambda seconds: [])
    with pytest.raises(RigTimeout, match="stands still"):
        run_for(clock, 1.0)


def test_an_impossible_speed_is_refused():
    with pytest.raises(UsageError):
        LiveClock(0.0)


def test_it_shows_no_more_than_its_limit_and_makes_up_for_nothing(clock):
    clock.begin()
    clock.allow(2.0)
    seen = []
    clock.schedule.at(1.0, lambda: seen.append(1))
    clock.schedule.at(2.5, lambda: seen.append(2))
    while clock.waited < 0.05:
        clock.advance(10.0)
    assert (clock.now(), seen) == (2.0, [1])
    clock.allow(3.0)
    # 5 s of its time have gone by on the wall
    assert 2.0 <= clock.now() < 3.0
    wait_until(clock, lambda: len(seen) == 2, Wait(name="the event", within=1.0))
    clock.allow(math.inf)
    clock.leap(10.0)
    assert clock.begun and clock.now() > 12.5
