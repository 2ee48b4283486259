import pytest

from harness.plant import layout as lay
from harness.plant.airframe import Airframe, make_parameters, make_random, make_state
from harness.plant.monitors import read_rotors
from harness.plant.step import run_plant


def test_currents_of_rotors_and_avionics_are_the_packs():
    airframe = Airframe()
    s, p, rng = make_state(airframe, 0), make_parameters(airframe), make_random(0)
    s[lay.MOTOR : lay.MOTOR + 4] = 0.6, 0.5, 0.4, 0.3
    run_plant(s, p, rng, 200)
    rotors = read_rotors(s, p)
    assert rotors.speeds == tuple(s[lay.ROTOR : lay.ROTOR + 4])
    assert sorted(rotors.currents, reverse=True) == list(rotors.currents)
    assert sum(rotors.currents) + p[lay.AVIONICS] / s[lay.VOLTAGE] == pytest.approx(s[lay.CURRENT])


def test_standing_rotors_draw_nothing_even_from_an_empty_pack():
    airframe = Airframe()
    s, p = make_state(airframe, 0), make_parameters(airframe)
    s[lay.VOLTAGE] = 0.0
    assert read_rotors(s, p).currents == (0.0, 0.0, 0.0, 0.0)
