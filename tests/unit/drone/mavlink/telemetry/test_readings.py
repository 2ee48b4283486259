"""Each reading is taken once at one time."""

from harness.drone.flight.state import Mode
from harness.drone.mavlink.telemetry.readings import Readings

NAMES = ("estimate", "truth", "battery", "satellites", "health", "arming_problem")


class Counted:
    """Counts how often each reading is taken."""

    mode, armed, landed = Mode.GUIDED, True, 2

    def __init__(self):
        self.taken = []
        self.time = 0.0

    def now(self):
        return self.time

    def __getattr__(self, name):
        return lambda: self.taken.append(name) or f"{name} {len(self.taken)}"


def read(readings):
    return [getattr(readings, f"read_{name}")() for name in NAMES]


def test_a_reading_is_taken_once_at_a_time_and_anew_when_told():
    flight = Counted()
    readings = Readings(flight, flight)
    first = read(readings)
    assert read(readings) == first and flight.taken == [f"read_{name}" for name in NAMES]
    flight.time = 0.1
    second = read(readings)
    assert second != first and read(readings) == second
    readings.forget()
    assert read(readings) != second
    assert len(flight.taken) == 3 * len(NAMES)


def test_mode_and_arming_are_never_old():
    flight = Counted()
    readings = Readings(flight, flight)
    assert (readings.mode, readings.armed, readings.landed) == (Mode.GUIDED, True, 2)
    flight.mode, flight.armed, flight.landed = Mode.LAND, False, 1
    assert (readings.mode, readings.armed, readings.landed) == (Mode.LAND, False, 1)
