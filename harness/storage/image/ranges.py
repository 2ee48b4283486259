"""Stretches of bytes, and lists of them that stay sorted, merged and short."""

import bisect
from collections.abc import Iterable
from dataclasses import dataclass

MOST_RANGES = 4096


@dataclass(frozen=True, order=True)
class Range:
    """`size` bytes from `offset` on."""

    offset: int
    size: int

    @property
    def end(self) -> int:
        """First offset behind the range."""
        return self.offset + self.size


class RangeSet:
    """Ranges in order, those that touch merged; beyond 4096 of them neighbours are joined, gap and all."""

    def __init__(self) -> None:
        self._ends: list[int] = []
        self._starts: list[int] = []

    def add(self, part: Range) -> None:
        """Put `part` in, merged with what it touches."""
        first = bisect.bisect_left(self._ends, part.offset)
        last = bisect.bisect_right(self._starts, part.end)
        start, end = part.offset, part.end
        if first < last:
            start, end = min(start, self._starts[first]), max(end, self._ends[last - 1])
        self._starts[first:last], self._ends[first:last] = [start], [end]
        if len(self._starts) > MOST_RANGES:
            self._join_nearest(min(first, len(self._starts) - 2))

    def _join_nearest(self, at: int) -> None:
        self._ends[at : at + 2], self._starts[at : at + 2] = [self._ends[at + 1]], [self._starts[at]]

    @property
    def ranges(self) -> tuple[Range, ...]:
        """What was put in."""
        return tuple(Range(start, end - start) for start, end in zip(self._starts, self._ends, strict=True))


def ranges_of(parts: Iterable[Range]) -> RangeSet:
    """A set of `parts`."""
    gathered = RangeSet()
    for part in parts:
        gathered.add(part)
    return gathered


def joined(*sets: RangeSet) -> tuple[Range, ...]:
    """The ranges of several sets together."""
    return ranges_of(part for each in sets for part in each.ranges).ranges
