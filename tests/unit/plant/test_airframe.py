import math

import numpy as np
import pytest

from harness.errors import UsageError
from harness.plant import layout as lay
from harness.plant.airframe import Airframe, make_parameters, make_random, make_state


def test_thrust_to_weight_is_what_the_airframe_says():
    airframe = Airframe(thrust_to_weight=2.2)
    p = make_parameters(airframe)
    assert 4 * p[lay.THRUST] * p[lay.ROTOR_MAX] ** 2 == pytest.approx(2.2 * airframe.mass * 9.80665)


def test_rotors_form_an_x_and_their_torques_cancel():
    p = make_parameters(Airframe())
    x, y, spin = (p[start : start + 4] for start in (lay.ROTOR_X, lay.ROTOR_Y, lay.SPIN))
    assert np.allclose(np.hypot(x, y), Airframe().arm)
    assert sum(x) == sum(y) == sum(spin) == pytest.approx(0)
    assert np.array_equal(np.sign(x * y), spin)  # opposite rotors turn alike


def test_full_pack_holds_its_energy():
    p = make_parameters(Airframe(battery_wh=130))
    mean = 0.5 * (p[lay.FULL_VOLTAGE] + p[lay.EMPTY_VOLTAGE])
    assert p[lay.CAPACITY] * mean / 3600 == pytest.approx(130)


def test_state_at_power_on_rests_at_home_and_biases_follow_the_seed():
    first, again, other = (make_state(Airframe(), seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first[lay.ON_GROUND] == 1 and first[lay.QUAT] == 1
    assert not first[:6].any()
    assert np.abs(first[lay.GYRO_BIAS : lay.GYRO_BIAS + 3]).max() <= 0.01


def test_random_state_is_never_zero():
    assert all(make_random(seed)[0] != 0 for seed in (0, 1, 2**80))
    assert make_random(0)[0] != make_random(1)[0]


@pytest.mark.parametrize("name", ["mass", "arm", "thrust_scale", "battery_wh"])
@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf])
def test_an_airframe_that_cannot_be_is_refused(name, value):
    with pytest.raises(UsageError, match=name):
        Airframe(**{name: value})
