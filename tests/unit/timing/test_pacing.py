"""The pacer: test clock = wall clock x speed-up, on a wall clock that the test turns by hand."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.timing import Pacer, Schedule, pacing


class Wall:
    """The wall clock, and whoever waits by it; `late` is how much longer every wait takes than was asked."""

    def __init__(self, late=0.0):
        self.time, self.late = 1000.0, late
        self.pauses, self.inputs = [], []

    def monotonic(self):
        return self.time

    def wait(self, seconds):
        self.pauses.append(seconds)
        self.time += seconds + self.late
        due = [handle for time, handle in self.inputs if time <= self.time]
        self.inputs = [(time, handle) for time, handle in self.inputs if time > self.time]
        return due


class World:
    """Flies as a real one: each second of it takes `cost` seconds of the wall clock."""

    def __init__(self, wall, cost=0.0):
        self.schedule, self.time, self._wall, self._cost = Schedule(), 0.0, wall, cost
        self.longest = 0.0

    def now(self):
        return self.time

    def advance(self, until):
        target = max(self.time, min(until, self.schedule.next_time()))
        self._wall.time += (target - self.time) * self._cost
        self.longest = max(self.longest, target - self.time)
        self.time = target
        self.schedule.run_due(target)
        return target


@pytest.fixture
def make(monkeypatch):
    def build(speedup=1.0, cost=0.0, late=0.0):
        wall, told = Wall(late), []
        world = World(wall, cost)
        monkeypatch.setattr(pacing, "time", wall)
        return wall, world, Pacer(world, wall, speedup, told.append), told

    return build


def until(wall, seconds):
    end = wall.time + seconds
    return lambda: wall.time < end


@pytest.mark.parametrize("speedup", [0.5, 1.0, 10.0, 100.0])
@pytest.mark.parametrize("late", [0.0, 0.003])
def test_the_world_keeps_the_speed(make, speedup, late):
    wall, world, pacer, told = make(speedup, late=late)
    world.schedule.every(0.1, lambda: None, start=0.0)
    pacer.run(until(wall, 20.0))
    assert world.now() == pytest.approx(20.0 * speedup, rel=0.005)
    assert pacer.achieved() == pytest.approx(speedup, rel=0.005)
    assert told == []


def test_what_is_due_runs_on_its_time(make):
    wall, world, pacer, _ = make(10.0)
    ran = []
    world.schedule.every(0.25, lambda: ran.append((world.now(), (wall.time - 1000.0) * 10.0)), start=0.25)
    pacer.run(until(wall, 5.0))
    assert len(ran) == pytest.approx(200, abs=1)
    # 1 ms of the wall clock is the shortest pause
    assert all(0.0 <= wall_time - test_time <= 0.011 for test_time, wall_time in ran)


def test_an_input_is_handled_when_the_world_has_caught_up(make):
    wall, world, pacer, _ = make(2.0)
    handled = []
    wall.inputs.append((1003.0, lambda: handled.append(world.now())))
    pacer.run(until(wall, 5.0))
    assert handled == [pytest.approx(6.0, abs=0.11)]


@given(speedup=st.floats(0.1, 500.0), late=st.floats(0.0, 0.2))
def test_a_request_to_stop_is_seen_soon(speedup, late):
    with pytest.MonkeyPatch.context() as patch:
        wall = Wall(late)
        patch.setattr(pacing, "time", wall)
        pacer = Pacer(World(wall), wall, speedup, lambda text: None)
        pacer.run(until(wall, 3.0))
    assert max(wall.pauses) <= pacing.LONGEST_PAUSE


def test_a_machine_that_is_too_slow_is_named_once(make):
    wall, _, pacer, told = make(10.0, cost=0.2)
    pacer.run(until(wall, 60.0))
    assert pacer.achieved() == pytest.approx(5.0, rel=0.05)
    assert len(told) == 1
    assert re.fullmatch(r"this machine does not keep 10x: it flies (5|4\.9\d?)x; ask for a lower --speedup", told[0])


def test_a_slow_machine_still_listens(make):
    wall, world, pacer, _ = make(10.0, cost=0.2)
    pacer.run(until(wall, 10.0))
    # never more than a twentieth of a second of the wall clock, as it would be at the speed asked for
    assert world.longest <= pacing.LONGEST_PAUSE * 10.0 + 1e-9
    assert len(wall.pauses) >= 10.0 / 0.11


def test_a_stopped_process_does_not_fly_the_lost_time_in_a_hurry(make):
    wall, world, pacer, _ = make(1.0)
    wall.inputs.append((1002.0, lambda: setattr(wall, "time", wall.time + 3600.0)))
    pacer.run(until(wall, 3610.0))
    assert world.now() == pytest.approx(10.0, abs=0.2)


def test_a_short_lag_is_caught_up(make):
    wall, world, pacer, _ = make(1.0)
    wall.inputs.append((1002.0, lambda: setattr(wall, "time", wall.time + 0.2)))
    pacer.run(until(wall, 10.0))
    assert world.now() == pytest.approx(10.0, abs=0.06)


@pytest.mark.parametrize("speedup", [0.0, -1.0, float("nan"), float("inf"), 1001.0])
def test_a_speed_that_cannot_be_is_refused(make, speedup):
    with pytest.raises(UsageError, match="--speedup"):
        make(speedup)


def test_the_time_before_the_run_does_not_count(make):
    wall, world, pacer, _ = make(1.0)
    wall.time += 100.0
    pacer.run(until(wall, 5.0))
    assert world.now() == pytest.approx(5.0, abs=0.06)
