"""Continuous turbulence: forming filters of white noise for the Dryden and von Karman spectra. A kernel source.

Spectra, length scales and intensities are those of MIL-F-8785C, 3.7 (and MIL-HDBK-1797, model of low altitude). Each
component has a length scale L and an intensity sigma; the pattern is carried past the aircraft at the speed of the mean
wind V (Taylor's frozen turbulence, seen by an aircraft that hovers), so its time constant is T = L / V:

- Dryden: along ``1 / (1 + T s)``, across and up ``(1 + sqrt(3) T s) / (1 + T s)^2``. The sampled process has exactly
  the covariance of the continuous one, for any length of the frame.
- von Karman: rational filters in the manner of Campbell (Monte Carlo Turbulence Simulation Using Rational
  Approximations to von Karman Spectra, AIAA Journal 24(1), 1986), but with one more pole and fitted by us to the
  spectrum of MIL-F-8785C, 3.7.1.1: within 5 % up to L omega / V = 100, Campbell's up to 15. They fall faster beyond
  and are scaled to the full sigma, which lifts them by 1 %. Partial fractions, the noise held for a frame.

The states of the filters have no unit and keep their covariance when L, V or sigma change on the way.
"""

import math

from harness.plant import layout as lay
from harness.plant.jit import Array, Random, njit
from harness.plant.noise import normal

DRYDEN, VON_KARMAN = 1.0, 2.0  # kinds of SPECTRUM
SLOWEST = 1.0  # m/s, least advection speed: in a calm the pattern would stand still
_FOOT = 0.3048
_LOWEST, _HIGHEST = 10.0, 1000.0  # ft, where the low-altitude model holds
_ROOT_2, _ROOT_3 = math.sqrt(2.0), math.sqrt(3.0)
_SETTLING, _SETTLING_RATIO = 500, 0.05
# H(s) = sum of share * pole / (s + pole), s in units of V / L; the shares are scaled to variance 1
ALONG_POLES = (0.8364908798789037, 4.848685508587357, 42.14911197274241)
ALONG_SHARES = (0.908610757878492, 0.08074763925842159, 0.013779536403498549)
ACROSS_POLES = (0.5063545445560377, 1.1811892153636503, 7.633213704819233, 53.11172154355163)
ACROSS_SHARES = (-0.32581124058747973, 0.9677474999823699, 0.05674550403302226, 0.012183090831404772)


@njit
def low_altitude(height: float) -> tuple[float, float, float]:
    """Length scales at `height` (m above ground) after MIL-F-8785C, 3.7.3.

    Returns:
        L of the components along and across (m), L of the one up (m), and sigma along by sigma up. The model reaches
        from 10 ft to 1000 ft; lower and higher the value at its end is taken.
    """
    feet = min(_HIGHEST, max(_LOWEST, height / _FOOT))
    base = 0.177 + 0.000823 * feet
    return _FOOT * feet / base**1.2, _FOOT * feet, base**-0.4


@njit
def _follow(s: Array) -> None:
    """Bring intensities and length scales to the aircraft's height, where they follow it."""
    flat, upright, ratio = low_altitude(-s[lay.POS + 2])
    if s[lay.FOLLOW_W20] > 0.0:
        s[lay.SIGMA + 2] = 0.1 * s[lay.FOLLOW_W20]
        s[lay.SIGMA] = s[lay.SIGMA + 1] = ratio * s[lay.SIGMA + 2]
    if s[lay.FOLLOW_LENGTH] > 0.0:
        s[lay.LENGTH], s[lay.LENGTH + 1], s[lay.LENGTH + 2] = flat, flat, upright


@njit
def spread(ratio: float) -> tuple[float, float]:
    """Integrals of ``2 t exp(-2 t)`` and ``2 t^2 exp(-2 t)`` from 0 to `ratio`, by series where they would cancel."""
    if ratio > 0.05:
        fade = math.exp(-2.0 * ratio)
        return 0.5 - fade * (ratio + 0.5), 0.5 - fade * (ratio * ratio + ratio + 0.5)
    one, two, term = 0.0, 0.0, 2.0 * ratio * ratio
    for n in range(8):
        one += term / (n + 2)
        two += term * ratio / (n + 3)
        term *= -2.0 * ratio / (n + 1)
    return one, two


@njit
def _first_order(s: Array, place: int, ratio: float, rng: Random) -> float:
    """Next value of the Dryden component along; `ratio` is the frame by the time constant."""
    noise = math.sqrt(-math.expm1(-2.0 * ratio)) * normal(rng)
    s[place] = math.exp(-ratio) * s[place] + noise
    return float(s[place])


@njit
def _second_order(s: Array, place: int, ratio: float, rng: Random) -> float:
    """Next value of a Dryden component across or up: a chain of two lags, their noise drawn with its covariance."""
    fade, (both, second) = math.exp(-ratio), spread(ratio)
    root = math.sqrt(-math.expm1(-2.0 * ratio))
    cross = both / root
    one, two = normal(rng), normal(rng)
    s[place + 1] = fade * (s[place + 1] + ratio * s[place])
    s[place + 1] += cross * one + math.sqrt(max(0.0, second - cross * cross)) * two
    s[place] = fade * s[place] + root * one
    return float((_ROOT_3 * s[place] + (1.0 - _ROOT_3) * s[place + 1]) / _ROOT_2)


@njit
def _along(s: Array, place: int, ratio: float, rng: Random) -> float:
    """Next value of the von Karman component along."""
    noise, total = math.sqrt(2.0 / ratio) * normal(rng), 0.0
    for n in range(3):
        s[place + n] -= math.expm1(-ALONG_POLES[n] * ratio) * (noise - s[place + n])
        total += ALONG_SHARES[n] * s[place + n]
    return total


@njit
def _across(s: Array, place: int, ratio: float, rng: Random) -> float:
    """Next value of a von Karman component across or up."""
    noise, total = math.sqrt(2.0 / ratio) * normal(rng), 0.0
    for n in range(4):
        s[place + n] -= math.expm1(-ACROSS_POLES[n] * ratio) * (noise - s[place + n])
        total += ACROSS_SHARES[n] * s[place + n]
    return total


@njit
def _churn(s: Array, first: float, second: float, third: float, rng: Random) -> None:
    """Let that part of each component's length scale pass."""
    if s[lay.SPECTRUM] == DRYDEN:
        u = _first_order(s, lay.EDDIES, first, rng)
        v = _second_order(s, lay.EDDIES + 4, second, rng)
        w = _second_order(s, lay.EDDIES + 8, third, rng)
    else:
        u = _along(s, lay.EDDIES, first, rng)
        v = _across(s, lay.EDDIES + 4, second, rng)
        w = _across(s, lay.EDDIES + 8, third, rng)
    s[lay.ALONG], s[lay.ALONG + 1], s[lay.ALONG + 2] = s[lay.SIGMA] * u, s[lay.SIGMA + 1] * v, s[lay.SIGMA + 2] * w


@njit
def stir(s: Array, dt: float, rng: Random) -> None:
    """Move the turbulence on by `dt` seconds.

    Args:
        s: state; changed.
        dt: s.
        rng: generators; only the second one, the air's own, is used and changed.
    """
    if s[lay.SPECTRUM] == 0.0:
        return
    _follow(s)
    speed = s[lay.ADVECTION]
    if speed == 0.0:
        speed = max(SLOWEST, math.sqrt(s[lay.MEAN] ** 2 + s[lay.MEAN + 1] ** 2))
    way = speed * dt
    _churn(s, way / s[lay.LENGTH], way / s[lay.LENGTH + 1], way / s[lay.LENGTH + 2], rng[1:])


@njit
def settle(s: Array, rng: Random) -> None:
    """Bring the filters from rest to their steady state: 25 length scales pass."""
    _follow(s)
    for _ in range(_SETTLING):
        _churn(s, _SETTLING_RATIO, _SETTLING_RATIO, _SETTLING_RATIO, rng[1:])


@njit
def fill_series(s: Array, dt: float, rng: Random, series: Array) -> None:
    """Write the components along, across and up (m/s) of one frame after the other into the rows of `series`."""
    for n in range(series.shape[0]):
        stir(s, dt, rng)
        for axis in range(3):
            series[n, axis] = s[lay.ALONG + axis]
