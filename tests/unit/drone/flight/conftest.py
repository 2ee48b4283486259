import pytest

from harness.drone.flight.config import FlightConfig
from harness.drone.flight.flight import Flight
from harness.drone.flight.state import Mode


@pytest.fixture
def ready():
    """Makes a settled drone in GUIDED, on the ground and disarmed."""

    def make(seed=1, **settings):
        flight = Flight(FlightConfig(**settings), seed)
        flight.advance(4.0)
        assert flight.set_mode(Mode.GUIDED) == ""
        return flight

    return make


@pytest.fixture
def hovering(ready):
    """Makes a drone that hovers at 10 m (20 s after power-on)."""

    def make(seed=1, height=10.0, **settings):
        flight = ready(seed, **settings)
        assert flight.arm() == ""
        assert flight.takeoff(height) == ""
        flight.advance(20.0)
        flight.take_messages()
        return flight

    return make
