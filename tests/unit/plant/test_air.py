import math

import numpy as np
import pytest

from harness.plant import layout as lay
from harness.plant.air import blow
from harness.plant.weather import add_gust, set_steady


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
