"""Hits of a search as they come in: counted up to a bound, some kept with the bytes around them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from harness.storage.image.found import Found
from harness.storage.image.ranges import Range, RangeSet
from harness.storage.image.window import Window
from harness.storage.search.hits import Hit, HitCount, HitKind

HITS_KEPT = 64
# So many of one form prove the point; a medium full of a short passphrase would fill the judge's memory.
MOST_COUNTED = 100_000
BEFORE, AFTER = 16, 48


class Kept(NamedTuple):
    """Readable data found, and the bytes `around` it from `first` on."""

    hit: Found
    first: int
    around: bytes


def kept(window: Window, hit: Found) -> Kept:
    """`hit` with the bytes around it."""
    return Kept(hit, *window.around(hit.offset, BEFORE, AFTER))


@dataclass(kw_only=True)
class Tally:
    """Hits of one kind, name and encoding.

    Attributes:
        chance: hits expected in as many written bytes.
        masked: bytes of each hit that no report may show, 0 for none.
        kept: (offset, where the bytes around it begin, these bytes) of the first hits.
        hidden: what no report may show, shared by all tallies of a scan.
    """

    kind: HitKind
    name: str
    encoding: str
    hidden: RangeSet
    chance: Callable[[int], float] = lambda searched: 0.0
    masked: int = 0
    count: int = 0
    kept: list[tuple[int, int, bytes]] = field(default_factory=list)

    @property
    def full(self) -> bool:
        """Whether more hits would prove no more."""
        return self.count >= MOST_COUNTED

    def add(self, window: Window, offset: int) -> None:
        """Count the hit at `offset` of the image."""
        self.keep(offset, *window.around(offset, BEFORE, AFTER))

    def keep(self, offset: int, first: int, around: bytes) -> None:
        """Count the hit at `offset`, around which lie the bytes `around` from `first` on."""
        self.count += 1
        if self.masked:
            self.hidden.add(Range(offset, self.masked))
        if len(self.kept) < HITS_KEPT:
            self.kept.append((offset, first, around))

    def total(self, searched: int) -> HitCount:
        """What was found, beside what chance would bring in as many bytes."""
        return HitCount(
            kind=self.kind, name=self.name, encoding=self.encoding, count=self.count, expected=self.chance(searched)
        )


def shown(tallies: Iterable[Tally], hidden: tuple[Range, ...]) -> tuple[Hit, ...]:
    """The hits kept, in order of offset, with no byte of what must stay hidden."""
    hits = [
        Hit(
            kind=tally.kind,
            name=tally.name,
            encoding=tally.encoding,
            offset=at,
            context=_context(first, around, hidden),
        )
        for tally in tallies
        for at, first, around in tally.kept
    ]
    return tuple(sorted(hits, key=lambda hit: (hit.offset, hit.kind, hit.name)))


def _context(first: int, data: bytes, hidden: tuple[Range, ...]) -> str:
    """`data` in hex; a report is handed on, so it must not carry a key that it found."""
    shown = [f"{byte:02x}" for byte in data]
    for part in hidden:
        if part.offset < first + len(data) and part.end > first:
            for place in range(max(part.offset - first, 0), min(part.end - first, len(data))):
                shown[place] = "**"
    return "".join(shown)
