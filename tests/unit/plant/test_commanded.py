import math

import numpy as np
import pytest

from harness.errors import RigError
from harness.plant import layout as lay
from harness.plant.airframe import Airframe, make_parameters, make_random, make_state
from harness.plant.commanded import commanded_series
from harness.plant.step import run_plant
from harness.plant.weather import Spectrum, Turbulence, read_wind, set_steady, set_turbulence


def realised(turbulence, frames, seed):
    """What blows at a drone that stands on the ground, frame by frame."""
    airframe = Airframe()
    s, p, rng = make_state(airframe, seed), make_parameters(airframe), make_random(seed)
    set_steady(s, (6.0, 8.0, 0.0))
    run_plant(s, p, rng, 100)
    set_turbulence(s, rng, turbulence)
    rows = []
    for _ in range(frames):
        run_plant(s, p, rng, 1)
        wind = read_wind(s, 0.0)
        rows.append(wind.along)
        assert wind.total == pytest.approx(np.array(wind.mean) + wind.turbulence)
    return np.array(rows)


@pytest.mark.parametrize("spectrum", Spectrum)
def test_what_blows_is_what_was_commanded_to_the_last_bit(spectrum):
    turbulence = Turbulence(seed=11, spectrum=spectrum, w20=12.0, height=20.0)
    series = commanded_series(turbulence, frames=300, wind=10.0)
    assert np.array_equal(series, realised(turbulence, 300, seed=1))
    assert np.array_equal(series, realised(turbulence, 300, seed=2))  # whatever the sensors' seed
    # the control: another seed, or another wind, is another series
    assert not np.allclose(series, commanded_series(Turbulence(seed=12, w20=12.0, height=20.0), frames=300, wind=10.0))
    assert not np.allclose(series, commanded_series(turbulence, frames=300, wind=11.0))


def test_sensor_noise_is_the_same_with_and_without_turbulence():
    def gyro(turbulence):
        airframe = Airframe()
        s, p, rng = make_state(airframe, 3), make_parameters(airframe), make_random(3)
        set_turbulence(s, rng, turbulence)
        run_plant(s, p, rng, 500)
        return s[lay.GYRO : lay.GYRO + 3].tolist(), int(rng[0])

    assert gyro(None) == gyro(Turbulence(seed=1, w20=10.0))


@pytest.mark.parametrize("bad", [{"wind": math.nan}, {"height": math.inf}, {"rate": 0.0}])
def test_a_series_of_nothing_is_refused(bad):
    with pytest.raises(RigError, match="finite"):
        commanded_series(Turbulence(seed=1, w20=5.0), **{"frames": 3, "wind": 5.0, **bad})
