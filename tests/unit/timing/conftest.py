import fake_world
import pytest


class CountingWorld(fake_world.FakeWorld):
    """Counts its steps, so that a wait that spins is seen."""

    def __init__(self, start=0.0, most_steps=10_000):
        super().__init__(start)
        self.steps, self.most_steps = 0, most_steps

    def advance(self, until):
        self.steps += 1
        assert self.steps <= self.most_steps, f"a wait spins at {self.time} s, asking for {until} s"
        return super().advance(until)


@pytest.fixture(scope="session")
def make_world():
    return CountingWorld


@pytest.fixture
def world():
    return CountingWorld()
