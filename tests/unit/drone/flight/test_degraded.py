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


def blown(flight, azimuth, speed=12.0, seconds=20.0):
    """Where the nose points (deg) and how far off its place it is (m) after that time in a wind from `azimuth`."""
    angle = math.radians(azimuth)
    flight.air.set_wind(-speed * math.cos(angle), -speed * math.sin(angle))
    flight.advance(flight.now + seconds)
    m = flight.read_truth().motion
    return math.degrees(m.yaw), math.hypot(m.north, m.east)


@pytest.mark.parametrize("azimuth", [45.0, 135.0, 225.0, 315.0])
def test_the_nose_stays_at_its_heading_in_an_oblique_wind(hovering, azimuth):
    flight = hovering()
    before = math.degrees(flight.read_truth().motion.yaw)
    assert blown(flight, azimuth)[0] == pytest.approx(before, abs=1.0)


def test_side_drag_is_felt_from_the_side_only(hovering):
    for azimuth, held in ((0.0, True), (90.0, False)):
        assert (blown(hovering(side_drag=5.0), azimuth)[1] < 1.5) is held


def test_a_compass_askew_turns_the_aircraft_the_other_way(hovering):
    flight, error = hovering(compass_error=0.14), math.degrees(0.14)
    # it believes to look where it was told; the truth is off by the error
    believed = math.degrees(flight.read_estimate().yaw - flight.read_truth().motion.yaw)
    assert believed == pytest.approx(error, abs=2.0)


@pytest.mark.parametrize("soft", [{"climb_gain": 0.1}, {"attitude_gain": 0.15}])
def test_soft_loops_are_flown_and_hold_worse_in_a_gust(hovering, soft):
    away = []
    for settings in ({}, soft):
        flight = hovering(**settings)
        flight.air.add_gust(start=flight.now + 0.5, duration=4.0, north=8.0, east=0.0, up=3.0)
        away.append(stays(flight, seconds=10.0))
    assert away[1] > 1.5 * away[0]


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
