import math

import numpy as np
import pytest

from harness.errors import RigError
from harness.plant import layout as lay
from harness.plant.airframe import make_random
from harness.plant.weather import (
    LogLaw,
    PowerLaw,
    Turbulence,
    add_gust,
    add_operating_gust,
    set_direction_change,
    set_profile,
    set_shear,
    set_steady,
    set_swing,
    set_turbulence,
)


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


BAD = (math.nan, math.inf, -math.inf, 1e9)


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize(
    "ask",
    [
        lambda s, x: set_swing(s, 0.0, x, 10.0),
        lambda s, x: set_swing(s, 0.0, 0.1, x),
        lambda s, x: set_shear(s, (x, 0.0), 10.0),
        lambda s, x: set_shear(s, (0.0, 0.0), x),
        lambda s, x: set_direction_change(s, (0.0, 6.0), x),
        lambda s, x: set_profile(s, PowerLaw(reference=x)),
        lambda s, x: set_profile(s, PowerLaw(exponent=x)),
        lambda s, x: set_profile(s, LogLaw(roughness=x)),
        lambda s, x: add_operating_gust(s, 0.0, (0.0, 10.5), (x, 0.0, 0.0)),
    ],
)
def test_impossible_air_is_refused_and_changes_nothing(state, ask, bad):
    with pytest.raises(RigError, match=r"number|finite"):
        ask(state, bad)
    assert not state.any()


@pytest.mark.parametrize("window", [(math.nan, 1.0), (0.0, 0.0), (0.0, math.inf)])
def test_direction_change_without_a_real_window_is_refused(state, window):
    with pytest.raises(RigError, match="direction change"):
        set_direction_change(state, window, 0.5)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"w20": 5.0, "sigmas": (1.0, 1.0, 1.0)},
        {"w20": math.nan},
        {"w20": -1.0},
        {"w20": 5.0, "height": 0.0},
        {"w20": 5.0, "speed": 0.0},
        {"w20": 5.0, "lengths": (10.0, 10.0, 0.0)},
        {"sigmas": (1.0, math.inf, 1.0)},
        {"w20": 5.0, "seed": -1},
    ],
)
def test_impossible_turbulence_is_refused(settings):
    with pytest.raises(RigError, match="turbulence"):
        Turbulence(**{"seed": 1, **settings})


def test_turbulence_begins_in_its_steady_state_and_ends_at_once(state):
    rng, starts = make_random(1), []
    for seed in range(2000):
        set_turbulence(state, rng, Turbulence(seed=seed, sigmas=(1.0, 2.0, 3.0), lengths=(50.0, 50.0, 10.0)))
        starts.append(state[lay.ALONG : lay.ALONG + 3].copy())
    # standard error of a deviation from 2000 samples: 1.6 %
    assert np.std(starts, axis=0) == pytest.approx([1.0, 2.0, 3.0], rel=0.06)
    set_turbulence(state, rng, None)
    assert not state[lay.ALONG : lay.ALONG + 3].any() and state[lay.SPECTRUM] == 0.0


def test_only_the_airs_generator_is_seeded(state):
    rng = make_random(1)
    before = rng.copy()
    set_turbulence(state, rng, Turbulence(seed=4, w20=5.0))
    assert rng[0] == before[0] and rng[1] != before[1]
