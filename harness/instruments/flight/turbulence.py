"""Whether the turbulence that blew was the commanded series of its seed: mean, intensity, length scale, spectrum."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.errors import RigError
from harness.instruments.flight.command import apart
from harness.plant.airframe import FRAME_RATE
from harness.plant.commanded import commanded_series
from harness.plant.weather import Turbulence

# wind 20 ft above ground of the classes, MIL-F-8785C 3.7.3.4: 15, 30 and 45 kt, in m/s
KNOT = 1852.0 / 3600.0
W20 = {"light": 15.0 * KNOT, "moderate": 30.0 * KNOT, "severe": 45.0 * KNOT}
MEAN_TOLERANCE = 0.05
SIGMA_TOLERANCE = 0.10
LENGTH_TOLERANCE = 0.20
DIRECTION_TOLERANCE = 5.0
# of the power in a band: 3 dB
BAND_TOLERANCE = 2.0
LEAST_SAMPLES = 100
AXES = ("along", "across", "up")
# below this the commanded air hardly moves, and a ratio to it says nothing, m/s
STILL = 1e-3

Series = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Stirring:
    """Turbulence as it was commanded: on the test clock since `start` (s), in a mean wind of `mean` m/s."""

    turbulence: Turbulence
    start: float
    mean: float

    def __str__(self) -> str:
        from harness.plant.turbulence import low_altitude

        w20, height = self.turbulence.w20 or 0.0, self.turbulence.height or 0.0
        flat, upright, ratio = low_altitude(height)
        sigma = 0.1 * w20
        return (
            f"Dryden turbulence (MIL-F-8785C), W20 {w20:.1f} m/s, {height:g} m above ground: nominal sigma "
            f"{ratio * sigma:.2f} m/s along and across, {sigma:.2f} m/s up, lengths {flat:.0f} m and {upright:.0f} m; "
            f"on a mean wind of {self.mean:.2f} m/s, which carries the frozen field past the aircraft (for a hover "
            f"that is an approximation); seed {self.turbulence.seed}"
        )

    def at(self, times: Series) -> Series:
        """The commanded wind at `times` (s): one row each, m/s along (with the mean), across and up."""
        frames = np.ceil(times * FRAME_RATE - 1e-6).astype(int) - math.ceil(self.start * FRAME_RATE - 1e-6) - 1
        if not frames.size or frames[0] < 0:
            raise RigError("the wind was read before the turbulence set in")
        series = commanded_series(self.turbulence, frames=int(frames[-1]) + 1, wind=self.mean)
        return np.asarray(series[frames] + np.array([self.mean, 0.0, 0.0]))


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """How a realised wind compares with the commanded one; figures in m/s and m, realised before commanded.

    Attributes:
        mean: along the wind.
        sigmas: standard deviation along, across and up.
        length: scale of the component along.
        bands: realised by commanded power in octaves of frequency, lowest first, of all components together.
        correlation: of the components along, -1 to 1.
        aside: angle between the two mean winds, deg.
    """

    mean: tuple[float, float]
    sigmas: tuple[tuple[float, float], ...]
    length: tuple[float, float]
    bands: tuple[float, ...]
    correlation: float
    aside: float = 0.0

    @property
    def total(self) -> tuple[float, float]:
        """Standard deviation of all components together."""
        return math.hypot(*(real for real, _ in self.sigmas)), math.hypot(*(told for _, told in self.sigmas))

    def problems(self) -> list[str]:
        """What is not as it was commanded."""
        wrong = []
        if not _near(self.mean, MEAN_TOLERANCE):
            wrong.append("the mean")
        wrong += [
            f"sigma {axis}" for axis, pair in zip(AXES, self.sigmas, strict=True) if not _near(pair, SIGMA_TOLERANCE)
        ]
        if not _near(self.length, LENGTH_TOLERANCE):
            wrong.append("the length scale")
        if self.aside > DIRECTION_TOLERANCE:
            wrong.append("the direction")
        if not all(1.0 / BAND_TOLERANCE <= band <= BAND_TOLERANCE for band in self.bands):
            wrong.append("the spectrum")
        return wrong

    def __str__(self) -> str:
        sigmas = ", ".join(f"{real:.2f} for {told:.2f}" for real, told in self.sigmas)
        bands = ", ".join(f"{band:.2f}" for band in self.bands)
        return (
            f"realised for commanded: mean {self.mean[0]:.2f} for {self.mean[1]:.2f} m/s; sigma along, across, up "
            f"{sigmas} m/s; length {self.length[0]:.0f} for {self.length[1]:.0f} m; power by octave {bands}; "
            f"correlation {self.correlation:.3f}; mean {self.aside:.1f} deg aside"
        )


def compare(realised: Series, commanded: Series, period: float) -> Likeness:
    """Compare two winds read at the same times, `period` s apart; rows are along, across and up in m/s.

    Raises:
        RigError: there are too few readings, they do not match, or one is not finite.
    """
    if realised.shape != commanded.shape or len(realised) < LEAST_SAMPLES:
        raise RigError(
            f"{len(realised)} readings of the wind for {len(commanded)}, at least {LEAST_SAMPLES} are needed"
        )
    if not (np.isfinite(realised).all() and np.isfinite(commanded).all()):
        raise RigError("the reference anemometer gives no number")
    pairs = [(float(realised[:, n].std()), float(commanded[:, n].std())) for n in range(3)]
    means = float(realised[:, 0].mean()), float(commanded[:, 0].mean())
    lengths = tuple(abs(means[1]) * integral_time(wind[:, 0], period) for wind in (realised, commanded))
    return Likeness(
        mean=means,
        sigmas=tuple(pairs),
        length=(lengths[0], lengths[1]),
        bands=_bands(realised, commanded),
        correlation=_correlation(realised[:, 0], commanded[:, 0]),
        aside=apart(_bearing(realised), _bearing(commanded)),
    )


def integral_time(values: Series, period: float) -> float:
    """Integral of the autocorrelation up to its first zero, s; 0 for what does not move."""
    swing = values - values.mean()
    power = float(swing @ swing)
    if power <= STILL**2 * len(values):
        return 0.0
    size = 2 * len(values)
    spectrum = np.fft.rfft(swing, size)
    correlation = np.fft.irfft(spectrum * spectrum.conj(), size)[: len(values)] / power
    below = np.flatnonzero(correlation <= 0.0)
    end = int(below[0]) if below.size else len(values)
    return float(period * (correlation[:end].sum() - 0.5))


def octaves(size: int) -> list[tuple[int, int]]:
    """First and last but one bin of each whole octave of a spectrum of `size` readings, from two cycles up."""
    bounds: list[tuple[int, int]] = []
    first = 2
    while 2 * first <= size // 2:
        bounds.append((first, 2 * first))
        first *= 2
    return bounds


def _bearing(wind: Series) -> float:
    """Of the mean, deg clockwise from along the wind."""
    return math.degrees(math.atan2(float(wind[:, 1].mean()), float(wind[:, 0].mean())))


def _bands(realised: Series, commanded: Series) -> tuple[float, ...]:
    real, told = (
        (np.abs(np.fft.rfft(wind - wind.mean(axis=0), axis=0)) ** 2).sum(axis=1) for wind in (realised, commanded)
    )
    return tuple(
        float(real[low:high].sum() / max(told[low:high].sum(), STILL**2)) for low, high in octaves(len(realised))
    )


def _correlation(one: Series, other: Series) -> float:
    one, other = one - one.mean(), other - other.mean()
    size = math.sqrt(float(one @ one) * float(other @ other))
    return float(one @ other) / size if size > STILL**2 * len(one) else 0.0


def _near(pair: tuple[float, float], tolerance: float) -> bool:
    realised, commanded = pair
    return abs(realised - commanded) <= tolerance * abs(commanded)
