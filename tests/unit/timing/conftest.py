"""A world without physics: time jumps to the next due event."""

import pytest

from harness.timing import Schedule


class FakeWorld:
    """Obeys the World protocol; counts its steps, so that a wait that spins is seen."""

    def __init__(self, start=0.0, most_steps=10_000):
        self.schedule = Schedule()
        self.time = start
        self.steps = 0
        self.most_steps = most_steps

    def now(self):
        return self.time

    def advance(self, until):
        self.steps += 1
        assert self.steps <= self.most_steps, f"a wait spins at {self.time} s, asking for {until} s"
        self.time = max(self.time, min(until, self.schedule.next_time()))
        self.schedule.run_due(self.time)
        return self.time


@pytest.fixture(scope="session")
def make_world():
    return FakeWorld


@pytest.fixture
def world():
    return FakeWorld()
