"""What was written, and repeated cipher blocks, of bytes in memory; ``measures`` does it for an image of any size."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.storage.image.image import Range

PAGE = 4096
CIPHER_BLOCK = 16
OFFSETS_KEPT = 64


@dataclass(frozen=True, kw_only=True)
class RepeatedBlocks:
    """Aligned 16-byte blocks that occur more than once, fill left out.

    Attributes:
        count: how many blocks repeat an earlier one.
        examined: how many blocks were compared.
        offsets: the first places of repetition, at most 64.
        expected: repetitions expected in as much random data.
        drawn_of: one block in so many was compared with all of its like in the image, the others with near ones only.
    """

    count: int
    examined: int
    offsets: tuple[int, ...]
    expected: float
    drawn_of: int = 1


def written_ranges(data: bytes) -> tuple[Range, ...]:
    """The parts of `data` that are not fill (whole pages of 00 or FF); every other byte of it has been looked at."""
    marks = np.concatenate(([False], ~(_pages_of(data, 0x00) | _pages_of(data, 0xFF)), [False]))
    edges = np.flatnonzero(marks[1:] != marks[:-1])
    pairs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return tuple(Range(first * PAGE, min(last * PAGE, len(data)) - first * PAGE) for first, last in pairs)


def repeated_blocks(data: bytes, excluded: Iterable[Range] = ()) -> RepeatedBlocks:
    """Repeated aligned 16-byte blocks of `data` outside fill and outside `excluded`; exact over the whole image.

    A single one beyond fill already speaks against a sound mode: 1 GiB of random data holds 1e-23 of them.
    """
    words = np.frombuffer(data, "<u8", count=len(data) // CIPHER_BLOCK * 2).reshape(-1, 2)
    wanted = _not_fill(words)
    for part in excluded:
        wanted[part.offset // CIPHER_BLOCK : -(-part.end // CIPHER_BLOCK)] = False
    places = np.flatnonzero(wanted)
    examined = int(places.size)
    places = places[_has_twin(_mix(words[places]))]
    order = np.lexsort((words[places, 0], words[places, 1]))
    ordered = words[places[order]]
    same = (ordered[1:] == ordered[:-1]).all(axis=1)
    repeats = np.sort(places[order[1:]][same]) * CIPHER_BLOCK
    return RepeatedBlocks(
        count=int(repeats.size),
        examined=examined,
        offsets=tuple(repeats[:OFFSETS_KEPT].tolist()),
        expected=float(examined) ** 2 / 2.0**129,
    )


def _pages_of(data: bytes, fill: int) -> NDArray[np.bool_]:
    """Which pages hold nothing but `fill`; a last short page counts as if filled up."""
    whole = len(data) // PAGE * PAGE
    words = np.frombuffer(data, "<u8", count=whole // 8).reshape(-1, PAGE // 8)
    marks: NDArray[np.bool_] = (words == np.uint64(fill * 0x0101010101010101)).all(axis=1)
    if whole == len(data):
        return marks
    rest = data[whole:].strip(bytes((fill,))) == b""
    return np.append(marks, rest)


def _has_twin(mixed: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which values occur more than once."""
    ordered = np.sort(mixed)
    twins = ordered[1:][ordered[1:] == ordered[:-1]]
    return np.isin(mixed, np.unique(twins)) if twins.size else np.zeros(mixed.size, np.bool_)


def _not_fill(words: NDArray[np.uint64]) -> NDArray[np.bool_]:
    full = np.uint64(0xFFFFFFFFFFFFFFFF)
    wanted: NDArray[np.bool_] = (words[:, 0] != words[:, 1]) | ((words[:, 0] != 0) & (words[:, 0] != full))
    return wanted


def _mix(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    # Equal blocks give equal values; unequal ones that collide are told apart afterwards.
    mixed: NDArray[np.uint64] = words[:, 0] * np.uint64(0x9E3779B97F4A7C15) + words[:, 1]
    return mixed
