"""The compiled loops of the search for positions in text. Importing this module loads numba: import it on first use."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

F = TypeVar("F", bound=Callable[..., Any])
Bytes = NDArray[np.uint8]
PAGE = 4096
# A sum of so many bytes that are 0 or 1 fits a byte.
TOGETHER = 128
SPACE, PRINTABLE, POINT, ZERO = 32, 95, 46, 48
DECIMALS = 5


def _njit(function: F) -> F:
    return cast(F, numba.njit(cache=True, nogil=True, error_model="numpy")(function))


@_njit
def text_of(data: Bytes, out: NDArray[np.int64]) -> None:
    """Count the bytes from space to tilde of each whole page of `data`."""
    for page in range(out.size):
        count = 0
        for start in range(page * PAGE, (page + 1) * PAGE, TOGETHER):
            count += _printable(data[start : start + TOGETHER])
        out[page] = count


@_njit
def _printable(part: Bytes) -> int:
    # in eight bits, which the compiler makes vectors of; below the space, the difference wraps around
    count = np.uint8(0)
    for place in range(part.size):
        count = np.uint8(count + np.uint8(np.uint8(part[place] - np.uint8(SPACE)) < np.uint8(PRINTABLE)))
    return int(count)


@_njit
def fine_places(data: Bytes, part: tuple[int, int], reach: tuple[int, int], out: NDArray[np.int64]) -> int:
    """Ranges around the points of numbers with five decimals; gives how many there are.

    Args:
        data: bytes.
        part: where to look, first and last offset.
        reach: how far a range goes before and behind such a point; ranges that touch are one.
        out: takes first and last offset of each, rows of two: one for each sum of `reach`, and one more, are enough.
    """
    first, last = part
    before, behind = reach
    count, end = 0, -1
    for at in range(first + 1, last - DECIMALS):
        if data[at] != POINT or not _are_digits(data, at - 1, 1) or not _are_digits(data, at + 1, DECIMALS):
            continue
        start = max(at - before, first)
        if start > end:
            out[count, 0] = start
            count += 1
        end = min(at + behind, last)
        out[count - 1, 1] = end
    return count


@_njit
def _are_digits(data: Bytes, first: int, size: int) -> bool:
    # what is less than a zero wraps around, too
    greatest = np.uint8(0)
    for at in range(first, first + size):
        greatest = max(greatest, np.uint8(data[at] - np.uint8(ZERO)))
    return bool(greatest <= np.uint8(9))
