import math

import numpy as np
import pytest

from harness.plant import layout as lay
from harness.plant.air import blow
from harness.plant.weather import (
    LogLaw,
    PowerLaw,
    add_gust,
    add_operating_gust,
    read_wind,
    set_direction_change,
    set_profile,
    set_shear,
    set_steady,
    set_swing,
)


@pytest.fixture
def state():
    return np.zeros(lay.STATE_SIZE)


def wind_at(state, t):
    blow(state, t)
    return state[lay.AIR : lay.AIR + 3].tolist()


def test_gust_is_a_full_cosine_with_its_peak_in_the_middle(state):
    add_gust(state, 0.0, (2.0, 3.0), (4.0, -2.0, 1.0))
    assert wind_at(state, 2.0) == [0, 0, 0]
    assert wind_at(state, 3.5) == pytest.approx([4.0, -2.0, -1.0])  # up is minus down
    assert wind_at(state, 2.75)[0] == pytest.approx(2.0)
    assert wind_at(state, 5.0) == [0, 0, 0]
    series = [wind_at(state, 2.0 + 0.01 * n)[0] for n in range(301)]
    assert max(series) == pytest.approx(4.0)
    assert sum(series) * 0.01 == pytest.approx(4.0 * 3.0 / 2, rel=1e-3)


def test_gusts_add_to_the_steady_wind_and_to_each_other(state):
    set_steady(state, (12.0, 0.0, 0.0))
    add_gust(state, 0.0, (1.0, 2.0), (4.0, 0.0, 0.0))
    add_gust(state, 0.0, (1.0, 2.0), (1.0, 0.0, 0.0))
    assert wind_at(state, 2.0)[0] == pytest.approx(17.0)
    assert wind_at(state, 1.5)[0] == pytest.approx(12.0 + 2.5)
    assert wind_at(state, 9.0)[0] == 12.0


def test_shape_is_the_formula(state):
    add_gust(state, 0.0, (0.0, 4.0), (3.0, 0.0, 0.0))
    for t in (0.3, 1.1, 3.9):
        assert wind_at(state, t)[0] == pytest.approx(1.5 * (1 - math.cos(2 * math.pi * t / 4.0)))


def test_parts_are_kept_apart_and_add_up(state):
    set_steady(state, (10.0, 0.0, 1.0))
    add_gust(state, 0.0, (0.0, 2.0), (0.0, 3.0, 0.0))
    state[lay.SPECTRUM], state[lay.ALONG : lay.ALONG + 3] = 1.0, (2.0, 0.5, 0.25)
    blow(state, 1.0)
    wind = read_wind(state, 1.0)
    assert wind.mean == (10.0, 0.0, 1.0)
    assert wind.gust == pytest.approx((0.0, 3.0, 0.0))
    assert wind.turbulence == (2.0, 0.5, 0.25)
    assert wind.along == (2.0, 0.5, 0.25)
    assert wind.total == pytest.approx((12.0, 3.5, 1.25))


def test_turbulence_lies_along_the_mean_wind(state):
    set_steady(state, (0.0, -8.0, 0.0))  # to the west
    state[lay.SPECTRUM], state[lay.ALONG : lay.ALONG + 3] = 2.0, (2.0, 0.5, 0.0)
    blow(state, 0.0)
    assert read_wind(state, 0.0).turbulence == pytest.approx((0.5, -2.0, 0.0))


def test_operating_gust_is_the_standards_shape(state):
    add_operating_gust(state, 0.0, (0.0, 10.5), (10.0, 0.0, 0.0))
    for t in (0.7, 2.6, 5.25, 9.1):
        expected = -0.37 * 10 * math.sin(3 * math.pi * t / 10.5) * (1 - math.cos(2 * math.pi * t / 10.5))
        assert wind_at(state, t)[0] == pytest.approx(expected)
    series = [wind_at(state, 0.01 * n)[0] for n in range(1051)]
    assert max(series) == pytest.approx(7.4)
    assert min(series) < -2.0
    assert wind_at(state, 10.5)[0] == 0.0


def test_power_law_profile(state):
    set_steady(state, (10.0, 5.0, 0.5))
    set_profile(state, PowerLaw(reference=10.0, exponent=0.2))
    for height, factor in ((10.0, 1.0), (40.0, 4.0**0.2), (0.0, 0.0), (-3.0, 0.0)):
        state[lay.POS + 2] = -height
        assert wind_at(state, 0.0) == pytest.approx([10.0 * factor, 5.0 * factor, -0.5])
    set_profile(state, None)
    assert wind_at(state, 0.0) == [10.0, 5.0, -0.5]


def test_logarithmic_profile(state):
    set_steady(state, (10.0, 0.0, 0.0))
    set_profile(state, LogLaw(reference=6.096, roughness=0.6096))
    for height, factor in ((6.096, 1.0), (60.96, 2.0), (0.6096, 0.0), (0.1, 0.0)):
        state[lay.POS + 2] = -height
        assert wind_at(state, 0.0)[0] == pytest.approx(10.0 * factor)


def test_linear_shear_grows_from_its_reference(state):
    set_steady(state, (4.0, 0.0, 0.0))
    set_shear(state, (0.1, -0.2), 10.0)
    state[lay.POS + 2] = -30.0
    assert wind_at(state, 0.0) == pytest.approx([6.0, -4.0, 0.0])
    state[lay.POS + 2] = -10.0
    assert wind_at(state, 0.0) == pytest.approx([4.0, 0.0, 0.0])


def test_direction_swings_about_the_steady_one(state):
    set_steady(state, (10.0, 0.0, 0.0))
    set_swing(state, 5.0, math.radians(30), 40.0)
    assert wind_at(state, 5.0)[:2] == pytest.approx([10.0, 0.0])
    assert wind_at(state, 15.0)[:2] == pytest.approx([10 * math.cos(math.radians(30)), 5.0])  # clockwise first
    assert wind_at(state, 35.0)[:2] == pytest.approx([10 * math.cos(math.radians(30)), -5.0])


def test_direction_change_follows_the_standard_and_stays(state):
    set_steady(state, (10.0, 0.0, 0.0))
    set_direction_change(state, (2.0, 6.0), math.radians(60))
    angles = {t: math.degrees(math.atan2(*wind_at(state, t)[1::-1])) for t in (0.0, 2.0, 3.5, 5.0, 8.0, 100.0)}
    assert angles == pytest.approx({0.0: 0, 2.0: 0, 3.5: 30 * (1 - math.cos(math.pi / 4)), 5.0: 30, 8.0: 60, 100.0: 60})
    assert math.hypot(*wind_at(state, 4.0)[:2]) == pytest.approx(10.0)
