import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.instruments.faults import faults_of
from harness.instruments.wind.faults import SHARES, FaultyAir, faulty
from harness.plant.weather import LogLaw, Turbulence
from harness.targets.base import Air

speeds = st.floats(-30.0, 30.0)


class Log:
    """An air that remembers what it was told."""

    def __init__(self):
        self.told = []

    def __getattr__(self, name):
        return lambda *args, **named: self.told.append((name, args, named))


def test_each_fault_of_the_wind_is_one_of_the_source():
    assert set(SHARES) == set(faults_of("wind", "plant"))


def test_a_sound_source_is_the_air_itself():
    air = Log()
    assert faulty(air, "") is faulty(air, "frozen") is air


@given(st.sampled_from(sorted(SHARES)), speeds, speeds, speeds)
def test_a_faulty_source_follows_its_share_of_each_vector(fault, north, east, up):
    air, share = Log(), SHARES[fault]
    source = faulty(air, fault)
    source.set_wind(north, east, up)
    source.add_gust(start=1.0, duration=2.0, north=north, east=east, up=up)
    source.add_operating_gust(start=1.0, duration=2.0, north=north, east=east)
    vector = {"north": share * north, "east": share * east}
    window = {"start": 1.0, "duration": 2.0}
    assert air.told == [
        ("set_wind", (share * north, share * east, share * up), {}),
        ("add_gust", (), {**window, **vector, "up": share * up}),
        ("add_operating_gust", (), {**window, **vector}),
    ]


def test_a_faulty_source_turns_swings_and_shears_by_its_share():
    air = Log()
    source = FaultyAir(air, -1.0)
    source.set_direction_change(start=1.0, duration=5.0, angle=1.5)
    source.set_swing(0.5, 20.0)
    source.set_shear(0.1, 0.2, reference=5.0)
    law = LogLaw()
    source.set_profile(law)
    assert air.told == [
        ("set_direction_change", (), {"start": 1.0, "duration": 5.0, "angle": -1.5}),
        ("set_swing", (0.5, 20.0), {}),
        ("set_shear", (-0.1, -0.2), {"reference": 5.0}),
        ("set_profile", (law,), {}),
    ]


@pytest.mark.parametrize(("fault", "share"), [("lies", 0.8), ("reversed", 1.0)])
def test_turbulence_keeps_its_seed_and_loses_intensity(fault, share):
    air = Log()
    source = faulty(air, fault)
    for told in (Turbulence(seed=3, w20=10.0), Turbulence(seed=3, sigmas=(1.0, 2.0, 3.0))):
        source.set_turbulence(told)
    by_class, by_sigmas = (args[0] for _, args, _ in air.told)
    assert (by_class.seed, by_class.w20) == (3, pytest.approx(10.0 * share))
    assert by_sigmas.sigmas == pytest.approx((share, 2.0 * share, 3.0 * share))


def test_a_muted_source_stirs_nothing_and_calm_is_calm_for_all():
    for fault in SHARES:
        air = Log()
        faulty(air, fault).set_turbulence(None)
        assert air.told == [("set_turbulence", (None,), {})]
    air = Log()
    faulty(air, "muted").set_turbulence(Turbulence(seed=3, w20=10.0))
    assert air.told == [("set_turbulence", (None,), {})]


def test_no_word_of_the_air_gets_past_the_fault():
    words = {name for name, _ in inspect.getmembers(Air, inspect.isfunction) if not name.startswith("_")}
    assert words <= set(vars(FaultyAir))
