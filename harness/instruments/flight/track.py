"""A recorded track of the truth, and the statistics that suites measure on it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from harness.errors import RigError
from harness.judgement import Estimate, estimate

PERCENTILE = 95.0
BLOCKS = 6
# watched this much longer than the limit, an aircraft that is not back has missed it beyond any guard band
SURELY_LATE = 1.5


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A commanded point, metres north, east and up of the home point, and heading, deg clockwise from north.

    The heading is NaN where none was commanded.
    """

    north: float
    east: float
    up: float
    heading: float = math.nan


class Sample(NamedTuple):
    """The truth at one time: test clock (s), position (m), tilt from the vertical (deg), wind speed (m/s).

    Besides heading (deg, clockwise from north) and body rate (deg/s, norm); NaN from a source that has none.
    """

    time: float
    north: float
    east: float
    up: float
    tilt: float
    wind: float
    heading: float = math.nan
    rate: float = math.nan


@dataclass(frozen=True, kw_only=True)
class Track:
    """Samples around a commanded point.

    Attributes:
        samples: in the order of time.
        spot: the commanded point.
        u_position: standard uncertainty of the truth's position, m.
        u_tilt: standard uncertainty of the truth's tilt, deg.
        u_time: standard uncertainty of an event's time, s.
        tell: takes remarks on what was measured, for the report.

    Raises:
        RigError: there are too few samples for the statistics, or one is not a number.
    """

    samples: Sequence[Sample]
    spot: Spot
    u_position: float
    u_tilt: float
    u_time: float
    tell: Callable[[str], None]

    def __post_init__(self) -> None:
        if len(self.samples) < 2 * BLOCKS:
            raise RigError(f"the truth gave {len(self.samples)} samples, at least {2 * BLOCKS} are needed")
        for sample in self.samples:
            told = (sample.time, sample.north, sample.east, sample.up, sample.tilt, sample.wind)
            if not all(map(math.isfinite, told)):
                raise RigError(f"the truth gave no number: {sample}")

    def horizontal(self, sample: Sample) -> float:
        """Horizontal distance from the commanded point, m."""
        return math.hypot(sample.north - self.spot.north, sample.east - self.spot.east)

    def vertical(self, sample: Sample) -> float:
        """Vertical distance from the commanded point, m."""
        return abs(sample.up - self.spot.up)

    def r95_horizontal(self) -> Estimate:
        """95th percentile of the horizontal error, m."""
        return self._percentile(self.horizontal)

    def r95_vertical(self) -> Estimate:
        """95th percentile of the vertical error, m."""
        return self._percentile(self.vertical)

    def r95_heading(self) -> Estimate:
        """95th percentile of the heading error, deg.

        Raises:
            RigError: no heading was commanded, or the truth gives none.
        """
        self._assert_headings()
        return self._statistic(self._off_heading, self.u_tilt, percentile)

    def max_heading(self) -> Estimate:
        """Greatest heading error, deg.

        Raises:
            RigError: no heading was commanded, or the truth gives none.
        """
        self._assert_headings()
        return estimate(max(map(self._off_heading, self.samples)), truth=self.u_tilt)

    def rms_horizontal(self) -> Estimate:
        """Root mean square of the horizontal error, m."""
        return self._rms(self.horizontal, self.u_position)

    def rms_vertical(self) -> Estimate:
        """Root mean square of the vertical error, m."""
        return self._rms(self.vertical, self.u_position)

    def rms_attitude(self) -> Estimate:
        """Root mean square of the tilt about its mean, deg."""
        mean = sum(sample.tilt for sample in self.samples) / len(self.samples)
        return self._rms(lambda sample: sample.tilt - mean, self.u_tilt)

    def rms_rate(self) -> Estimate:
        """Root mean square of the body rate, deg/s.

        Raises:
            RigError: the truth gives no rates.
        """
        if not all(math.isfinite(sample.rate) for sample in self.samples):
            raise RigError("this truth gives no body rates: put another make into the role")
        return self._rms(lambda sample: sample.rate, 0.0)

    def max_horizontal(self) -> Estimate:
        """Greatest horizontal error, m."""
        return estimate(max(map(self.horizontal, self.samples)), truth=self.u_position)

    def max_tilt(self) -> Estimate:
        """Greatest tilt, deg."""
        return estimate(max(sample.tilt for sample in self.samples), truth=self.u_tilt)

    def recovery_time(self, band: float, *, since: float, longest: float) -> Estimate:
        """Seconds from `since` (test clock) until the horizontal error stays inside `band` (m) to the end.

        For an aircraft that is still outside at the end it is the time it was watched, at least that long.

        Args:
            band: radius around the commanded point, m.
            since: end of the disturbance, s.
            longest: the limit that the time will be held against, s.

        Raises:
            RigError: it was watched for so short a time that neither being back nor not being back yet says anything.
        """
        after = [sample for sample in self.samples if sample.time >= since]
        outside = [sample.time for sample in after if self.horizontal(sample) > band]
        still_out = bool(outside) and outside[-1] >= self.samples[-1].time
        self._assert_watched(since, SURELY_LATE * longest if still_out else longest)
        if not outside:
            off = max(map(self.horizontal, after), default=0.0)
            self.tell(f"recovery time 0 s: never outside the band of {band:g} m after, at most {off:.2f} m off")
        elif still_out:
            self.tell(f"still outside the band of {band:g} m when the window ended: the recovery takes longer")
        return estimate(max([since, *outside]) - since, time=self.u_time)

    def _assert_watched(self, since: float, needed: float) -> None:
        first, last = self.samples[0].time, self.samples[-1].time
        between = (last - first) / (len(self.samples) - 1)
        if last - since < needed - between:
            raise RigError(
                f"watched for {last - since:.1f} s after the disturbance, {needed:.1f} s are needed to tell: "
                "lengthen the window"
            )

    def _off_heading(self, sample: Sample) -> float:
        return abs((sample.heading - self.spot.heading + 180.0) % 360.0 - 180.0)

    def _assert_headings(self) -> None:
        if not math.isfinite(self.spot.heading):
            raise RigError("no heading was commanded: hover with one")
        if not all(math.isfinite(sample.heading) for sample in self.samples):
            raise RigError("this truth gives no heading: put another make into the role")

    def _rms(self, error: Callable[[Sample], float], u: float) -> Estimate:
        return self._statistic(error, u, root_mean_square)

    def _percentile(self, error: Callable[[Sample], float]) -> Estimate:
        return self._statistic(error, self.u_position, percentile)

    def _statistic(
        self, error: Callable[[Sample], float], u: float, statistic: Callable[[Sequence[float]], float]
    ) -> Estimate:
        values = [error(sample) for sample in self.samples]
        size = len(values) // BLOCKS
        parts = [statistic(values[start : start + size]) for start in range(0, size * BLOCKS, size)]
        mean = sum(parts) / BLOCKS
        spread = math.sqrt(sum((part - mean) ** 2 for part in parts) / (BLOCKS - 1))
        return estimate(statistic(values), truth=u, repeatability=spread / math.sqrt(BLOCKS))


def root_mean_square(values: Sequence[float]) -> float:
    """The root of the mean of the squares of `values`."""
    return math.sqrt(sum(value * value for value in values) / len(values))


def percentile(values: Sequence[float], percent: float = PERCENTILE) -> float:
    """The percentile of `values` by linear interpolation between closest ranks."""
    ordered = sorted(values)
    rank = (len(ordered) - 1) * percent / 100.0
    low = math.floor(rank)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (rank - low)
