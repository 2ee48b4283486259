"""Hands the fakes to tests as a fixture: test folders are not packages."""

import importlib.util
import math
import sys
from pathlib import Path

import pytest

from harness.drone.flight.state import Mode
from harness.drone.mavlink.config import MavlinkConfig
from harness.drone.mavlink.geodesy import Home
from harness.drone.mavlink.reports import Reports
from harness.drone.mavlink.telemetry.topic import Aircraft

_PATH = Path(__file__).parents[2] / "vehicle" / "fakes.py"


def load_fakes():
    name = "dronecert_test_fakes"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, _PATH)
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture(scope="session")
def fakes():
    return load_fakes()


@pytest.fixture
def bench(fakes):
    return fakes.Bench()


@pytest.fixture
def usb(fakes, bench):
    return fakes.Ground(bench, bench.trusted)


@pytest.fixture
def radio(fakes, bench):
    return fakes.Ground(bench, bench.radio, key=fakes.KEY)


class Panel:
    """The reports of one part by their names."""

    def __init__(self, part, clock):
        self.reports = Reports(clock)
        self.reports.add(part.component, part.reports)
        self.component, self.names = part.component, list(part.reports)
        self.forget = self.reports.forget

    def message(self, name):
        self.forget()
        return self.reports.message((self.component, name))


class FlightClock:
    def __init__(self, flight):
        self._flight = flight

    def now(self):
        return self._flight.now


@pytest.fixture(scope="session")
def panel():
    return Panel


@pytest.fixture
def aircraft(fakes):
    """A fake in flight 10 m north, 20 m west and 30 m above of home, heading west."""
    flight = fakes.FakeFlight()
    flight.now, flight.position, flight.yaw = 12.5, [10.0, -20.0, 30.0], -math.pi / 2
    flight.armed, flight.mode = True, Mode.GUIDED
    config = MavlinkConfig(
        firmware_version=(1, 2, 3),
        firmware_hash=bytes.fromhex("9f31aa0102030405") + bytes(24),
        serial=77,
    )
    home = Home(latitude=35.0, longitude=139.0, altitude=40.0)
    return Aircraft(flight=flight, clock=FlightClock(flight), config=config, home=home)
