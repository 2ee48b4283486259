"""Statistics of an image by block: what was written, entropy, and repeated cipher blocks, each with its offset.

Entropy can only reject: a low value proves that data is not ciphertext, a high one proves nothing, since JPEG, H.264
and archives reach it too.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.storage.image import Range

PAGE = 4096
ENTROPY_BLOCK = 64 * 1024
CIPHER_BLOCK = 16
OFFSETS_KEPT = 64
# Bits per byte below the expectation that ciphertext does not reach: for 4096 bytes its spread is about 0.004.
MARGIN = 0.1


@dataclass(frozen=True, kw_only=True)
class BlockStatistics:
    """Shares and entropy over the whole image.

    Attributes:
        zero_share: fraction of 4096-byte pages that hold only zeros.
        fill_share: fraction that hold only one of the fill bytes 00 or FF (erased flash).
        block_size: of the entropy blocks, bytes.
        entropy: plug-in entropy of the written pages of each block, bit per byte; NaN-free: fill is 0.0.
        low_entropy: blocks whose written pages are surely no ciphertext.
    """

    zero_share: float
    fill_share: float
    block_size: int
    entropy: tuple[float, ...]
    low_entropy: tuple[Range, ...]


@dataclass(frozen=True, kw_only=True)
class RepeatedBlocks:
    """Aligned 16-byte blocks that occur more than once, fill left out.

    Attributes:
        count: how many blocks repeat an earlier one.
        examined: how many blocks were compared.
        offsets: the first places of repetition, at most 64.
        expected: repetitions expected in as much random data, count^2 / 2^129.
    """

    count: int
    examined: int
    offsets: tuple[int, ...]
    expected: float


def written_ranges(data: bytes) -> tuple[Range, ...]:
    """The parts of `data` that are not fill (whole pages of 00 or FF); every other byte of it has been looked at."""
    marks = np.concatenate(([False], ~(_pages_of(data, 0x00) | _pages_of(data, 0xFF)), [False]))
    edges = np.flatnonzero(marks[1:] != marks[:-1])
    pairs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return tuple(Range(first * PAGE, min(last * PAGE, len(data)) - first * PAGE) for first, last in pairs)


def statistics(data: bytes) -> BlockStatistics:
    """Entropy and fill of every block of `data`."""
    zeros, ones = _pages_of(data, 0x00), _pages_of(data, 0xFF)
    entropies: list[float] = []
    low: list[Range] = []
    per_block = ENTROPY_BLOCK // PAGE
    for start in range(0, len(data), ENTROPY_BLOCK):
        piece = data[start : start + ENTROPY_BLOCK]
        pages = slice(start // PAGE, start // PAGE + per_block)
        written = _written_bytes(piece, ~(zeros[pages] | ones[pages]))
        value = _entropy(written)
        entropies.append(round(value, 4))
        if written.size and value < _expected_entropy(written.size) - MARGIN:
            low.append(Range(start, len(piece)))
    return BlockStatistics(
        zero_share=float(zeros.mean()),
        fill_share=float((zeros | ones).mean()),
        block_size=ENTROPY_BLOCK,
        entropy=tuple(entropies),
        low_entropy=tuple(low),
    )


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


def _written_bytes(piece: bytes, written: NDArray[np.bool_]) -> NDArray[np.uint8]:
    values = np.frombuffer(piece, np.uint8)
    return values[np.repeat(written, PAGE)[: values.size]]


def _entropy(values: NDArray[np.uint8]) -> float:
    if not values.size:
        return 0.0
    shares = np.bincount(values, minlength=256) / values.size
    shares = shares[shares > 0]
    return float(abs((shares * np.log2(shares)).sum()))


def _expected_entropy(size: int) -> float:
    """Plug-in entropy of `size` random bytes with the first-order bias (Miller, Madow): 8 - 255 / (2 n ln 2)."""
    return 8.0 - 255.0 / (2.0 * size * float(np.log(2.0))) if size >= 2048 else 0.0


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
