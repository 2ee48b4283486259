import math

import pytest

from harness.targets.ardusim import ARDUSIM, LAG, SPEED
from harness.targets.simair import SimulatedAir


@pytest.fixture
def wires():
    """An air, and an autopilot that echoes what it is sent."""
    sent = []

    def send(name, value):
        sent.append((name, value))
        air.hear(name, value)

    air = SimulatedAir(3, ARDUSIM.wind, send)
    return air, sent


def test_what_blows_follows_the_echoed_parameters_behind_the_lag(wires):
    air, _ = wires
    air.set_wind(-10.0, 0.0)
    air.move_to(1.0, 10.0)
    assert air.blows() == (0.0, 0.0, 0.0)
    air.move_to(1.0 + LAG, 10.0)
    assert air.blows()[0] == pytest.approx(-10.0 * (1.0 - math.exp(-1.0)))
    air.move_to(3.0, 10.0)
    assert air.blows() == pytest.approx((-10.0, 0.0, 0.0), abs=1e-5)


def test_what_was_not_echoed_does_not_blow():
    air = SimulatedAir(3, ARDUSIM.wind, lambda name, value: None)
    air.set_wind(-10.0, 0.0)
    for step in range(1, 40):
        air.move_to(0.1 * step, 10.0)
    assert air.blows() == (0.0, 0.0, 0.0)


def test_a_parameter_is_sent_until_it_is_echoed_and_then_no_more(wires):
    air, sent = wires
    air.set_wind(-10.0, 0.0)
    air.move_to(0.1, 10.0)
    first = len(sent)
    air.move_to(0.2, 10.0)
    assert first == 1 and len(sent) == first


def test_a_gust_is_streamed_and_ends(wires):
    air, sent = wires
    air.set_wind(-5.0, 0.0)
    air.add_gust(start=1.0, duration=2.0, north=-6.0, east=0.0)
    for step in range(1, 80):
        air.move_to(0.05 * step, 10.0)
    assert max(value for name, value in sent if name == SPEED) == pytest.approx(11.0, abs=0.05)
    assert air.blows() == pytest.approx((-5.0, 0.0, 0.0), abs=0.01)
