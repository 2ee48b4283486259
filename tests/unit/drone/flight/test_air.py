import math

import numpy as np
import pytest

from harness.drone.flight.air import FlightAir
from harness.drone.flight.config import FlightConfig
from harness.drone.flight.frames import run_frames
from harness.drone.flight.settings import make_arrays
from harness.errors import RigError
from harness.plant import layout as lay
from harness.plant.commanded import commanded_series
from harness.plant.weather import LogLaw, PowerLaw, Turbulence


@pytest.fixture
def arrays():
    return make_arrays(FlightConfig(), 0)


@pytest.fixture
def air(arrays):
    return FlightAir(arrays)


def test_wind_is_there_at_once(air):
    air.set_wind(3.0, 4.0, 0.5)
    wind = air.read()
    assert wind.mean == wind.total == (3.0, 4.0, 0.5)
    assert wind.time == 0.0 and wind.gust == wind.turbulence == (0.0, 0.0, 0.0)


def test_every_kind_reaches_the_aircraft(arrays, air):
    arrays.state[lay.POS + 2] = -40.0
    air.set_wind(10.0, 0.0)
    air.set_profile(PowerLaw(reference=10.0, exponent=0.5))
    assert air.read().mean == pytest.approx((20.0, 0.0, 0.0))
    air.set_profile(LogLaw(reference=20.0, roughness=10.0))
    assert air.read().mean == pytest.approx((20.0, 0.0, 0.0))
    air.set_profile(None)
    air.set_shear(0.0, 0.1, reference=10.0)
    assert air.read().mean == pytest.approx((10.0, 3.0, 0.0))
    air.set_shear(0.0, 0.0)
    air.set_direction_change(start=-10.0, duration=5.0, angle=math.pi / 2)
    assert air.read().mean == pytest.approx((0.0, 10.0, 0.0))
    air.set_direction_change(start=0.0, duration=1.0, angle=0.0)
    air.set_swing(0.5, 4.0)
    air.add_gust(start=0.0, duration=2.0, north=0.0, east=0.0, up=3.0)
    air.add_operating_gust(start=0.0, duration=2.0, north=0.0, east=10.0)
    run_frames(*arrays, 400)
    wind = air.read()
    assert wind.time == 1.0
    assert wind.mean == pytest.approx((10 * math.cos(0.5), 10 * math.sin(0.5), 0.0))
    assert wind.gust == pytest.approx((0.0, 7.4, 3.0))
    assert wind.total == pytest.approx(np.array(wind.mean) + wind.gust)


def test_turbulence_at_the_aircraft_is_the_commanded_series(arrays, air):
    turbulence = Turbulence(seed=9, w20=12.0, height=10.0)
    air.set_wind(0.0, 12.0)
    air.set_turbulence(turbulence)
    run_frames(*arrays, 200)
    assert air.read().along == tuple(commanded_series(turbulence, frames=200, wind=12.0)[-1])
    assert air.read().turbulence[1] == pytest.approx(air.read().along[0])  # along is east
    air.set_turbulence(None)
    assert air.read().total == (0.0, 12.0, 0.0)


@pytest.mark.parametrize("wind", [(math.nan, 0.0), (0.0, 1e9)])
def test_impossible_wind_is_refused(air, wind):
    with pytest.raises(RigError, match="wind"):
        air.set_wind(*wind)
