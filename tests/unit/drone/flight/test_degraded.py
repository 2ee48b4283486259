"""What has gone wrong with the aircraft reaches the plant, is flown with, and is not told to the autopilot."""

import math

import pytest

from harness.drone.flight.config import FlightConfig
from harness.drone.flight.state import Mode
from harness.errors import UsageError


def stays(flight, seconds=20.0):
    """Greatest distance from the place over home at 10 m, m."""
    away = []
    for _ in range(round(seconds * 5)):
        flight.advance(flight.now + 0.2)
        m = flight.read_truth().motion
        away.append(math.dist((m.north, m.east, m.up), (0.0, 0.0, 10.0)))
    return max(away)


@pytest.mark.parametrize(
    "condition",
    [
        {"motor_thrust": (0.8, 1.0, 1.0, 1.0)},
        {"motor_thrust": (0.8, 0.8, 0.8, 0.8)},
        {"added_mass": 0.5},
        {"centre": (0.02, -0.01, 0.0)},
    ],
)
def test_a_tolerable_condition_is_flown_with_and_costs_power(hovering, condition):
    sound, worse = hovering(), hovering(**condition)
    assert stays(worse) < 1.5
    assert max(worse.read_truth().motors) > 1.02 * max(sound.read_truth().motors)


def test_a_dead_motor_brings_it_down(hovering, fly_until):
    flight = hovering(height=30.0)
    flight.advance(40.0)
    assert flight.configure(motor_thrust=(0.0, 1.0, 1.0, 1.0)) == ""
    fly_until(flight, lambda: flight.read_truth().on_ground or not flight.armed, within=20.0)
    assert flight.read_health().motors[0] < 10.0


def test_a_load_dropped_in_flight_is_caught(hovering):
    flight = hovering(added_mass=0.6)
    assert flight.configure(added_mass=0.0) == ""
    assert stays(flight, 6.0) < 1.5 and flight.mode is Mode.GUIDED


@pytest.mark.parametrize(
    "condition",
    [{"motor_thrust": (1.0,) * 3}, {"motor_thrust": (1.0, 1.0, 1.0, math.nan)}, {"centre": (0.0, 0.0, 2.0)}],
)
def test_an_impossible_condition_is_refused(ready, condition):
    with pytest.raises(UsageError, match="must be"):
        FlightConfig(**condition)
    flight = ready()
    assert "must be" in flight.configure(**condition) and flight.config == FlightConfig()
