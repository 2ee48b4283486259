"""Statistics of an image by block, gathered window by window: fill, entropy, chi-square, serial correlation, repeats.

They can only reject. A block that departs from random bytes is no ciphertext; one that does not proves nothing, since
good compression comes near it too.

Each written block is tested twice. Chi-square of 256 values has 255 degrees of freedom; its cube root is nearly normal
(Wilson and Hilferty, 1931). The serial correlation of n pairs is nearly normal with a spread of 1 / sqrt(n). Over all
tests of an image the chance of one false rejection is at most 1e-6 (Bonferroni).
"""

import math
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from harness.storage.image.blocks import RepeatedBlocks
from harness.storage.image.image import Image
from harness.storage.image.ranges import Range, RangeSet, ranges_of
from harness.storage.image.window import Window

PAGE, BLOCK, CIPHER_BLOCK, PIECE = 4096, 65536, 16, 8 << 20
ERROR_RATE = 1e-6
# Bits per byte below the expectation that ciphertext does not reach: for 4096 bytes its spread is about 0.004.
MARGIN = 0.1
# Of fewer bytes chi-square is not near enough to its law for a chance so small.
LEAST_TESTED = 4096
MOST_ENTROPIES = 65536
# So many cipher blocks are compared with all others: 2^21 hashes and their table take 32 MiB.
MOST_DRAWN = 1 << 21
OFFSETS_KEPT = 64
SAMPLED = 256


@dataclass(frozen=True, kw_only=True)
class BlockStatistics:
    """Shares and entropy over the whole image.

    Attributes:
        zero_share: fraction of 4096-byte pages that hold only zeros.
        fill_share: fraction that hold only one of the fill bytes 00 or FF (erased flash).
        written: bytes on other pages.
        block_size: of the entropy values, bytes.
        entropy: plug-in entropy of the written pages of each block, bit per byte, of several tested blocks the lowest;
            fill is 0.0.
        low_entropy: blocks (64 KiB) whose entropy no ciphertext has.
        departing: blocks rejected by chi-square or serial correlation.
        tests, threshold: how many tests there were, and the standard normal deviate that rejects.
        packed_share: compressed by plain size of a sample of the written pages; 1 and more for ciphertext.
    """

    zero_share: float
    fill_share: float
    written: int
    block_size: int
    entropy: tuple[float, ...]
    low_entropy: tuple[Range, ...]
    departing: tuple[Range, ...]
    tests: int
    threshold: float
    packed_share: float

    @property
    def no_ciphertext(self) -> tuple[Range, ...]:
        """What was rejected by any test."""
        return ranges_of((*self.low_entropy, *self.departing)).ranges


class Measures:
    """Gathers the statistics of an image of `size` bytes; windows come in order, of whole pages but for the last."""

    def __init__(self, size: int) -> None:
        from harness.storage.image import kernels

        self._kernels = kernels
        self._size, self._pages, self._zeros, self._ones, self._written, self._tests = size, 0, 0, 0, 0, 0
        self._low, self._departing = RangeSet(), RangeSet()
        self._entropy = _Folded()
        blocks = -(-size // BLOCK)
        self.threshold = NormalDist().inv_cdf(1.0 - ERROR_RATE / (4.0 * blocks))
        self._sample = [0, 0]
        self._repeats = _Repeats(size, kernels)

    def add(self, window: Window, excluded: Iterable[Range]) -> None:
        """Measure what `window` owns; the bytes in `excluded` count as zeros."""
        inner = window.inner
        data = np.frombuffer(window.data, np.uint8, count=inner.size, offset=inner.offset)
        data = _blanked(data, window.own, excluded)
        fills = np.zeros(-(-data.size // PAGE), np.uint8)
        self._kernels.fills_of(data, fills)
        self._count(data.size, fills)
        figures = np.zeros((-(-data.size // BLOCK), 4))
        self._kernels.figures_of(data, fills, BLOCK // PAGE, figures)
        self._judge(window.own, figures)
        self._try_packing(data, fills)
        self._repeats.add(data, window.own.offset // CIPHER_BLOCK)

    def _count(self, size: int, fills: NDArray[np.uint8]) -> None:
        self._pages += fills.size
        self._zeros += int(np.count_nonzero(fills == self._kernels.ZEROS))
        self._ones += int(np.count_nonzero(fills == self._kernels.ONES))
        pages = np.flatnonzero(fills == self._kernels.WRITTEN)
        self._written += int(np.minimum(size - pages * PAGE, PAGE).sum())

    def _judge(self, own: Range, figures: NDArray[np.float64]) -> None:
        sizes, entropy = figures[:, 0], figures[:, 1]
        self._entropy.add(entropy)
        expected = 8.0 - 255.0 / (2.0 * np.maximum(sizes, 1.0) * math.log(2.0))
        low = (sizes > 0) & (entropy < np.where(sizes >= 2048, expected, 0.0) - MARGIN)
        tested = sizes >= LEAST_TESTED
        deviates = _deviates(figures)
        departs = tested & (np.abs(deviates) > self.threshold).any(axis=1)
        self._tests += 2 * int(np.count_nonzero(tested))
        for marks, found in ((low, self._low), (departs, self._departing)):
            for number in np.flatnonzero(marks).tolist():
                start = own.offset + number * BLOCK
                found.add(Range(start, min(BLOCK, own.end - start)))

    def _try_packing(self, data: NDArray[np.uint8], fills: NDArray[np.uint8]) -> None:
        for page in np.flatnonzero(fills == self._kernels.WRITTEN)[::SAMPLED].tolist():
            plain = data[page * PAGE : (page + 1) * PAGE].tobytes()
            self._sample[0] += len(zlib.compress(plain, 1))
            self._sample[1] += len(plain)

    def finish(self) -> tuple[BlockStatistics, RepeatedBlocks]:
        """The figures of all windows."""
        packed, plain = self._sample
        figures = BlockStatistics(
            zero_share=self._zeros / self._pages,
            fill_share=(self._zeros + self._ones) / self._pages,
            written=self._written,
            block_size=BLOCK * self._entropy.folds,
            entropy=self._entropy.values(),
            low_entropy=self._low.ranges,
            departing=self._departing.ranges,
            tests=self._tests,
            threshold=round(self.threshold, 4),
            packed_share=round(packed / plain, 4) if plain else 0.0,
        )
        return figures, self._repeats.finish()


def repeats_in(image: Image) -> RepeatedBlocks:
    """Repeated cipher blocks of an image of any size; see ``kernels.repeats_of``."""
    from harness.storage.image import kernels

    repeats = _Repeats(image.size, kernels)
    for offset in range(0, image.size, PIECE):
        repeats.add(np.frombuffer(image.read(offset, PIECE), np.uint8), offset // CIPHER_BLOCK)
    return repeats.finish()


def _deviates(figures: NDArray[np.float64]) -> NDArray[np.float64]:
    """Standard normal deviates of chi-square and of serial correlation, for each block."""
    sizes, _, chi, serial = figures.T
    spread = 2.0 / (9.0 * 255.0)
    cubic = (np.cbrt(chi / 255.0) - (1.0 - spread)) / math.sqrt(spread)
    return np.stack((cubic, serial * np.sqrt(sizes)), axis=1)


def _blanked(data: NDArray[np.uint8], own: Range, excluded: Iterable[Range]) -> NDArray[np.uint8]:
    near = [part for part in excluded if part.offset < own.end and part.end > own.offset]
    if not near:
        return data
    data = data.copy()
    for part in near:
        data[max(part.offset - own.offset, 0) : part.end - own.offset] = 0
    return data


class _Folded:
    """A list that halves itself when it grows too long, keeping the lower one of two written neighbours."""

    def __init__(self) -> None:
        self.folds = 1
        self._values: list[float] = []
        self._open: list[float] = []

    def add(self, values: NDArray[np.float64]) -> None:
        for value in values.tolist():
            self._open.append(value)
            if len(self._open) == self.folds:
                self._values.append(_lowest(self._open))
                self._open = []
            if len(self._values) > MOST_ENTROPIES:
                self._fold()

    def _fold(self) -> None:
        odd = len(self._values) % 2
        pairs = zip(self._values[: len(self._values) - odd : 2], self._values[1::2], strict=True)
        self._open = self._values[len(self._values) - odd :] if odd else []
        self._open = self._open * self.folds
        self._values = [_lowest(list(pair)) for pair in pairs]
        self.folds *= 2

    def values(self) -> tuple[float, ...]:
        rest = [_lowest(self._open)] if self._open else []
        return tuple(round(value, 4) for value in (*self._values, *rest))


def _lowest(values: list[float]) -> float:
    return min((value for value in values if value > 0.0), default=0.0)


class _Repeats:
    """Repeated cipher blocks: all of a small image, else all within 256 KiB and a sample over the whole image."""

    def __init__(self, size: int, kernels: ModuleType) -> None:
        self._kernels = kernels
        blocks = size // CIPHER_BLOCK
        self.rate = 1 << ((blocks - 1) // MOST_DRAWN).bit_length() if blocks else 1
        slots = 1 << max((2 * min(blocks, MOST_DRAWN) - 1).bit_length(), 10)
        self._table, self._filled = np.zeros(slots, np.uint64), np.zeros(1, np.int64)
        self._places = np.zeros(kernels.NEAR_SLOTS, np.int32)
        self._offsets, self._kept = np.zeros(OFFSETS_KEPT, np.int64), np.zeros(1, np.int64)
        self._count = self._examined = 0

    def add(self, data: NDArray[np.uint8], first: int) -> None:
        words = data[: data.size // CIPHER_BLOCK * CIPHER_BLOCK].view("<u8").reshape(-1, 2)
        state = (self._table, self._filled, self._places, self._offsets, self._kept)
        count, examined = self._kernels.repeats_of(words, first, self.rate, state)
        self._count += count
        self._examined += examined

    def finish(self) -> RepeatedBlocks:
        # drawn blocks are told apart by a hash of 64 bits
        drawn = self._examined / self.rate
        return RepeatedBlocks(
            count=self._count,
            examined=self._examined,
            offsets=tuple((self._offsets[: self._kept[0]] * CIPHER_BLOCK).tolist()),
            expected=drawn**2 / 2.0**65 + self._examined**2 / 2.0**129,
            drawn_of=self.rate,
        )
