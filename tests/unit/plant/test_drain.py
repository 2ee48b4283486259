import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.plant import layout as lay
from harness.plant.airframe import Airframe, make_parameters, make_state
from harness.plant.drain import drain


def drained(*energies):
    airframe = Airframe(battery_wh=100.0)
    s, p = make_state(airframe, 1), make_parameters(airframe)
    for energy in energies:
        drain(s, p, energy)
    return s[lay.CHARGE] / p[lay.CAPACITY], s[lay.ENERGY] / 3600.0


def test_nothing_and_everything():
    assert drained(0.0) == (0.0, 0.0)
    assert drained(100.0) == (pytest.approx(1.0), pytest.approx(100.0))
    assert drained(1000.0) == (pytest.approx(1.0), pytest.approx(100.0))


def test_the_first_half_of_the_energy_is_less_than_half_of_the_charge():
    charge, energy = drained(50.0)
    assert energy == pytest.approx(50.0)
    assert 0.45 < charge < 0.5


@given(st.floats(0.0, 50.0), st.floats(0.0, 50.0))
def test_in_two_steps_as_in_one(first, second):
    assert drained(first, second) == pytest.approx(drained(first + second), abs=1e-9)
