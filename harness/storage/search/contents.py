"""What the compressed streams of an image hold: compression hides a text from a search, but from nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from harness.storage.image.blocks import written_ranges
from harness.storage.image.found import Found
from harness.storage.image.image import Image
from harness.storage.image.packed import MOST_IN_ALL, MOST_PACKED, MOST_UNPACKED, UNPACKED, unpack
from harness.storage.image.ranges import RangeSet
from harness.storage.image.window import Window
from harness.storage.search.canary import CanarySet
from harness.storage.search.coordinates import find_pairs
from harness.storage.search.tally import Tally

PACKED = "in a compressed stream"
# a ZIP member's name and extra field, 64 KiB each at most, stand before its data
HEAD = 1 << 17
# most streams are short, and reading takes its time
GLANCE = 1 << 18


@dataclass(kw_only=True)
class PackedSearch:
    """Canaries inside of compressed streams, 256 MiB of contents in all; a hit has the stream's offset."""

    image: Image
    canaries: CanarySet
    hidden: RangeSet
    left: int = MOST_IN_ALL
    cut_off: int = 0
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
        """Which contents were left unexamined."""
        left = ("compressed streams: more than 256 MiB of contents",) if self.left <= 0 else ()
        long = (
            f"compressed streams: {self.cut_off} of more than 8 MiB, or 4 MiB compressed: the rest was not looked into"
        )
        return (*left, *((long,) if self.cut_off else ()))

    def search(self, window: Window, found: Sequence[Found]) -> None:
        """Look into the streams among `found`."""
        for hit in found:
            if hit.kind in UNPACKED and self.left > 0 and self.tallies:
                inside, whole = self._unpacked(hit)
                self.left -= len(inside)
                self.cut_off += not whole
                self._look_into(window, hit, inside)

    def _unpacked(self, hit: Found) -> tuple[bytes, bool]:
        """The contents of a stream, and whether these are all."""
        inside, whole = b"", True
        for size in (GLANCE, MOST_PACKED + HEAD):
            data = self.image.read(hit.offset, size)
            _, inside, whole = next(unpack(data, [replace(hit, offset=0)]), (hit, b"", True))
            if whole or len(data) < size:
                break
        # one that the end of the image cuts off is all that there is
        return inside, whole or (len(data) < MOST_PACKED and len(inside) < MOST_UNPACKED)

    def _look_into(self, window: Window, hit: Found, inside: bytes) -> None:
        for name, needles in self._needles:
            if any(needle in inside for needle in needles):
                self.tallies[name].add(window, hit.offset)
        for place in self.canaries.coordinates:
            ranges = written_ranges(inside)
            if any(form.offsets for form in find_pairs(inside, place, ranges)):
                self.tallies[place.name].add(window, hit.offset)
