"""The report of a scan: what was found, what could not be told, and the level that follows from both."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from harness.storage.image.blocks import RepeatedBlocks
from harness.storage.image.found import Found
from harness.storage.image.measures import BlockStatistics
from harness.storage.image.ranges import Range
from harness.storage.search.canary import CanarySet
from harness.storage.search.hits import Hit, HitCount, HitKind
from harness.storage.volumes.luks import LuksHeader
from harness.storage.volumes.policy import Finding

State = Literal["empty", "luks1", "luks2", "readable", "low entropy", "cannot be told"]
Level = Literal["clean", "findings", "not fully examined"]

REASONS_NAMED = 20


@dataclass(frozen=True, kw_only=True)
class Area:
    """A partition, or a part of the medium outside any, and what can be said of it."""

    name: str
    offset: int
    size: int
    state: State


@dataclass(frozen=True, kw_only=True)
class ScanReport:
    """What the search of one image found.

    Attributes:
        image, size, sha256: identity of what was searched; size in bytes.
        coverage: fraction of the medium that was read and searched.
        unread: what could not be read.
        hits: at most 64 of each kind, name and encoding, in order of offset.
        counts: all of them, up to 100 000 of a form, by kind, name and encoding, also those not found.
        repeated: repeated cipher blocks outside fill, partition tables and LUKS headers.
        statistics: entropy, fill and what is surely no ciphertext.
        volumes: LUKS headers found.
        findings: departures of these volumes from what is approved.
        traces: other encryption or what is left of it, and repetition that speaks against a sound cipher; at most 256.
        areas: partitions and gaps with their state.
        hidden: where key material lies, which nobody may hand on.
        engine: what searched, with versions.
        cut_short: searches that were given up, volumes that cannot be judged, and why the image may not be the whole
            medium; unless empty, nothing found is not nothing there.
    """

    image: str
    size: int
    sha256: str
    coverage: float
    unread: tuple[Range, ...]
    hits: tuple[Hit, ...]
    counts: tuple[HitCount, ...]
    repeated: RepeatedBlocks
    statistics: BlockStatistics
    volumes: tuple[LuksHeader, ...]
    findings: tuple[Finding, ...]
    traces: tuple[Found, ...]
    areas: tuple[Area, ...]
    hidden: tuple[Range, ...]
    engine: str
    cut_short: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether all of the image was read and no search was given up."""
        return not self.unread and not self.cut_short

    @property
    def level(self) -> Level:
        """ "findings" if there is one; else "clean" only if all was read and all areas can be told: sound or empty."""
        if self.reasons:
            return "findings"
        return "not fully examined" if self.doubts else "clean"

    @property
    def reasons(self) -> tuple[str, ...]:
        """Every finding, in words."""
        return tuple(self._reasons())

    @property
    def doubts(self) -> tuple[str, ...]:
        """Everything that could not be examined or told, in words."""
        return tuple(self._doubts())

    def _reasons(self) -> Iterator[str]:
        for entry in self.counts:
            if entry.count and not entry.by_chance:
                yield f"{entry.kind} {entry.name}, {entry.encoding}: found {entry.count} time(s)"
        for finding in self.findings:
            yield f"volume at {finding.offset:#x}, {finding.kind}: {finding.detail}"
        if self.repeated.count:
            yield f"{self.repeated.count} cipher blocks repeat earlier ones, the first at {self.repeated.offsets[0]:#x}"
        plain = self.statistics.no_ciphertext
        if plain:
            share = sum(part.size for part in plain)
            yield f"{share} bytes in {len(plain)} place(s) are no ciphertext, the first at {plain[0].offset:#x}"

    def _doubts(self) -> Iterator[str]:
        for gap in self.unread[:REASONS_NAMED]:
            yield f"{gap.size} bytes at {gap.offset:#x} could not be read"
        if len(self.unread) > REASONS_NAMED:
            yield f"{len(self.unread)} places in all could not be read"
        yield from self.cut_short
        for entry in self.counts:
            if entry.by_chance:
                what = f"{entry.kind} {entry.name}, {entry.encoding}"
                yield f"{what}: found {entry.count} time(s), {entry.expected:.2g} expected by chance"
        for trace in self.traces[:REASONS_NAMED]:
            yield f"{trace.kind} at {trace.offset:#x}: {trace.detail}; not judged"
        for area in self.areas:
            if area.state == "cannot be told":
                yield f"{area.name} ({area.size} bytes at {area.offset:#x}): looks encrypted without any header"

    def count(self, kind: HitKind, name: str | None = None) -> int:
        """Hits of `kind`, all names or one."""
        return sum(entry.count for entry in self.counts if entry.kind == kind and name in (None, entry.name))

    def expected(self, kind: HitKind) -> float:
        """Hits of `kind` that chance would bring about in as much random data."""
        return sum(entry.expected for entry in self.counts if entry.kind == kind)

    def missing(self, canaries: CanarySet) -> tuple[str, ...]:
        """Names of canaries that were not found: on the authorised route there must be none."""
        found = {entry.name for entry in self.counts if entry.count}
        return tuple(name for name in canaries.names if name not in found)

    def to_json(self) -> dict[str, Any]:
        """The report as JSON values."""
        words = {"level": self.level, "reasons": list(self.reasons), "doubts": list(self.doubts)}
        return words | asdict(self) | {"complete": self.complete}
