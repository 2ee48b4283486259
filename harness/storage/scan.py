"""The search of one image for readable data, and its report.

No verdict comes from entropy: an area without header, structure or canary is "cannot be told".
"""

import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from harness.storage.blocks import (
    BlockStatistics,
    RepeatedBlocks,
    repeated_blocks,
    statistics,
    written_ranges,
)
from harness.storage.canary import CanarySet
from harness.storage.coordinates import find_pairs
from harness.storage.found import Found
from harness.storage.image import Image, Range, acquire
from harness.storage.keysearch import Secret, find_schedules
from harness.storage.luks import LuksHeader, find_volumes, search_volumes
from harness.storage.packed import unpack
from harness.storage.patterns import Pattern, expected_by_chance, find_all
from harness.storage.signatures import find_signatures
from harness.storage.volume import Volume, open_volume

HITS_KEPT = 64
# So many of one form prove the point; a medium full of a short passphrase would fill the judge's memory.
MOST_COUNTED = 100_000
BEFORE, AFTER = 16, 48
PACKED = "in a compressed stream"
ENGINE = "dronecert bytes.find and numpy"

HitKind = Literal["canary", "coordinate", "signature", "key"]
State = Literal["empty", "luks1", "luks2", "readable", "low entropy", "cannot be told"]


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Something found that should not be readable.

    Attributes:
        kind: "canary", "coordinate", "signature" (readable file or file system) or "key".
        name: of the canary, the secret or the format.
        encoding: the form in which it was found, or what the structure said.
        offset: of its first byte in the image.
        context: the bytes around it in hex, those of a key masked.
    """

    kind: HitKind
    name: str
    encoding: str
    offset: int
    context: str


@dataclass(frozen=True, kw_only=True)
class HitCount:
    """How often something was found, beside how often chance would bring it about."""

    kind: HitKind
    name: str
    encoding: str
    count: int
    expected: float


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
        coverage: fraction of the image that was read and searched.
        unread: what could not be read.
        hits: at most 64 of each kind, name and encoding, in order of offset.
        counts: all of them, up to 100 000 of a form, by kind, name and encoding, also those not found.
        repeated: repeated cipher blocks outside fill and LUKS headers.
        statistics: entropy and fill.
        volumes: LUKS headers found.
        areas: partitions and gaps with their state.
        engine: what searched, with versions.
        cut_short: searches that were given up and volumes that cannot be judged; unless empty, nothing found is not
            nothing there.
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
    areas: tuple[Area, ...]
    engine: str
    cut_short: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether all of the image was read and no search was given up."""
        return not self.unread and not self.cut_short

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
        return asdict(self) | {"complete": self.complete}


@dataclass(frozen=True, kw_only=True)
class _Group:
    kind: HitKind
    name: str
    encoding: str
    offsets: tuple[int, ...]
    expected: float
    masked: int = 0
    complete: bool = True


def scan(image: Image, canaries: CanarySet, keys: Iterable[Secret] = ()) -> ScanReport:
    """Search all of `image` for canaries, keys and readable files.

    Args:
        image: what was acquired.
        canaries: what the article was made to record.
        keys: secrets that must not be found; expanded AES keys are looked for without being told.
    """
    data, (volumes, unread) = image.data, search_volumes(image)
    headers = tuple(part for volume in volumes for part in volume.metadata)
    ranges = written_ranges(data)
    signatures = find_signatures(data, ranges, headers)
    groups = [*_canary_groups(data, canaries, ranges), *_key_groups(data, keys, ranges)]
    groups += [*_signature_groups(signatures.found), *_photo_groups(signatures.found, canaries)]
    groups += _packed_groups(data, signatures.found, canaries)
    hits = tuple(sorted(_hits(data, groups), key=lambda hit: (hit.offset, hit.kind, hit.name)))
    figures = statistics(data)
    return ScanReport(
        image=image.name,
        size=image.size,
        sha256=image.sha256,
        coverage=image.coverage,
        unread=image.unread,
        hits=hits,
        counts=tuple(_count(group) for group in groups),
        repeated=repeated_blocks(data, headers),
        statistics=figures,
        volumes=volumes,
        areas=tuple(_areas(image, volumes, hits, figures)),
        engine=f"{ENGINE} {np.__version__}, Python {platform.python_version()}",
        cut_short=(*unread, *signatures.cut_short, *(group.encoding for group in groups if not group.complete)),
    )


def recover(image: Image, canaries: CanarySet, passphrase: str) -> ScanReport:
    """Search what the authorised route gives from the same image: each LUKS volume opened, else the image as it is.

    Raises:
        PassphraseRefused: a volume does not open with the passphrase.
        MaterialError: a volume cannot be read.
    """
    return recover_opened(image, canaries, [open_volume(image, at.offset, passphrase) for at in find_volumes(image)])


def recover_opened(image: Image, canaries: CanarySet, volumes: Sequence[Volume]) -> ScanReport:
    """As ``recover``, from all the volumes of the image, opened before: each derivation of a key takes a while."""
    if not volumes:
        return scan(image, canaries)
    plaintext = b"".join(volume.read_written() for volume in volumes)
    return scan(acquire(plaintext, f"{image.name}, opened"), canaries)


def _canary_groups(data: bytes, canaries: CanarySet, ranges: tuple[Range, ...]) -> Iterator[_Group]:
    for text in canaries.texts:
        for pattern in text.patterns():
            yield _pattern_group("canary", pattern, data, ranges)
    for place in canaries.coordinates:
        for pairs in find_pairs(data, place, ranges):
            yield _Group(
                kind="coordinate",
                name=place.name,
                encoding=pairs.encoding,
                offsets=pairs.offsets,
                expected=pairs.expected,
                complete=pairs.complete,
            )


def _key_groups(data: bytes, keys: Iterable[Secret], ranges: tuple[Range, ...]) -> Iterator[_Group]:
    for key in keys:
        for pattern in key.patterns():
            yield _pattern_group("key", pattern, data, ranges, masked=len(pattern.needle))
    schedules, complete = find_schedules(data, ranges)
    # The first word behind the key and some ten more are decided by the key: chance has no part in it.
    yield _Group(
        kind="key",
        name="AES key schedule",
        encoding="expanded key",
        offsets=tuple(schedule.offset for schedule in schedules),
        expected=0.0,
        masked=max((schedule.size for schedule in schedules), default=0),
        complete=complete,
    )


def _pattern_group(
    kind: HitKind, pattern: Pattern, data: bytes, ranges: tuple[Range, ...], *, masked: int = 0
) -> _Group:
    return _Group(
        kind=kind,
        name=pattern.name,
        encoding=pattern.encoding,
        offsets=tuple(islice(find_all(data, pattern.needle, ranges), MOST_COUNTED)),
        expected=expected_by_chance(pattern.needle, sum(part.size for part in ranges)),
        masked=masked,
    )


def _signature_groups(found: tuple[Found, ...]) -> Iterator[_Group]:
    together: dict[tuple[str, str], list[int]] = {}
    for hit in found:
        together.setdefault((hit.kind, hit.detail), []).append(hit.offset)
    for (name, detail), offsets in together.items():
        masked = AFTER if name in ("pem", "der") else 0
        yield _Group(kind="signature", name=name, encoding=detail, offsets=tuple(offsets), expected=0.0, masked=masked)


def _photo_groups(found: tuple[Found, ...], canaries: CanarySet) -> Iterator[_Group]:
    for place in canaries.coordinates:
        inside = tuple(hit.offset for hit in found if hit.position is not None and place.holds(*hit.position))
        yield _Group(kind="coordinate", name=place.name, encoding="EXIF position", offsets=inside, expected=0.0)


def _packed_groups(data: bytes, found: tuple[Found, ...], canaries: CanarySet) -> Iterator[_Group]:
    contents = tuple(unpack(data, found))
    for text in canaries.texts:
        needles = [pattern.needle for pattern in text.patterns()]
        offsets = tuple(hit.offset for hit, inside in contents if any(needle in inside for needle in needles))
        yield _Group(kind="canary", name=text.name, encoding=PACKED, offsets=offsets, expected=0.0)
    for place in canaries.coordinates:
        pairs = [(hit, form) for hit, inside in contents for form in find_pairs(inside, place, written_ranges(inside))]
        yield _Group(
            kind="coordinate",
            name=place.name,
            encoding=PACKED,
            offsets=tuple(sorted({hit.offset for hit, form in pairs if form.offsets})),
            expected=sum(form.expected for _, form in pairs),
        )


def _hits(data: bytes, groups: Iterable[_Group]) -> Iterator[Hit]:
    together = tuple(groups)
    secret = np.array(
        [(offset, offset + group.masked) for group in together if group.masked for offset in group.offsets], np.int64
    ).reshape(-1, 2)
    for group in together:
        for offset in group.offsets[:HITS_KEPT]:
            context = _context(data, offset, secret)
            yield Hit(kind=group.kind, name=group.name, encoding=group.encoding, offset=offset, context=context)


def _context(data: bytes, offset: int, secret: NDArray[np.int64]) -> str:
    """The bytes around `offset`; a report is handed on, so it must not carry a key that it found."""
    first, last = max(offset - BEFORE, 0), min(offset + AFTER, len(data))
    near = secret[(secret[:, 0] < last) & (secret[:, 1] > first)].tolist()
    hidden = {place for start, end in near for place in range(max(start, first), min(end, last))}
    return "".join("**" if place in hidden else f"{data[place]:02x}" for place in range(first, last))


def _count(group: _Group) -> HitCount:
    return HitCount(
        kind=group.kind,
        name=group.name,
        encoding=group.encoding,
        count=len(group.offsets),
        expected=group.expected,
    )


def _areas(
    image: Image, volumes: tuple[LuksHeader, ...], hits: tuple[Hit, ...], figures: BlockStatistics
) -> Iterator[Area]:
    for name, part in _parts(image):
        yield Area(
            name=name, offset=part.offset, size=part.size, state=_state(image.data, part, (volumes, hits, figures))
        )


def _parts(image: Image) -> Iterator[tuple[str, Range]]:
    """Partitions in order of offset, and what lies between them; the partition table itself is left out."""
    partitions = sorted(image.partitions, key=lambda part: part.offset)
    place = 512 if partitions else 0
    for part in partitions:
        if part.offset > place:
            yield "unpartitioned", Range(place, part.offset - place)
        yield f"partition {part.number}", Range(part.offset, part.size)
        place = max(place, part.offset + part.size)
    if place < image.size:
        yield "unpartitioned" if partitions else "whole image", Range(place, image.size - place)


def _state(data: bytes, part: Range, known: tuple[tuple[LuksHeader, ...], tuple[Hit, ...], BlockStatistics]) -> State:
    volumes, hits, figures = known
    if any(part.offset <= hit.offset < part.end for hit in hits):
        return "readable"
    header = next((volume for volume in volumes if volume.offset == part.offset), None)
    if header is not None:
        return "luks1" if header.version == 1 else "luks2"
    if not written_ranges(data[part.offset : part.end]):
        return "empty"
    inside = (low.offset >= part.offset and low.end <= part.end for low in figures.low_entropy)
    return "low entropy" if any(inside) else "cannot be told"
