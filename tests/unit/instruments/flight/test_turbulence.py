from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.catalogue.sections import Envelope
from harness.errors import RigError
from harness.instruments.flight.turbulence import W20, Stirring, compare, integral_time, octaves
from harness.plant.weather import Spectrum, Turbulence

PERIOD, SIZE, MEAN = 0.1, 1200, 8.0
TURBULENCE = Turbulence(seed=4, w20=W20["moderate"], height=10.0, speed=MEAN)
STIRRING = Stirring(turbulence=TURBULENCE, start=30.0, mean=MEAN)
TIMES = 35.0 + PERIOD * np.arange(SIZE)


@pytest.fixture(scope="module")
def commanded():
    return STIRRING.at(TIMES)


def problems(realised, commanded):
    return compare(realised, commanded, PERIOD).problems()


def test_the_classes_are_those_of_the_declaration():
    assert set(W20) == set(Envelope.model_fields["turbulence"].annotation.__args__[0].__args__)
    assert W20["moderate"] == pytest.approx(15.43, abs=0.01)


def test_the_commanded_series_has_the_mean_and_does_not_depend_on_who_reads_it(commanded):
    assert commanded[:, 0].mean() == pytest.approx(MEAN, abs=2.0)
    assert STIRRING.at(TIMES[100:]) == pytest.approx(commanded[100:])
    assert STIRRING.at(TIMES[::3]) == pytest.approx(commanded[::3])


def test_what_was_commanded_is_like_itself(commanded):
    likeness = compare(commanded, commanded, PERIOD)
    assert likeness.problems() == []
    assert set(likeness.bands) == {1.0}
    assert likeness.correlation == pytest.approx(1.0)
    assert likeness.total[0] == likeness.total[1] > 2.0
    assert "sigma along, across, up" in str(likeness)


@given(gain=st.floats(-0.08, 0.08), seed=st.integers(0, 2**32 - 1))
def test_a_source_within_its_tolerance_passes(commanded, gain, seed):
    noise = np.random.default_rng(seed).normal(0.0, 0.01, commanded.shape)
    swing = commanded - commanded.mean(axis=0)
    assert problems(commanded + gain * swing + noise, commanded) == []


def test_still_air_and_a_plain_wind_are_found_out(commanded):
    still, plain = np.zeros_like(commanded), np.full_like(commanded, 0.0)
    plain[:, 0] = commanded[:, 0].mean()
    assert "the mean" in problems(still, commanded)
    # the gusts of this window are turned by more than 5 deg on the whole, so a plain wind is not
    others = ["the length scale", "the direction", "the spectrum"]
    assert problems(plain, commanded) == ["sigma along", "sigma across", "sigma up", *others]


@pytest.mark.parametrize("share", [0.8, 1.25, -1.0])
def test_a_source_that_lies_is_found_out(commanded, share):
    assert problems(share * commanded, commanded)[0] == "the mean"


def test_the_turbulence_of_another_seed_is_found_out(commanded):
    other = replace(STIRRING, turbulence=replace(TURBULENCE, seed=5)).at(TIMES)
    assert problems(other, commanded)


@pytest.mark.parametrize("lengths", [(2.0, 2.0, 1.0), (600.0, 600.0, 100.0)])
def test_the_right_intensity_at_the_wrong_scale_is_found_out(commanded, lengths):
    other = replace(STIRRING, turbulence=replace(TURBULENCE, lengths=lengths)).at(TIMES)
    swing = other - other.mean(axis=0)
    scaled = commanded.mean(axis=0) + swing * commanded.std(axis=0) / swing.std(axis=0)
    # a length beyond the window cannot show as one, the spectrum shows it all the same
    assert "the spectrum" in problems(scaled, commanded)


def test_white_noise_of_the_right_intensity_is_found_out(commanded):
    noise = np.random.default_rng(1).normal(size=commanded.shape)
    noise = (noise - noise.mean(axis=0)) / noise.std(axis=0)
    found = problems(commanded.mean(axis=0) + noise * commanded.std(axis=0), commanded)
    assert found == ["the length scale", "the spectrum"]


def test_another_spectrum_of_the_same_seed_is_found_out(commanded):
    other = replace(STIRRING, turbulence=replace(TURBULENCE, spectrum=Spectrum.VON_KARMAN)).at(TIMES)
    assert problems(other, commanded)


@pytest.mark.parametrize("size", [0, 1, 99])
def test_too_few_readings_are_refused(commanded, size):
    with pytest.raises(RigError, match="100 are needed"):
        compare(commanded[:size], commanded[:size], PERIOD)


def test_readings_that_do_not_match_or_are_no_numbers_are_refused(commanded):
    with pytest.raises(RigError, match="readings of the wind for"):
        compare(commanded[1:], commanded, PERIOD)
    broken = commanded.copy()
    broken[7, 1] = np.nan
    with pytest.raises(RigError, match="no number"):
        compare(broken, commanded, PERIOD)


@pytest.mark.parametrize("times", [np.array([]), np.array([29.0, 31.0])])
def test_a_reading_before_the_turbulence_is_refused(times):
    with pytest.raises(RigError, match="before the turbulence"):
        STIRRING.at(times)


def test_the_integral_time_of_an_exponential_is_its_time_constant():
    rng, decay = np.random.default_rng(2), np.exp(-PERIOD / 3.0)
    values = np.zeros(100_000)
    for n, draw in enumerate(rng.normal(size=values.size - 1), 1):
        values[n] = decay * values[n - 1] + draw
    assert integral_time(values, PERIOD) == pytest.approx(3.0, rel=0.2)
    assert integral_time(np.full(100, 7.0), PERIOD) == 0.0


@given(st.integers(8, 10_000))
def test_octaves_lie_side_by_side_within_the_spectrum(size):
    bounds = octaves(size)
    assert bounds[0] == (2, 4)
    assert all(high == 2 * low for low, high in bounds)
    assert all(one[1] == two[0] for one, two in pairwise(bounds))
    assert bounds[-1][1] <= size // 2 < 2 * bounds[-1][1]


@pytest.mark.parametrize(("angle", "found"), [(3.0, []), (8.0, ["the direction"]), (-8.0, ["the direction"])])
def test_turbulence_from_another_side_is_found_out(commanded, angle, found):
    # turned by 8 deg the mean along the wind is only a hundredth less
    turn = np.radians(angle)
    turned = commanded.copy()
    turned[:, 0] = np.cos(turn) * commanded[:, 0] - np.sin(turn) * commanded[:, 1]
    turned[:, 1] = np.sin(turn) * commanded[:, 0] + np.cos(turn) * commanded[:, 1]
    assert problems(turned, commanded) == found
