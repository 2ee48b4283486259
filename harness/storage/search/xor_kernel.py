"""The compiled loop of the search under XOR. Importing this module loads numba: import it on first use."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

F = TypeVar("F", bound=Callable[..., Any])
Bytes = NDArray[np.uint8]
# Places looked at together.
TOGETHER = 1024
# A sum of so many bytes that are 0 or 1 fits a byte.
NARROW = 128


def _njit(function: F) -> F:
    return cast(F, numba.njit(cache=True, nogil=True)(function))


@_njit
def likely_blocks(data: Bytes, wanted: Bytes, shift: int, out: NDArray[np.int64]) -> int:
    """Beginnings of blocks of 1024 places where ``data ^ data[shift:]`` may hold the three bytes `wanted`.

    Gives how many there are, at most as many as `out` takes; the last places of `data`, fewer than a block, are left.
    """
    found = 0
    for start in range(0, data.size - shift - TOGETHER - 1, TOGETHER):
        left, right = data[start : start + TOGETHER + 2], data[start + shift : start + shift + TOGETHER + 2]
        if _least_difference(left, right, wanted) == 0:
            if found == out.size:
                break
            out[found] = start
            found += 1
    return found


@_njit
def _least_difference(left: Bytes, right: Bytes, wanted: Bytes) -> int:
    # six arrays of their own, eight bits throughout: the compiler makes vectors of these, and of nothing simpler
    left0, left1, left2 = left[:-2], left[1:-1], left[2:]
    right0, right1, right2 = right[:-2], right[1:-1], right[2:]
    wanted0, wanted1, wanted2 = wanted[0], wanted[1], wanted[2]
    least = np.uint8(255)
    for place in range(left0.size):
        first = np.uint8(left0[place] ^ right0[place] ^ wanted0)
        second = np.uint8(left1[place] ^ right1[place] ^ wanted1)
        third = np.uint8(left2[place] ^ right2[place] ^ wanted2)
        least = min(least, np.uint8(first | second | third))
    return int(least)


@_njit
def equal_pairs(sample: Bytes, out: NDArray[np.int64]) -> None:
    """Count the equal bytes of `sample` and of itself, shifted by 1 for the first of `out`, by 2 for the second, ..."""
    for shift in range(1, out.size + 1):
        left, right, count = sample[shift:], sample[:-shift], 0
        for start in range(0, left.size, NARROW):
            count += _equal(left[start : start + NARROW], right[start : start + NARROW])
        out[shift - 1] = count


@_njit
def _equal(left: Bytes, right: Bytes) -> int:
    # eight bits throughout, as above
    count = np.uint8(0)
    for place in range(left.size):
        count = np.uint8(count + np.uint8(left[place] == right[place]))
    return int(count)
