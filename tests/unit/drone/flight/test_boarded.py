"""The embedded autopilot without its plant, behind a plant of the test's own."""

import math

import pytest

from harness.bridges.sensed import SensedPlant
from harness.drone.flight.boarded import BoardedFlight
from harness.drone.flight.config import FlightConfig
from harness.drone.flight.reading import read_truth
from harness.drone.flight.state import Mode
from harness.plant.airframe import Airframe

HOME = (35.6762, 139.6503, 40.0)
METRES = 6371000.0 * math.pi / 180.0
FIELD = (0.3, -0.04, 0.36)


def turned(attitude, heading_error):
    """The field along the body's axes, as a compass whose heading is wrong reads it."""
    w, x, y, z = attitude
    c, s = math.cos(heading_error), math.sin(heading_error)
    n, e, d = FIELD[0] * c + FIELD[1] * s, FIELD[1] * c - FIELD[0] * s, FIELD[2]
    return (
        (1 - 2 * (y * y + z * z)) * n + 2 * (x * y + w * z) * e + 2 * (x * z - w * y) * d,
        2 * (x * y - w * z) * n + (1 - 2 * (x * x + z * z)) * e + 2 * (y * z + w * x) * d,
        2 * (x * z + w * y) * n + 2 * (y * z - w * x) * e + (1 - 2 * (x * x + y * y)) * d,
    )


class Air:
    def __init__(self):
        self.plant, self.flight = SensedPlant(Airframe(), 1, HOME), BoardedFlight(FlightConfig(), 1)

    def fly(self, seconds):
        for _ in range(round(seconds * 400)):
            told = self.plant.fly(self.flight.motors)
            self.flight.feel(told.gyro, told.accel)
            if told.slow is not None:
                field = turned(told.slow.attitude, told.slow.heading_error)
                self.flight.feel_field(told.slow.height, field, math.atan2(FIELD[1], FIELD[0]))
            if told.fix is not None and told.fix.valid:
                shrunk = METRES * math.cos(math.radians(HOME[0]))
                north, east = (told.fix.latitude - HOME[0]) * METRES, (told.fix.longitude - HOME[1]) * shrunk
                self.flight.feel_place((north, east, HOME[2] - told.fix.height), told.fix.velocity)
            self.flight.advance(told.time)

    @property
    def truth(self):
        return read_truth(self.plant.state, self.plant.time).motion


def test_it_takes_off_and_holds_by_what_it_is_told_alone():
    air = Air()
    assert air.flight.motors == (0.0,) * 4
    air.fly(5.0)
    assert air.flight.set_mode(Mode.GUIDED) == "" and air.flight.arm() == ""
    assert air.flight.takeoff(3.0) == ""
    air.fly(10.0)
    assert air.truth.up == pytest.approx(3.0, abs=0.5)
    assert math.hypot(air.truth.north, air.truth.east) < 0.5
    assert all(0.1 < motor < 0.9 for motor in air.flight.motors)


def test_without_what_it_is_told_it_does_not_arm():
    flight = BoardedFlight(FlightConfig(), 1)
    flight.set_mode(Mode.GUIDED)
    flight.advance(5.0)
    assert flight.arm() != ""
    assert flight.motors == (0.0,) * 4
