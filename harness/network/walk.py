"""Compiled loops over the records of a capture file. Importing this module loads numba, where there is one.

Without numba, or with NUMBA_DISABLE_JIT=1, the same functions run as plain Python and give the same, only slowly.
"""

import importlib
import importlib.util
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

# None where there is no wheel for the platform
numba: Any = importlib.import_module("numba") if importlib.util.find_spec("numba") else None

F = TypeVar("F", bound=Callable[..., Any])
Bytes = NDArray[np.uint8]
Numbers = NDArray[np.int64]

WHOLE, TRUNCATED, IMPOSSIBLE, OTHER, UNEQUAL, UNKNOWN, SHORT = 0, 1, 2, 3, 4, 5, 6
LONGEST_PACKET = 262144
_PACKET_BLOCK = 6


class Batch(NamedTuple):
    """Some packets of a capture: where each lies in `data`, how many bytes of it are there and were on the wire."""

    data: Bytes
    place: Numbers
    length: Numbers
    size: Numbers
    time: NDArray[np.float64]
    link: Numbers


class Interfaces(NamedTuple):
    """By number: ticks per second, offset in s, link type. And what the blocks read so far lost."""

    ticks: NDArray[np.float64]
    offset: Numbers
    link: Numbers
    dropped: Numbers


def njit(function: F) -> F:
    """Compile `function` on its first call; numba's cache notices a change of the file alone that it stands in."""
    return function if numba is None else cast(F, numba.njit(cache=True, nogil=True, error_model="numpy")(function))


@njit
def big(data: Bytes, at: int, width: int) -> Any:  # noqa: ANN401
    """A number in network byte order."""
    value: Any = np.int64(0)
    for step in range(width):
        value = (value << 8) | np.int64(data[at + step])
    return value


@njit
def little(data: Bytes, at: int, width: int) -> Any:  # noqa: ANN401
    """A number, least byte first."""
    value: Any = np.int64(0)
    for step in range(width):
        value |= np.int64(data[at + step]) << (8 * step)
    return value


@njit
def number_of(data: Bytes, at: int, width: int, swapped: bool) -> Any:  # noqa: ANN401
    """A number in the byte order of a capture file."""
    return big(data, at, width) if swapped else little(data, at, width)


@njit
def odd_options(data: Bytes, at: int, end: int) -> bool:
    """Whether an option of TCP is of another kind or length than ``decode.TCP_OPTIONS`` has."""
    while at < end and data[at]:
        kind = big(data, at, 1)
        length = big(data, at + 1, 1) if kind != 1 and at + 1 < end else 1
        known = (kind == 1 and length == 1) or (kind == 2 and length == 4) or (kind == 3 and length == 3)
        known = known or (kind == 4 and length == 2) or (kind == 8 and length == 10)
        known = known or (kind == 5 and length in (10, 18, 26, 34))
        if not known or at + length > end:
            return True
        at += length
    while at < end:
        if data[at]:
            return True
        at += 1
    return False


@njit
def walk_classic(batch: Batch, at: int, swapped: bool, unit: float) -> tuple[int, int, int]:
    """Fill `batch` with the records of a pcap from byte `at` on: how many, where the next is, and what is wrong."""
    data, count = batch.data, 0
    while count < batch.place.size and at < data.size:
        if at + 16 > data.size:
            return count, at, TRUNCATED
        length, size = number_of(data, at + 8, 4, swapped), number_of(data, at + 12, 4, swapped)
        if length > LONGEST_PACKET:
            return count, at, IMPOSSIBLE
        if at + 16 + length > data.size:
            return count, at, TRUNCATED
        batch.place[count], batch.length[count], batch.size[count] = at + 16, length, max(size, length)
        batch.time[count] = number_of(data, at, 4, swapped) + number_of(data, at + 4, 4, swapped) * unit
        count += 1
        at += 16 + length
    return count, at, WHOLE


@njit
def walk_blocks(batch: Batch, at: int, swapped: bool, interfaces: Interfaces) -> tuple[int, int, int]:
    """The same for the enhanced packet blocks of a pcapng; stops at every other block, and when its kind is OTHER."""
    data, count = batch.data, 0
    while count < batch.place.size and at < data.size:
        if at + 12 > data.size:
            return count, at, TRUNCATED
        if number_of(data, at, 4, swapped) != _PACKET_BLOCK:
            return count, at, OTHER
        end = at + number_of(data, at + 4, 4, swapped)
        last = number_of(data, min(end, data.size) - 4, 4, swapped)
        wrong = _check_block(data, at, end, last)
        if wrong == WHOLE:
            wrong = _take_packet(batch, count, (at, end, swapped), interfaces)
        if wrong != WHOLE:
            return count, at, wrong
        count += 1
        at = end
    return count, at, WHOLE


@njit
def _check_block(data: Bytes, at: int, end: int, last: int) -> int:
    if end - at < 12 or (end - at) % 4:
        return IMPOSSIBLE
    if end > data.size:
        return TRUNCATED
    if end - at != last:
        return UNEQUAL
    return SHORT if end - at < 32 else WHOLE


@njit
def _take_packet(batch: Batch, count: int, block: tuple[int, int, bool], interfaces: Interfaces) -> int:
    at, end, swapped = block
    data = batch.data
    number, length = number_of(data, at + 8, 4, swapped), number_of(data, at + 20, 4, swapped)
    size = number_of(data, at + 24, 4, swapped)
    if number >= interfaces.ticks.size:
        return UNKNOWN
    if length > LONGEST_PACKET or at + 28 + length > end - 4:
        return IMPOSSIBLE
    # 64 bits without a sign, which a whole number here has
    ticks = number_of(data, at + 12, 4, swapped) * 4294967296.0 + number_of(data, at + 16, 4, swapped)
    batch.place[count], batch.length[count], batch.size[count] = at + 28, length, max(size, length)
    batch.time[count] = interfaces.offset[number] + ticks / interfaces.ticks[number]
    batch.link[count] = interfaces.link[number]
    option = at + 28 + (length + 3) // 4 * 4
    while option + 4 <= end - 4:
        code, width = number_of(data, option, 2, swapped), number_of(data, option + 2, 2, swapped)
        if code == 0:
            break
        if code == 4 and width == 8 and option + 12 <= end - 4:
            # epb_dropcount: lost between the packet before and this one
            interfaces.dropped[0] += min(number_of(data, option + 4, 8, swapped) & 0x7FFFFFFFFFFF, 1 << 40)
        option += 4 + (width + 3) // 4 * 4
    return WHOLE
