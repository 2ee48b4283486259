"""Two images beside each other: two units, two moments, or a unit and the system image that its maker released."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.storage.image.found import Readable
from harness.storage.image.image import Range
from harness.storage.volumes.luks_model import LuksHeader
from harness.storage.volumes.policy import Finding

BLOCK, PAGE = 16, 4096
PIECE = 4 << 20
# Blocks drawn from either image for the search anywhere: 32 MB of hashes each.
MOST_DRAWN = 4 << 20
RANGES_KEPT = 64

Words = NDArray[np.uint64]


@dataclass(frozen=True, kw_only=True)
class EqualBlocks:
    """Aligned 16-byte blocks that two images share, fill of 00 and FF left out.

    Attributes:
        examined: blocks of the first image that were looked at.
        in_place: how many are equal at the same offset: one key with one initial vector, or a clone.
        places: where, the first 64 ranges.
        drawn: blocks of the second image that were looked up anywhere in the first.
        elsewhere: how many of these are somewhere in the first, but not at their own offset: ECB, or moved data.
        expected: `in_place` and `elsewhere` that chance brings about in random data, each pair of blocks being equal
            with a chance of 2^-128.
    """

    examined: int
    in_place: int
    places: tuple[Range, ...]
    drawn: int
    elsewhere: int
    expected: float


@dataclass(frozen=True, kw_only=True)
class SystemArea:
    """Where a part of the declared system lies on the medium, and where in the image that the maker released."""

    name: str
    place: Range
    released_offset: int = 0


@dataclass(frozen=True, kw_only=True)
class SystemDifference:
    """A medium beside the released image, page by page.

    Attributes:
        equal: what is the same, byte for byte; what is found there was released and is listed, not counted.
        different: pages of the areas that are not, or that the released image does not reach.
    """

    equal: tuple[Range, ...]
    different: tuple[Range, ...]

    def counts(self, offset: int, size: int = 1) -> bool:
        """Whether a find there counts: not all of it lies in one area that is as released."""
        return not any(part.offset <= offset and offset + size <= part.end for part in self.equal)


def compare_images(first: Readable, second: Readable, parts: Iterable[Range] | None = None) -> EqualBlocks:
    """Equal blocks of two images in `parts` of both, such as their payloads; default all that both have."""
    both = Range(0, min(first.size, second.size))
    wanted = tuple(parts) if parts is not None else (both,)
    rate = _rate(sum(part.size for part in wanted) // BLOCK)
    examined, in_place, drawn = 0, 0, (_Drawn(rate), _Drawn(rate))
    places: list[Range] = []
    for offset, left, right in _pieces(first, second, wanted):
        same = (left == right).all(axis=1)
        written = [_is_written(words) for words in (left, right)]
        examined += int(written[0].sum())
        in_place += int((same & written[0]).sum())
        _note_runs(places, same & written[0], (offset, BLOCK))
        drawn[0].take(left[written[0]])
        drawn[1].take(right[written[1] & ~same])
    elsewhere = drawn[1].found_in(drawn[0])
    expected = (examined + float(drawn[1].count) * examined) * 2.0**-128
    return EqualBlocks(
        examined=examined,
        in_place=in_place,
        places=tuple(places[:RANGES_KEPT]),
        drawn=drawn[1].count,
        elsewhere=elsewhere,
        expected=expected,
    )


def compare_headers(first: Iterable[LuksHeader], second: Iterable[LuksHeader]) -> list[Finding]:
    """What two units' volumes share and must not; offsets are those in the first image.

    An equal digest under an equal salt is an equal volume key.
    """
    others = tuple(second)
    return [finding for one in first for other in others for finding in _shared(one, other)]


def compare_system(image: Readable, released: Readable, areas: Iterable[SystemArea]) -> SystemDifference:
    """Compare the areas declared as system with the released image, byte for byte, in pages of 4096 bytes."""
    equal: list[Range] = []
    different: list[Range] = []
    for area in areas:
        for start in range(0, area.place.size, PIECE):
            size = min(PIECE, area.place.size - start)
            offset = area.place.offset + start
            here = image.read(offset, size)
            same = _equal_pages(here, released.read(area.released_offset + start, size))
            _note_runs(equal, same, (offset, PAGE))
            _note_runs(different, ~same, (offset, PAGE))
        equal, different = (_clipped(parts, area.place) for parts in (equal, different))
    return SystemDifference(equal=tuple(equal), different=tuple(different))


class _Drawn:
    """Hashes of blocks, one in `rate`, chosen by the hash itself, so that equal blocks are drawn together."""

    def __init__(self, rate: int) -> None:
        self._rate, self._hashes, self.count = rate, list[Words](), 0

    def take(self, words: Words) -> None:
        hashes = _hash(words)
        kept = hashes[hashes % np.uint64(self._rate) == 0]
        self.count += int(kept.size)
        self._hashes.append(kept)

    def found_in(self, other: "_Drawn") -> int:
        mine, theirs = (np.concatenate([np.zeros(0, np.uint64), *each._hashes]) for each in (self, other))
        return int(np.isin(mine, theirs).sum())


def _rate(blocks: int) -> int:
    return max(1, -(-blocks // MOST_DRAWN))


def _hash(words: Words) -> Words:
    """64 bits of each block, each input bit over all of them (multiply and fold, twice)."""
    mixed = words[:, 0] * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(32)) ^ words[:, 1]) * np.uint64(0xD6E8FEB86659FD93)
    result: Words = mixed ^ (mixed >> np.uint64(32))
    return result


def _pieces(first: Readable, second: Readable, parts: tuple[Range, ...]) -> Iterator[tuple[int, Words, Words]]:
    for part in parts:
        for offset in range(part.offset, part.end, PIECE):
            size = min(PIECE, part.end - offset)
            pair = first.read(offset, size), second.read(offset, size)
            count = min(map(len, pair)) // BLOCK * 2
            left, right = (np.frombuffer(data, "<u8", count=count).reshape(-1, 2) for data in pair)
            yield offset, left, right


def _is_written(words: Words) -> NDArray[np.bool_]:
    low, full = words[:, 0], np.uint64(0xFFFFFFFFFFFFFFFF)
    written: NDArray[np.bool_] = (low != words[:, 1]) | ((low != 0) & (low != full))
    return written


def _equal_pages(here: bytes, there: bytes) -> NDArray[np.bool_]:
    starts = range(0, len(here), PAGE)
    return np.array([here[at : at + PAGE] == there[at : at + PAGE] for at in starts], np.bool_)


def _note_runs(parts: list[Range], marks: NDArray[np.bool_], grid: tuple[int, int]) -> None:
    """Add the runs of `marks` to `parts`, in steps of `grid` (offset, size); what touches the last one is joined."""
    offset, step = grid
    edges = np.flatnonzero(np.diff(np.concatenate(([False], marks, [False])).astype(np.int8))).tolist()
    for begun, ended in zip(edges[::2], edges[1::2], strict=True):
        run = Range(offset + begun * step, (ended - begun) * step)
        if parts and parts[-1].end == run.offset:
            before = parts.pop()
            run = Range(before.offset, before.size + run.size)
        parts.append(run)


def _clipped(parts: list[Range], area: Range) -> list[Range]:
    """The last page of an area may be a short one."""
    return [Range(part.offset, min(part.end, area.end) - part.offset) if _in(part, area) else part for part in parts]


def _in(part: Range, area: Range) -> bool:
    return area.offset <= part.offset < area.end


def _shared(one: LuksHeader, other: LuksHeader) -> Iterator[Finding]:
    if one.uuid == other.uuid:
        yield Finding(kind="same-uuid", detail=f"both volumes are {one.uuid}", offset=one.offset)
    digests = {(digest.hash, digest.salt, digest.digest) for digest in other.digests}
    for digest in one.digests:
        if (digest.hash, digest.salt, digest.digest) in digests:
            yield Finding(kind="same-volume-key", detail="equal digest under an equal salt", offset=one.offset)
        elif digest.salt in {salt for _, salt, _ in digests}:
            yield Finding(kind="same-salt", detail="equal salt of the digest", offset=one.offset)
    salts = {slot.kdf.salt for slot in other.keyslots}
    for slot in one.keyslots:
        if slot.kdf.salt in salts:
            yield Finding(kind="same-salt", detail=f"equal salt of key slot {slot.number}", offset=one.offset)
