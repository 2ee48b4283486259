"""What the compressed streams of an image hold: compression hides a text from a search, but from nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from harness.storage.blocks import written_ranges
from harness.storage.canary import CanarySet
from harness.storage.coordinates import find_pairs
from harness.storage.found import Found
from harness.storage.image import Image
from harness.storage.packed import MOST_IN_ALL, MOST_PACKED, unpack
from harness.storage.ranges import RangeSet
from harness.storage.tally import Tally
from harness.storage.window import Window

PACKED = "in a compressed stream"
# a ZIP member's name and extra field, 64 KiB each at most, stand before its data
HEAD = 1 << 17


@dataclass(kw_only=True)
class PackedSearch:
    """Canaries inside of gzip streams and ZIP members, 256 MiB of contents in all; a hit has the stream's offset."""

    image: Image
    canaries: CanarySet
    hidden: RangeSet
    left: int = MOST_IN_ALL
    tallies: dict[str, Tally] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._needles = [(text.name, [form.needle for form in text.patterns()]) for text in self.canaries.texts]
        self.tallies = {
            **{name: Tally(kind="canary", name=name, encoding=PACKED, hidden=self.hidden) for name, _ in self._needles},
            **{
                place.name: Tally(kind="coordinate", name=place.name, encoding=PACKED, hidden=self.hidden)
                for place in self.canaries.coordinates
            },
        }

    @property
    def cut_short(self) -> tuple[str, ...]:
        """Whether contents were left unexamined."""
        return ("compressed streams: more than 256 MiB of contents",) if self.left <= 0 else ()

    def search(self, window: Window, found: Sequence[Found]) -> None:
        """Look into the streams among `found`."""
        for hit in found:
            if hit.kind not in ("gzip", "zip") or self.left <= 0 or not self.tallies:
                continue
            data = self.image.read(hit.offset, MOST_PACKED + HEAD)
            for _, inside in unpack(data, [replace(hit, offset=0)]):
                self.left -= len(inside)
                self._look_into(window, hit, inside)

    def _look_into(self, window: Window, hit: Found, inside: bytes) -> None:
        for name, needles in self._needles:
            if any(needle in inside for needle in needles):
                self.tallies[name].add(window, hit.offset)
        for place in self.canaries.coordinates:
            ranges = written_ranges(inside)
            if any(form.offsets for form in find_pairs(inside, place, ranges)):
                self.tallies[place.name].add(window, hit.offset)
