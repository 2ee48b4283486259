import pytest

from harness.drone.flight.state import Mode
from harness.drone.network.habits import Habits
from harness.drone.tether import CloudTether


class Surroundings:
    """Flight, network and clock in one."""

    def __init__(self):
        self.armed, self.awaited, self.modes, self.count, self.time = True, None, [], 0, 0.0

    def set_cloud_awaited(self, awaited):
        self.awaited = awaited

    def set_mode(self, mode):
        self.modes.append(mode)

    def answers(self):
        return self.count

    def now(self):
        return self.time


@pytest.fixture
def around():
    return Surroundings()


def watched(around, times, **habits):
    tether = CloudTether(around, around, Habits(**habits), around)
    for around.time in times:
        tether.watch()


def test_without_a_habit_it_does_nothing(around):
    watched(around, range(1000))
    assert (around.awaited, around.modes) == (False, [])


def test_motors_wait_for_the_first_answer(around):
    watched(around, [1.0], arms_online_only=True)
    assert around.awaited
    around.count = 1
    watched(around, [2.0], arms_online_only=True)
    assert not around.awaited


@pytest.mark.parametrize(("armed", "last", "wanted"), [(True, 40, []), (True, 41, [Mode.RTL]), (False, 100, [])])
def test_the_tether_pulls_an_armed_drone_home(around, armed, last, wanted):
    around.armed = armed
    watched(around, range(last + 1), cloud_tether=40.0)
    assert around.modes == wanted
