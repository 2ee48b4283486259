"""All media of a system beside its main one: what they hold of a mission, and which places lie on them (DAR-01, 06)."""

from dataclasses import dataclass

from harness.instruments.context import Context
from harness.instruments.storage.unit import Unit
from harness.storage.image.image import Image
from harness.storage.report import ScanReport
from harness.storage.scan import scan
from harness.storage.search.canary import CanarySet
from harness.storage.search.hits import HitKind
from harness.storage.search.keysearch import Secret

# the checklist of DAR-06, in the words of a declaration
CHECKLIST = ("temporary", "swap", "dump", "thumbnail", "index", "cache", "station", "companion")


@dataclass(frozen=True, kw_only=True)
class Searched:
    """One medium: its size, its report, and whether it equals the released image of a system area."""

    name: str
    size: int
    report: ScanReport
    released: bool

    @property
    def counted(self) -> bool:
        """Whether hits count; in a system area that equals its release they are listed only."""
        return not self.released


class Places:
    """Searches the media beside the main one."""

    def __init__(self, unit: Unit, context: Context, canaries: CanarySet) -> None:
        self._unit, self._context, self._canaries = unit, context, canaries
        storage, images = context.declaration.storage, context.declaration.supply.images
        digests = {image.name: image.sha256 for image in images}
        self._releases = {place.name: digests.get(place.release or "", "") for place in storage.places}

    def search(self, known: tuple[Secret, ...] = ()) -> list[Searched]:
        """Search every medium but the first, which is searched with its own proof."""
        return [self._search(self._unit.read(medium), known) for medium in self._unit.media[1:]]

    def _search(self, image: Image, known: tuple[Secret, ...]) -> Searched:
        report = scan(image, self._canaries, known)
        self._context.check("search.complete", report.complete, ", ".join(report.cut_short) or f"all of {image.name}")
        released = self._releases.get(image.name) == image.sha256
        word = "equal to its release, hits listed only" if released else "writable"
        self._context.log.note(f"{image.name}: {image.size} bytes, {word}, {len(report.hits)} hits")
        return Searched(name=image.name, size=image.size, report=report, released=released)

    def unexamined(self, searched: list[Searched]) -> list[str]:
        """Places of the checklist that lie on no medium that was searched whole."""
        whole = {item.name for item in searched if item.report.complete}
        places = self._context.declaration.storage.places
        covered = {kind for place in places if place.name in whole for kind in place.holds}
        return [kind for kind in CHECKLIST if kind not in covered]


def count(searched: list[Searched], *kinds: HitKind) -> int:
    """Hits of those kinds that count."""
    return sum(item.report.count(kind) for item in searched if item.counted for kind in kinds)
