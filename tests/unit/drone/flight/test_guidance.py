import math

import numpy as np
import pytest

from harness.drone.flight import layout as own
from harness.drone.flight.config import FlightConfig
from harness.drone.flight.guidance import guide
from harness.drone.flight.settings import make_arrays
from harness.plant import layout as lay


@pytest.fixture
def arrays():
    s, p, _ = make_arrays(FlightConfig(), 0)
    s[own.CRUISE], s[own.CLIMB], s[own.DESCEND] = 5.0, 2.5, 1.5
    return s, p


def run(s, p, seconds, follow=True):
    rows = []
    for _ in range(round(seconds / p[lay.DT])):
        guide(s, p)
        if follow:
            s[own.ESTIMATE : own.ESTIMATE + 3] = s[own.SET_POS : own.SET_POS + 3]
        rows.append(s[own.SET_POS : own.SET_VEL + 3].copy())
    return np.array(rows)


def test_reaches_the_target_within_its_limits_and_without_overshoot(arrays):
    s, p = arrays
    s[own.TARGET : own.TARGET + 3] = 30.0, 40.0, -12.0
    rows = run(s, p, 20.0)
    assert rows[-1, :3] == pytest.approx([30.0, 40.0, -12.0], abs=0.01)
    speed = np.hypot(rows[:, 3], rows[:, 4])
    assert speed.max() == pytest.approx(5.0, abs=0.01)
    assert rows[:, 5].min() == pytest.approx(-2.5, abs=0.01)
    acceleration = np.diff(rows[:, 3:5], axis=0) / p[lay.DT]
    assert np.hypot(*acceleration.T).max() <= p[own.SET_POINT_ACC] + 1e-6
    assert np.hypot(rows[:, 0], rows[:, 1]).max() < 50.05
    assert rows[:, 2].min() > -12.05


def test_moves_straight(arrays):
    s, p = arrays
    s[own.TARGET : own.TARGET + 2] = 30.0, 40.0
    rows = run(s, p, 15.0)
    assert np.abs(rows[:, 0] * 0.8 - rows[:, 1] * 0.6).max() < 1e-6


def test_waits_for_an_aircraft_that_cannot_follow(arrays):
    s, p = arrays
    s[own.TARGET] = 500.0
    rows = run(s, p, 30.0, follow=False)
    assert rows[-1, 0] < 7.0


def test_turns_the_short_way_at_its_rate(arrays):
    s, p = arrays
    s[own.SET_YAW], s[own.TARGET_YAW] = math.radians(170), math.radians(-170)
    run(s, p, 0.2)
    assert s[own.SET_YAW] == pytest.approx(math.radians(170) + 0.2)
    run(s, p, 1.0)
    assert math.cos(s[own.SET_YAW]) == pytest.approx(math.cos(math.radians(-170)))


def test_a_velocity_is_reached_within_the_limits_and_kept(arrays):
    s, p = arrays
    s[own.COURSE] = s[own.COURSE_UP] = 1.0
    s[own.TARGET_VEL : own.TARGET_VEL + 3] = 3.0, -4.0, -9.0
    rows = run(s, p, 6.0)
    assert rows[-1, 3:] == pytest.approx([3.0, -4.0, -2.5], abs=1e-6)
    assert np.hypot(*np.diff(rows[:, 3:5], axis=0).T).max() <= p[own.SET_POINT_ACC] * p[lay.DT] + 1e-9
    s[own.TARGET_VEL + 2] = 9.0
    assert run(s, p, 4.0)[-1, 5] == pytest.approx(1.5)


def test_a_velocity_waits_for_an_aircraft_that_cannot_follow(arrays):
    s, p = arrays
    s[own.COURSE] = s[own.COURSE_UP] = 1.0
    s[own.TARGET_VEL], s[own.TARGET_VEL + 2] = 5.0, 1.0
    rows = run(s, p, 30.0, follow=False)
    assert rows[-1, 0] < 7.0 and rows[-1, 2] < 1.5


def test_without_a_course_it_stays_with_the_aircraft(arrays):
    s, p = arrays
    s[own.COURSE] = s[own.COURSE_UP] = 2.0
    s[own.ESTIMATE : own.ESTIMATE + 6] = 1.0, 2.0, -3.0, 4.0, 5.0, -6.0
    guide(s, p)
    assert s[own.SET_POS : own.SET_VEL + 3].tolist() == [1.0, 2.0, -3.0, 4.0, 5.0, -6.0]


def test_turns_at_a_rate_past_south(arrays):
    s, p = arrays
    s[own.COURSE_YAW], s[own.TARGET_YAW_RATE], s[own.SET_YAW] = 1.0, 0.5, 3.0
    run(s, p, 1.0)
    assert s[own.SET_YAW] == pytest.approx(3.5 - 2 * math.pi)
