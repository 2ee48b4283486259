import math

import pytest

from harness.errors import NotShown, RigError
from harness.instruments.wind.anemometer_nmea import WindReading
from harness.instruments.wind.source import MeasuredWind, SourceAir
from harness.plant.weather import PowerLaw, Turbulence
from harness.timing import run_for


class Anemometer:
    uncertainty, ranges = 0.1, ()

    def read(self):
        return WindReading(time=0.0, speed=1.0, bearing=0.0)


class Source:
    def __init__(self):
        self.orders, self.closed = [], False

    def identify(self):
        return "Fan 77"

    def order(self, speed, bearing):
        self.orders.append((round(speed, 3), round(bearing, 1)))

    def close(self):
        self.closed = True


@pytest.fixture
def air(real):
    source = Source()
    return SourceAir(real.world, source.order), source, real.world


def test_a_steady_wind_is_an_order(air):
    made, source, _ = air
    made.set_wind(0.0, -12.0)
    made.set_wind(0.0, 0.0)
    assert source.orders == [(12.0, 90.0), (0.0, pytest.approx(0.0, abs=180.0))]


def test_a_gust_is_a_bell_of_orders_on_the_wind(air):
    made, source, world = air
    made.set_wind(-5.0, 0.0)
    made.add_gust(start=world.now() + 0.05, duration=0.6, north=-4.0, east=0.0)
    run_for(world, 0.8)
    speeds = [speed for speed, _ in source.orders]
    assert speeds[0] == 5.0 and speeds[-1] == pytest.approx(5.0, abs=0.05)
    assert max(speeds) == pytest.approx(9.0, abs=0.3)
    assert {bearing for _, bearing in source.orders} == {0.0}


def test_a_turn_is_a_row_of_bearings_and_is_taken_back(air):
    made, source, world = air
    made.set_wind(-5.0, 0.0)
    made.set_direction_change(start=world.now(), duration=0.4, angle=math.radians(90.0))
    run_for(world, 0.5)
    bearings = [bearing for _, bearing in source.orders]
    assert bearings == sorted(bearings) and bearings[-1] == 90.0
    made.set_direction_change(start=0.0, duration=0.4, angle=0.0)
    made.set_wind(-5.0, 0.0)
    assert source.orders[-1] == (5.0, 0.0)


@pytest.mark.parametrize(
    "deed",
    [
        lambda air: air.set_wind(1.0, 0.0, 1.0),
        lambda air: air.add_gust(start=0, duration=1, north=1, east=0, up=1),
        lambda air: air.add_operating_gust(start=0, duration=1, north=1, east=0),
        lambda air: air.set_swing(0.1, 3.0),
        lambda air: air.set_profile(PowerLaw()),
        lambda air: air.set_shear(0.1, 0.0),
        lambda air: air.set_turbulence(Turbulence(seed=1, w20=5.0, height=10.0, speed=5.0)),
    ],
)
def test_what_it_cannot_make_is_not_shown_and_never_invented(air, deed):
    with pytest.raises(NotShown, match="the wind source of this rig cannot"):
        deed(air[0])


def test_leaving_such_a_thing_out_is_no_order(air):
    made, source, _ = air
    made.set_swing(0.0, 1.0)
    made.set_profile(None)
    made.set_shear(0.0, 0.0)
    made.set_turbulence(None)
    assert source.orders == []
    with pytest.raises(RigError, match="ask the anemometer"):
        made.read_wind()


def test_the_wind_takes_the_anemometers_calibration_and_dies_down_at_the_end(real):
    source = Source()
    wind = MeasuredWind(real(devices={"anemometer": Anemometer()}), source)
    assert wind.identify() == "Fan 77"
    assert wind._terms.uncertainty == 0.1
    wind.close()
    assert (source.orders, source.closed) == ([(0.0, 0.0)], True)


def test_the_air_of_the_bench_counts_by_its_density(real):
    # 1000 m above the sea 12 m/s push as 11.4 m/s do at its level
    devices = {"anemometer": Anemometer()}
    high, unknown = (MeasuredWind(real(devices=devices, **air), Source()) for air in ({"air_density": 1.112}, {}))
    assert high._terms.exposure("wind", 12.0, 12.0).realised.value == pytest.approx(12.0 * math.sqrt(1.112 / 1.225))
    assert unknown._terms.exposure("wind", 12.0, 12.0).realised.value == pytest.approx(12.0)
    assert high._terms.aim(12.0) > unknown._terms.aim(12.0)


def test_without_an_anemometer_there_is_none_and_the_source_is_let_go(real):
    source = Source()
    with pytest.raises(RigError, match=r"add \[roles\.anemometer\]"):
        MeasuredWind(real(), source)
    assert source.closed


def test_a_wall_that_stands_still_cannot_blow_from_elsewhere(real):
    source = Source()
    wind = MeasuredWind(real(devices={"anemometer": Anemometer()}, bearing=90.0), source)
    wind._air.set_wind(0.0, -5.0)
    assert source.orders == [(5.0, 90.0)]
    with pytest.raises(RigError, match="should come from 0 deg, and this source stands at 90 deg: turn the article"):
        wind._air.set_wind(-5.0, 0.0)
