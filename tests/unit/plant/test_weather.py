import math

import numpy as np
import pytest

from harness.errors import RigError
from harness.plant import layout as lay
from harness.plant.weather import add_gust, set_steady


@pytest.fixture
def state():
    return np.zeros(lay.STATE_SIZE)


def test_steady_wind_turns_up_into_down(state):
    set_steady(state, (1.0, 2.0, 3.0))
    assert state[lay.STEADY : lay.STEADY + 3].tolist() == [1.0, 2.0, -3.0]


@pytest.mark.parametrize("wind", [(math.nan, 0, 0), (0, math.inf, 0), (0, 0, 1e9)])
def test_impossible_wind_is_refused(state, wind):
    with pytest.raises(RigError, match="wind"):
        set_steady(state, wind)
    with pytest.raises(RigError, match="gust"):
        add_gust(state, 0.0, (0.0, 1.0), wind)


@pytest.mark.parametrize("window", [(math.nan, 1.0), (0.0, 0.0), (0.0, -1.0), (0.0, math.inf)])
def test_gust_without_a_real_window_is_refused(state, window):
    with pytest.raises(RigError, match="gust"):
        add_gust(state, 0.0, window, (1.0, 0.0, 0.0))


def test_ended_gusts_make_room_and_a_full_list_says_so(state):
    for n in range(lay.GUST_CAPACITY):
        add_gust(state, 0.0, (float(n), 1.0), (1.0, 0.0, 0.0))
    with pytest.raises(RigError, match="at most 64 gusts"):
        add_gust(state, 0.5, (0.0, 1.0), (1.0, 0.0, 0.0))
    add_gust(state, 10.0, (100.0, 1.0), (7.0, 0.0, 0.0))
    assert state[lay.GUSTS] == lay.GUST_CAPACITY - 10 + 1
    assert state[lay.GUST] == 10.0
    assert not state[lay.GYRO :].any()  # nothing written beyond the list
