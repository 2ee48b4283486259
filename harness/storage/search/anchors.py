"""What is looked for by its first bytes: canaries, keys, headers of files and volumes; many patterns in one pass.

Each quest sees the offsets at which its pattern begins and judges what is around. One that has found enough, or too
many false beginnings, is dropped, so no medium can keep a judge busy.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from harness.errors import MaterialError
from harness.storage.image.found import Anchored, Leading
from harness.storage.image.image import SECTOR, Image
from harness.storage.image.patterns import expected_by_chance
from harness.storage.image.ranges import Range
from harness.storage.image.window import Window
from harness.storage.search.matcher import LONGEST_ANCHOR, Matcher, make_matcher
from harness.storage.search.signatures import MOST_FOUND, SPARE_CANDIDATES
from harness.storage.search.tally import Kept, Tally, kept
from harness.storage.volumes.luks import MOST_TRIED, read_header

# So many bytes are matched before quests that have enough are dropped.
SLICE = 1 << 19


class Quest(Protocol):
    """Something that begins with known bytes."""

    @property
    def needle(self) -> bytes:
        """The bytes."""

    @property
    def done(self) -> bool:
        """Whether more of them would prove no more."""

    def take(self, window: Window, offset: int) -> None:
        """Judge what begins at `offset` of the image."""


class AnchorSearch:
    """Runs quests over the windows of an image; `hyperscan` asks for that engine, or for plain Python."""

    def __init__(self, quests: Sequence[Quest], *, hyperscan: bool | None = None) -> None:
        self._live, self._hyperscan = list(quests), hyperscan
        self._matcher = self._make()
        self.engine = self._matcher.engine

    def search(self, window: Window) -> None:
        """Show every match that begins in what the window owns to its quest, once, in order of offset."""
        inner = window.inner
        view = memoryview(window.data)
        for start in range(inner.offset, inner.end, SLICE):
            end = min(start + SLICE, inner.end)
            for place, number in self._matcher.find(view[start : end + LONGEST_ANCHOR - 1]):
                quest = self._live[number]
                at = start + place
                if at < end and not quest.done and window.data.startswith(quest.needle, at):
                    quest.take(window, window.start + at)
            if any(quest.done for quest in self._live):
                self._live = [quest for quest in self._live if not quest.done]
                self._matcher = self._make()

    def _make(self) -> Matcher:
        return make_matcher([quest.needle[:LONGEST_ANCHOR] for quest in self._live], hyperscan=self._hyperscan)


@dataclass(frozen=True, kw_only=True)
class PatternQuest:
    """A byte string that is a hit by itself."""

    needle: bytes
    tally: Tally

    @property
    def done(self) -> bool:
        """Whether so many were counted that more would prove no more."""
        return self.tally.full

    def take(self, window: Window, offset: int) -> None:
        """Count it."""
        self.tally.add(window, offset)


@dataclass(kw_only=True)
class SignatureQuest:
    """A file format: what fits its structure is kept, at most 1024; too many false headers end the search.

    Attributes:
        detector: header, and check of the bytes around it.
        image: what is searched; some headers lead elsewhere.
        found: what fits, each with the first byte around it and these bytes.
        given_up: whether too many headers were false.
    """

    detector: Anchored
    image: Image
    found: list[Kept] = field(default_factory=list)
    given_up: bool = False
    _resume: int = 0
    _failed: int = 0

    @property
    def needle(self) -> bytes:
        """The header."""
        return self.detector.needle

    @property
    def done(self) -> bool:
        """Whether enough was found, or too much was false."""
        return self.given_up or len(self.found) >= MOST_FOUND

    def take(self, window: Window, offset: int) -> None:
        """Check the structure, unless this is inside of what was found before."""
        if offset < self._resume:
            return
        hit = self.detector.check(self.image if isinstance(self.detector, Leading) else window, offset)
        if hit is None:
            self._failed += 1
            self.given_up = self._failed > SPARE_CANDIDATES + 4 * expected_by_chance(self.needle, self.image.size)
            return
        self.found.append(kept(window, hit))
        self._resume = offset + hit.size


@dataclass(kw_only=True)
class VolumeQuest:
    """Beginnings of LUKS headers at whole sectors; what sound ones say of themselves is no find.

    Attributes:
        places: offsets, one more than are ever read.
        metadata: the bytes of sound headers, shared with who must leave them out.
    """

    needle: bytes
    image: Image
    metadata: list[Range]
    places: list[int] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Whether there are more than are read."""
        return len(self.places) > MOST_TRIED

    def take(self, window: Window, offset: int) -> None:
        """Note the place, and read the header."""
        if offset % SECTOR:
            return
        self.places.append(offset)
        try:
            self.metadata += read_header(self.image, offset).metadata
        except MaterialError:
            # said after the pass, by who reads all volumes together
            return


@dataclass(kw_only=True)
class PlaceQuest:
    """A beginning that another search looks at more closely: `places` since they were last taken."""

    needle: bytes
    enough: Callable[[], bool]
    places: list[int] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Whether that other search has enough."""
        return self.enough()

    def take(self, window: Window, offset: int) -> None:
        """Note the place."""
        self.places.append(offset)

    def collected(self) -> list[int]:
        """The places so far, which are then forgotten."""
        places, self.places = self.places, []
        return places
