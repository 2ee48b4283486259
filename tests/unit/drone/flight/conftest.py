import pytest

from harness.drone.flight.config import FlightConfig
from harness.drone.flight.flight import Flight
from harness.drone.flight.orders import Sticks
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


@pytest.fixture
def fly_until():
    """Advances a drone until a condition holds; fails after `within` seconds."""

    def fly(flight, condition, within):
        end = flight.now + within
        while not condition():
            assert flight.now < end, f"not within {within} s: {flight.mode.name}, {flight.read_truth()}"
            flight.advance(flight.now + 0.02)
        return flight.now

    return fly


@pytest.fixture
def texts():
    """The words of the messages since the last call."""
    return lambda flight: [message.text for message in flight.take_messages()]


@pytest.fixture
def push():
    """Moves the sticks every 0.1 s for some seconds."""

    def move(flight, seconds, **sticks):
        start = flight.now
        for n in range(1, round(seconds * 10) + 1):
            flight.move_sticks(Sticks(**sticks))
            flight.advance(start + 0.1 * n)

    return move
