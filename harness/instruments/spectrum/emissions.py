"""What a spectrum analyser's traces say of a transmitter: power, density, bandwidth, lines."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

MEGA = 1e6


@dataclass(frozen=True, kw_only=True)
class Trace:
    """Levels (dBm) at `start` (Hz) and every `step` (Hz) after it, each of what is in one resolution bandwidth."""

    start: float
    step: float
    levels: tuple[float, ...]

    def frequency(self, place: int) -> float:
        """Of the level at that place, Hz."""
        return self.start + place * self.step

    @property
    def floor(self) -> float:
        """Median of the levels, dBm: the noise, where less than half of the span is occupied."""
        return median(self.levels)

    @property
    def strongest(self) -> tuple[float, float]:
        """Frequency (Hz) and level (dBm) of the strongest."""
        place = max(range(len(self.levels)), key=self.levels.__getitem__)
        return self.frequency(place), self.levels[place]

    def raised(self, gain: float) -> "Trace":
        """The same, `gain` dB stronger: what it is before a loss of that size."""
        return replace(self, levels=tuple(level + gain for level in self.levels))

    def power(self, resolution: float) -> float:
        """All power in it, dBm: levels of `resolution` Hz added up over steps of another width."""
        return to_decibels(sum(map(to_milliwatts, self.levels)) * self.step / resolution)

    def density(self, resolution: float, width: float = MEGA) -> float:
        """Power in the strongest `width` Hz, mW."""
        powers = [to_milliwatts(level) * self.step / resolution for level in self.levels]
        count = max(round(width / self.step), 1)
        total = greatest = sum(powers[:count])
        for left, came in zip(powers, powers[count:], strict=False):
            total += came - left
            greatest = max(greatest, total)
        return greatest

    def occupied_bandwidth(self, share: float = 0.99) -> float:
        """Width that holds `share` of the power, Hz: the same on both sides is left out (ITU-R SM.443)."""
        powers = [to_milliwatts(level) for level in self.levels]
        total, left_out = sum(powers), 0.5 * (1.0 - share)
        edges = [_edge(powers, left_out * total), len(powers) - 1 - _edge(powers[::-1], left_out * total)]
        return (edges[1] - edges[0] + 1) * self.step


@dataclass(frozen=True, kw_only=True)
class Line:
    """Neighbouring levels that stand out: where the strongest is (MHz), its level (dBm), and their width (MHz)."""

    frequency: float
    level: float
    width: float

    def __str__(self) -> str:
        return f"{self.frequency:.1f} MHz {self.level:.0f} dBm"


def lines_above(trace: Trace, thresholds: Sequence[float]) -> list[Line]:
    """The lines of a trace, whose levels are over the threshold of their place."""
    places = [place for place, level in enumerate(trace.levels) if level > thresholds[place]]
    return [_line(trace, group) for group in _groups(places)]


def hold(traces: Sequence[Trace]) -> Trace:
    """The greatest level at each place of several traces of the same span."""
    return replace(traces[0], levels=tuple(map(max, zip(*(trace.levels for trace in traces), strict=True))))


def to_milliwatts(level: float) -> float:
    """Power of a level in dBm, mW."""
    return float(10.0 ** (level / 10.0))


def to_decibels(power: float) -> float:
    """Level of a power in mW, dBm."""
    return 10.0 * math.log10(power)


def _groups(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of neighbours."""
    if not places:
        return
    first = places[0]
    for earlier, later in pairwise(places):
        if later > earlier + 1:
            yield first, earlier
            first = later
    yield first, places[-1]


def _line(trace: Trace, group: tuple[int, int]) -> Line:
    first, last = group
    place = max(range(first, last + 1), key=trace.levels.__getitem__)
    width = (last - first + 1) * trace.step
    return Line(frequency=trace.frequency(place) / MEGA, level=trace.levels[place], width=width / MEGA)


def _edge(powers: list[float], left_out: float) -> int:
    """The first place at which the sum reaches `left_out`."""
    total = 0.0
    for place, power in enumerate(powers):
        total += power
        if total >= left_out:
            return place
    return len(powers) - 1
