"""What readings of the reference anemometer show of a wind: direction, its weakest stretch, the width of a gust."""

import math
from collections.abc import Sequence

from harness.drone.flight.state import Truth
from harness.instruments.flight.attitude import tilt
from harness.instruments.flight.command import comes_from
from harness.instruments.wind.rise import AVERAGED

# a wind below this has no direction, m/s
CALM = 0.5


def bearing_of(reading: Truth) -> float | None:
    """Where the true wind comes from, deg; None in a calm."""
    if math.hypot(reading.wind_north, reading.wind_east) < CALM:
        return None
    return comes_from(reading.wind_north, reading.wind_east)


def bearings(readings: Sequence[Truth]) -> list[tuple[float, float]]:
    """Times (s) and where the true wind came from (deg), but for a calm."""
    told = [(reading.motion.time, bearing_of(reading)) for reading in readings]
    return [(time, bearing) for time, bearing in told if bearing is not None]


def mean_tilt(readings: Sequence[Truth]) -> float:
    """Mean tilt of the article, deg."""
    return sum(map(tilt, readings)) / max(1, len(readings))


def lowest_mean(speeds: Sequence[float], period: float) -> float:
    """The weakest mean over 3 s of speeds `period` s apart, or over all where they are fewer; 0 of none, m/s."""
    count = min(round(AVERAGED / period), len(speeds))
    if not count:
        return 0.0
    return min(sum(speeds[end - count : end]) / count for end in range(count, len(speeds) + 1))


def time_above(speed: float, speeds: Sequence[float], period: float) -> float:
    """How long speeds `period` s apart were above `speed` (m/s), s: of a 1-cosine gust it is half its length."""
    return period * sum(each > speed for each in speeds)
