"""Statistics of the turbulence, each with a control that the same test must catch.

Nothing here picks a seed: all seeds from 0 on count. Standard errors come from the number of independent samples, so
from the duration and the correlation that the standard prescribes (Bartlett's formula).
"""

import math

import numpy as np
import pytest
from scipy.signal import welch
from scipy.special import gamma, kv

from harness.plant import layout as lay
from harness.plant.airframe import make_random
from harness.plant.commanded import commanded_series
from harness.plant.turbulence import (
    ACROSS_POLES,
    ACROSS_SHARES,
    ALONG_POLES,
    ALONG_SHARES,
    fill_series,
    low_altitude,
    spread,
)
from harness.plant.weather import Spectrum, Turbulence, set_turbulence

SEEDS = 60
SECONDS, WIND, HEIGHT, W20 = 600, 15.0, 10.0, 15.0
RATE, KEEP = 100, 2  # frames a second, and every second one kept: far above V / L
STEP = KEEP / RATE


def published(height, w20):
    """MIL-F-8785C, 3.7.3: sigmas and length scales along, across and up, in SI; written out a second time."""
    feet = height / 0.3048
    base = 0.177 + 0.000823 * feet
    sigma, length = 0.1 * w20, feet / base**1.2 * 0.3048
    return np.array([sigma / base**0.4] * 2 + [sigma]), np.array([length, length, height])


def series_of(seed, *, spectrum=Spectrum.DRYDEN, **settings):
    asked = {"w20": W20, "height": HEIGHT, **settings}
    turbulence = Turbulence(seed=seed, spectrum=spectrum, **asked)
    return commanded_series(turbulence, frames=SECONDS * RATE, wind=WIND, rate=RATE)[::KEEP]


def all_series(**settings):
    return np.stack([series_of(seed, **settings) for seed in range(SEEDS)])


@pytest.fixture(scope="module")
def dryden():
    return all_series()


@pytest.fixture(scope="module")
def karman():
    return all_series(spectrum=Spectrum.VON_KARMAN)


# -- autocorrelation that the standard's spectra mean, by x = V lag / L


def dryden_correlation(axis, x):
    """Cosine transforms of the Dryden spectra: exp(-x) along, (1 - x / 2) exp(-x) across and up."""
    return np.exp(-x) * (1.0 if axis == 0 else 1.0 - 0.5 * x)


def karman_correlation(axis, x):
    """Of the von Karman spectra themselves, not of the filters: f, and f + (r / 2) f' across and up, in closed form.

    f = 2^(2/3) / Gamma(1/3) z^(1/3) K_1/3(z), z = x / 1.339 (Batchelor, The Theory of Homogeneous Turbulence).
    """
    z = np.maximum(1e-9, np.asarray(x) / 1.339)
    bracket = kv(1 / 3, z) - (0.0 if axis == 0 else 0.5 * z * kv(2 / 3, z))
    return 2 ** (2 / 3) / gamma(1 / 3) * np.cbrt(z) * bracket


def karman_power(axis, way):
    """The von Karman spectrum by way = L omega / V, 1 at 0 (MIL-F-8785C, 3.7.1.1)."""
    square = (1.339 * way) ** 2
    return (1 + square) ** (-5 / 6) if axis == 0 else (1 + 8 / 3 * square) / (1 + square) ** (11 / 6)


def dryden_power(axis, way):
    """The Dryden spectrum by way = L omega / V, 1 at 0 (MIL-F-8785C, 3.7.1.2)."""
    return 1 / (1 + way**2) if axis == 0 else (1 + 3 * way**2) / (1 + way**2) ** 2


# -- estimates and their standard errors


class Correlation:
    """What the standard's correlation says of estimates from one series."""

    def __init__(self, function, axis, length):
        self.lag = max(1, round(0.8 * length / WIND / STEP))
        self.half = 20 * round(length / WIND / STEP)
        grid = np.arange(0, self.half + 2 * self.lag + 1)
        positive = function(axis, grid * STEP * WIND / length)
        self.rho = np.concatenate([positive[:0:-1], positive])
        self.centre = len(positive) - 1
        self.function, self.axis, self.length = function, axis, length

    def at(self, shift):
        return self.rho[self.centre + shift - self.half : self.centre + shift + self.half + 1]

    @property
    def independent(self):
        """Number of independent samples for a variance: n / sum rho^2."""
        return SECONDS / STEP / np.sum(self.at(0) ** 2)

    def sigma_error(self):
        """Relative standard error of a standard deviation."""
        return math.sqrt(1 / (2 * self.independent))

    def length_error(self):
        """Relative standard error of the length scale read from the correlation at ``lag`` (Bartlett)."""
        rho, far = self.at(0), float(self.at(self.lag)[self.half])
        terms = (
            rho**2 + self.at(self.lag) * self.at(-self.lag) + 2 * far**2 * rho**2 - 4 * far * rho * self.at(-self.lag)
        )
        error = math.sqrt(np.sum(terms) * STEP / SECONDS)
        return error / abs(self.slope())

    def slope(self):
        """Change of the correlation at ``lag`` by relative change of the length scale."""
        x = self.lag * STEP * WIND / self.length
        one, two = np.ravel(self.function(self.axis, np.array([x / 1.01, x / 0.99])))
        return float(one - two) / 0.02

    def read_length(self, values):
        """The length scale (m) whose correlation at ``lag`` is the one measured."""
        measured = np.mean(values[self.lag :] * values[: -self.lag]) / np.mean(values**2)
        lengths = self.length * np.geomspace(0.2, 5.0, 400)
        return float(np.interp(measured, self.function(self.axis, self.lag * STEP * WIND / lengths), lengths))


def deviations(series, function, sigmas, lengths):
    """Errors of sigma and of length in standard errors: arrays of seed by component."""
    sigma, length = np.empty((SEEDS, 3)), np.empty((SEEDS, 3))
    means = np.empty((2, 3))
    for axis in range(3):
        model = Correlation(function, axis, lengths[axis])
        found = np.sqrt(np.mean(series[:, :, axis] ** 2, axis=1)) / sigmas[axis]
        scales = np.array([model.read_length(values) for values in series[:, :, axis]]) / lengths[axis]
        sigma[:, axis] = (found - 1) / model.sigma_error()
        length[:, axis] = (scales - 1) / model.length_error()
        means[:, axis] = found.mean(), scales.mean()
    return sigma, length, means


def judge(series, function, sigmas, lengths):
    """What is wrong with the statistics, in words; nothing when they are the standard's.

    Three standard errors hold 99.7 % of the seeds: with 60 seeds and three components, five outside have a probability
    below 0.001. The mean over the seeds must be within 5 %.
    """
    sigma, length, means = deviations(series, function, sigmas, lengths)
    wrong = []
    for name, errors, mean in (("sigma", sigma, means[0]), ("length", length, means[1])):
        if np.sum(np.abs(errors) > 3) > 4:
            wrong.append(f"{name} of {np.sum(np.abs(errors) > 3)} series beyond three standard errors")
        if np.abs(mean - 1).max() > 0.05:
            wrong.append(f"{name} off by {np.abs(mean - 1).max():.0%} in the mean")
    return wrong


# -- Dryden


def test_sigma_and_length_of_dryden_are_the_standards(dryden):
    assert judge(dryden, dryden_correlation, *published(HEIGHT, W20)) == []
    sigma, length, _ = deviations(dryden, dryden_correlation, *published(HEIGHT, W20))
    # the errors are as wide as the formulas say, so three of them are a real limit
    assert np.std(sigma) == pytest.approx(1.0, abs=0.2)
    assert np.std(length) == pytest.approx(1.0, abs=0.2)


@pytest.mark.parametrize(
    ("settings", "named"),
    [({"w20": 1.12 * W20}, "sigma"), ({"lengths": tuple(1.3 * published(HEIGHT, W20)[1])}, "length")],
)
def test_a_wrong_sigma_or_length_is_caught(settings, named):
    wrong = judge(all_series(**settings), dryden_correlation, *published(HEIGHT, W20))
    assert any(text.startswith(named) for text in wrong)


def test_components_are_independent_of_each_other(dryden):
    _, lengths = published(HEIGHT, W20)
    for one, two in ((0, 1), (0, 2), (1, 2)):
        models = [Correlation(dryden_correlation, axis, length) for axis, length in enumerate(lengths)]
        products = np.mean(dryden[:, :, one] * dryden[:, :, two], axis=1)
        products /= np.std(dryden[:, :, one]) * np.std(dryden[:, :, two])
        half = min(models[one].half, models[two].half)
        centres = models[one].centre, models[two].centre
        parts = [m.rho[c - half : c + half + 1] for m, c in zip((models[one], models[two]), centres, strict=True)]
        error = math.sqrt(np.sum(parts[0] * parts[1]) * STEP / SECONDS)
        assert abs(np.mean(products)) < 4 * error / math.sqrt(SEEDS)


def test_any_frame_length_gives_the_same_process():
    """The discretisation is exact: with 2 s a frame, half a time constant, nothing changes but the sampling."""
    turbulence = Turbulence(seed=1, sigmas=(2.0, 2.0, 2.0), lengths=(60.0, 60.0, 60.0))
    series = commanded_series(turbulence, frames=400_000, wind=WIND, rate=0.5)
    for axis in range(3):
        values = series[:, axis]
        rho = dryden_correlation(axis, np.arange(-60, 61).__abs__() * 0.5)
        error = math.sqrt(np.sum(rho**2) / (2 * values.size))
        assert abs(np.std(values) / 2.0 - 1) < 4 * error
        for lag in (1, 2, 4):
            measured = np.mean(values[lag:] * values[:-lag]) / np.mean(values**2)
            assert measured == pytest.approx(float(dryden_correlation(axis, 0.5 * lag)), abs=0.01)


# -- spectra


def slope_between(series, axis, low, high, length):
    """Slope of log power by log frequency, for L omega / V from `low` to `high`."""
    frequency, power = welch(series[:, :, axis], fs=1 / STEP, nperseg=4096, axis=1)
    way = 2 * math.pi * frequency * length / WIND
    inside = (way > low) & (way < high)
    assert np.sum(inside) > 20
    return np.polyfit(np.log(way[inside]), np.log(power.mean(axis=0)[inside]), 1)[0]


def expected_slope(power, axis, low, high):
    way = np.linspace(low, high, 2000)
    return np.polyfit(np.log(way), np.log(power(axis, way)), 1)[0]


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_spectra_fall_as_the_standard_says(dryden, karman, axis):
    """Towards -2 for Dryden and -5/3 for von Karman; compared where both have got there within a tenth."""
    length = published(HEIGHT, W20)[1][axis]
    low, high = 5.0, 15.0
    fall = {name: slope_between(series, axis, low, high, length) for name, series in (("d", dryden), ("k", karman))}
    assert fall["d"] == pytest.approx(expected_slope(dryden_power, axis, low, high), abs=0.06)
    assert fall["d"] == pytest.approx(-2.0, abs=0.12)
    assert fall["k"] == pytest.approx(expected_slope(karman_power, axis, low, high), abs=0.08)
    assert fall["k"] == pytest.approx(-5 / 3, abs=0.12)
    # the control: neither would pass for the other
    assert abs(fall["d"] + 5 / 3) > 0.12 and abs(fall["k"] + 2.0) > 0.12


def test_sigma_and_length_of_von_karman_are_the_standards(karman):
    assert judge(karman, karman_correlation, *published(HEIGHT, W20)) == []


def test_filters_keep_to_the_von_karman_spectrum_and_have_variance_one():
    way = np.geomspace(1e-3, 100.0, 1001)
    for axis, poles, shares in ((0, ALONG_POLES, ALONG_SHARES), (1, ACROSS_POLES, ACROSS_SHARES)):
        modes = list(zip(poles, shares, strict=True))
        response = sum(share * pole / (1j * way + pole) for pole, share in modes)
        # white noise of density 2 drives the filters; sigma^2 L / pi is the level across, twice that along
        level = (1.0 if axis == 0 else 0.5) * karman_power(axis, way)
        assert np.abs(response) ** 2 == pytest.approx(level, rel=0.05)
        assert sum(2 * a * b * p * q / (p + q) for p, a in modes for q, b in modes) == pytest.approx(1.0, rel=1e-9)


# -- formulas


@pytest.mark.parametrize("height", [3.048, 10.0, 50.0, 304.8])
def test_low_altitude_model(height):
    sigmas, lengths = published(height, 10.0)
    flat, upright, ratio = low_altitude(height)
    assert (flat, upright, ratio) == pytest.approx((lengths[0], lengths[2], sigmas[0] / sigmas[2]))


def test_low_altitude_model_meets_the_isotropic_one_at_1000_ft_and_stays_at_its_ends():
    assert low_altitude(304.8) == pytest.approx((304.8, 304.8, 1.0), rel=1e-3)
    assert low_altitude(1e6) == low_altitude(304.8)
    assert low_altitude(-5.0) == low_altitude(3.048)


@pytest.mark.parametrize("ratio", [1e-6, 1e-3, 0.0499, 0.0501, 0.5, 3.0])
def test_spread_is_the_integral(ratio):
    t = np.linspace(0.0, ratio, 20_001)
    one, two = np.trapezoid(2 * t * np.exp(-2 * t), t), np.trapezoid(2 * t**2 * np.exp(-2 * t), t)
    assert spread(ratio) == pytest.approx((one, two), rel=1e-6)


# -- in the state


def test_off_costs_no_random_number_and_leaves_the_air_alone():
    s, rng, series = np.zeros(lay.STATE_SIZE), make_random(1), np.ones((50, 3))
    before = rng.copy()
    fill_series(s, 0.0025, rng, series)
    assert not series.any() and np.array_equal(rng, before)


def test_intensity_and_length_follow_the_aircraft_unless_a_height_is_given():
    def at(now, **settings):
        s, rng, series = np.zeros(lay.STATE_SIZE), make_random(1), np.zeros((1, 3))
        s[lay.POS + 2], s[lay.MEAN] = -10.0, 5.0
        set_turbulence(s, rng, Turbulence(seed=1, **settings))
        s[lay.POS + 2] = -now
        fill_series(s, 0.0025, rng, series)
        return s[lay.SIGMA : lay.SIGMA + 3].tolist(), s[lay.LENGTH : lay.LENGTH + 3].tolist()

    assert at(60.0, w20=10.0) == tuple(pytest.approx(part) for part in published(60.0, 10.0))
    assert at(60.0, w20=10.0, height=20.0) == tuple(pytest.approx(part) for part in published(20.0, 10.0))
    assert at(60.0, sigmas=(1.0, 2.0, 3.0))[0] == [1.0, 2.0, 3.0]
    assert at(60.0, sigmas=(1.0, 2.0, 3.0))[1] == pytest.approx(published(60.0, 10.0)[1])
    assert at(60.0, w20=10.0, lengths=(7.0, 8.0, 9.0))[1] == [7.0, 8.0, 9.0]


def test_pattern_passes_at_the_wind_speed_and_never_stands_still():
    def correlation(wind, **settings):
        turbulence = Turbulence(seed=3, sigmas=(1.0, 1.0, 1.0), lengths=(20.0, 20.0, 20.0), **settings)
        values = commanded_series(turbulence, frames=100_000, wind=wind, rate=10.0)[:, 0]
        return np.mean(values[10:] * values[:-10]) / np.mean(values**2)

    assert correlation(10.0) == pytest.approx(math.exp(-0.5), abs=0.03)
    assert correlation(0.0) == correlation(1.0) == pytest.approx(math.exp(-0.05), abs=0.03)
    assert correlation(0.0, speed=10.0) == correlation(10.0)
