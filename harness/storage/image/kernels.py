"""Compiled loops of the scan, free of the interpreter lock. Importing this module loads numba: import it on first use.

All of them stand in this one file, since numba's cache notices a change of the file alone in which a kernel stands.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

F = TypeVar("F", bound=Callable[..., Any])
Bytes = NDArray[np.uint8]

PAGE = 4096
WRITTEN, ZEROS, ONES = 0, 1, 2
# Blocks of 16 bytes among which every repetition is found: 256 KiB, whose table of places fits a core's own cache.
NEAR, NEAR_SLOTS = 16384, 65536
LONGEST_SCHEDULE = 240


def _njit(function: F) -> F:
    return cast(F, numba.njit(cache=True, nogil=True, error_model="numpy")(function))


@_njit
def fills_of(data: Bytes, fills: Bytes) -> None:
    """Say of every page of `data` whether it holds nothing but 00, nothing but FF, or something written."""
    for page in range(fills.size):
        first, last = page * PAGE, min((page + 1) * PAGE, data.size)
        byte = data[first]
        kind = WRITTEN
        if byte == 0 or byte == 255:
            kind = ZEROS if byte == 0 else ONES
            different = 0
            for start in range(first, last, 512):
                for at in range(start, min(start + 512, last)):
                    different |= data[at] ^ byte
                if different:
                    kind = WRITTEN
                    break
        fills[page] = kind


@_njit
def figures_of(data: Bytes, fills: Bytes, pages: int, out: NDArray[np.float64]) -> None:
    """Per block of `pages` pages, over its written pages: bytes, entropy, chi-square, serial correlation."""
    counts = np.zeros((4, 256), np.uint32)
    for block in range(out.shape[0]):
        counts[:] = 0
        size, products, pairs, edges = 0, 0, 0, 0
        for page in range(block * pages, min((block + 1) * pages, fills.size)):
            if fills[page] != WRITTEN:
                continue
            piece = data[page * PAGE : min((page + 1) * PAGE, data.size)]
            _count(piece, counts)
            products += int(np.uint32(_products(piece[:-1], piece[1:])))
            pairs += piece.size - 1
            edges += int(piece[0]) + int(piece[-1])
            size += piece.size
        _judge(counts, (size, products, pairs, edges), out[block])


@_njit
def _count(piece: Bytes, counts: NDArray[np.uint32]) -> None:
    """Four histograms side by side: equal bytes in a row would else wait for each other's count."""
    whole = piece.size // 4 * 4
    for at in range(0, whole, 4):
        counts[0, piece[at]] += 1
        counts[1, piece[at + 1]] += 1
        counts[2, piece[at + 2]] += 1
        counts[3, piece[at + 3]] += 1
    for at in range(whole, piece.size):
        counts[0, piece[at]] += 1


@_njit
def _products(left: Bytes, right: Bytes) -> np.int32:
    # in 32 bits, which the compiler makes vectors of; those of a page fit when read without sign
    total = np.int32(0)
    for at in range(left.size):
        total = np.int32(total + np.int32(left[at]) * np.int32(right[at]))
    return total


@_njit
def _judge(counts: NDArray[np.uint32], sums: tuple[int, int, int, int], out: NDArray[np.float64]) -> None:
    size, products, pairs, edges = sums
    out[:] = 0.0
    out[0] = size
    if not size:
        return
    total, squares, information, chi = 0.0, 0.0, 0.0, 0.0
    for value in range(256):
        count = float(counts[0, value]) + counts[1, value] + counts[2, value] + counts[3, value]
        total += count * value
        squares += count * value * value
        chi += count * count
        if count:
            information += count * np.log2(count)
    out[1] = max(np.log2(size) - information / size, 0.0)
    out[2] = chi * 256.0 / size - size
    mean = total / size
    variance = squares / size - mean * mean
    if pairs and variance > 0:
        # over the pairs inside a page: sum of (x - m)(y - m)
        both = 2.0 * total - edges
        out[3] = (products - mean * both + pairs * mean * mean) / (pairs * variance)


@_njit
def repeats_of(words: NDArray[np.uint64], first: int, rate: int, state: tuple[Any, ...]) -> tuple[int, int]:
    """Count blocks of 16 bytes that repeat an earlier one, fill left out; gives how many, and of how many.

    A block is drawn by its hash: one in `rate` is compared with all drawn ones before it, the others with those of
    the last 256 KiB at most.

    Args:
        words: the blocks, two words each.
        first: number of the first block in the image.
        rate: a power of two.
        state: `table` of drawn hashes (a power of two of slots, 0 is free), `filled` (one number), `places` (the
            near ones), `offsets` of the first repetitions and `kept` (one number).
    """
    table, filled, places, offsets, kept = state
    full = np.uint64(0xFFFFFFFFFFFFFFFF)
    drawn = np.uint64(rate - 1)
    count, examined = 0, 0
    places[:] = -1
    base = np.int32(0)
    for block in range(words.shape[0]):
        if block % NEAR == 0:
            base = np.int32(block)
        low, high = words[block, 0], words[block, 1]
        if low == high and (low == 0 or low == full):
            continue
        examined += 1
        mixed = (low ^ (high << np.uint64(29) | high >> np.uint64(35))) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(32)) ^ high) * np.uint64(0xD6E8FEB86659FD93)
        mixed ^= mixed >> np.uint64(32)
        if mixed & drawn == 0:
            again = _seen_before(mixed, table, filled)
        else:
            again = _seen_near(words, np.int32(block), base, mixed >> np.uint64(48), places)
        if again:
            if kept[0] < offsets.size:
                offsets[kept[0]] = first + block
                kept[0] += 1
            count += 1
    return count, examined


@_njit
def _seen_before(mixed: np.uint64, table: NDArray[np.uint64], filled: NDArray[np.int64]) -> bool:
    mask = np.uint64(table.size - 1)
    mixed = mixed if mixed else np.uint64(1)
    slot = (mixed >> np.uint64(20)) & mask
    while table[slot] != 0:
        if table[slot] == mixed:
            return True
        slot = (slot + np.uint64(1)) & mask
    # a table that fills up would be searched ever longer
    if filled[0] * 4 < table.size * 3:
        table[slot] = mixed
        filled[0] += 1
    return False


@_njit
def _seen_near(
    words: NDArray[np.uint64], block: np.int32, base: np.int32, place: np.uint64, places: NDArray[np.int32]
) -> bool:
    while places[place] >= base:
        other = places[place]
        if words[other, 0] == words[block, 0] and words[other, 1] == words[block, 1]:
            return True
        place = (place + np.uint64(1)) & np.uint64(NEAR_SLOTS - 1)
    places[place] = block
    return False


@_njit
def schedule_places(data: Bytes, first: int, last: int, out: NDArray[np.int64]) -> int:
    """Where in `data` an expanded AES key may begin; gives how many places (at most as many as fit into `out`).

    Most words of a schedule are w[i] = w[i-n] xor w[i-1] with n = 4, 6, 8 (FIPS 197 section 5.2), in any byte order.
    Where they are not, the bytes between are: so of two words 8 bytes apart one is, anywhere inside a schedule, and it
    is enough to look once in 128 bytes. Words of nothing but zeros are passed over.
    """
    found = 0
    for place in range(max(first, 32), min(last, data.size - 12), 128):
        for distance in (16, 24, 32):
            if not (_follows(data, place, distance) or _follows(data, place + 8, distance)):
                continue
            for start in range(max(place - LONGEST_SCHEDULE, 0), place):
                if _begins_schedule(data, start, distance):
                    if found == out.size:
                        return found
                    out[found] = start
                    found += 1
    return found


@_njit
def _follows(data: Bytes, at: int, distance: int) -> bool:
    different, any_bit = 0, 0
    for byte in range(at, at + 4):
        different |= data[byte] ^ data[byte - distance] ^ data[byte - 4]
        any_bit |= data[byte] | data[byte - distance]
    return different == 0 and any_bit != 0


@_njit
def _begins_schedule(data: Bytes, start: int, size: int) -> bool:
    """Whether the three words behind the first new one are linear, and not all zeros."""
    if start + size + 16 > data.size:
        return False
    for at in range(start + size + 4, start + size + 16, 4):
        different, any_bit = 0, 0
        for byte in range(at, at + 4):
            different |= data[byte] ^ data[byte - size] ^ data[byte - 4]
            any_bit |= data[byte] | data[byte - size]
        if different or not any_bit:
            return False
    return True


@_njit
def triage(
    data: Bytes,
    words: NDArray[np.uint64],
    part: tuple[int, int],
    tables: tuple[Bytes, NDArray[np.uint32]],
    out: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> tuple[int, int]:
    """Where a pair of coordinates or a chain of MAVLink frames may begin; gives how many of each.

    Two bytes at every offset are looked up in `marks`; only where it speaks, the whole number or header is read.

    Args:
        data: bytes.
        words: the bytes from the first of `part` on, eight in a word.
        part: where a latitude's leading bytes or a frame may begin, first and last offset.
        tables: for each pair of bytes (first one low) 1 where a latitude may have them leading, 2 where a frame may
            begin with them, or both; and a row for each form, see ``_is_pair``.
        out: two arrays that take the offsets of pairs and of frames; what is full takes no more.
    """
    first, last = part
    marks, boxes = tables
    pairs, frames = 0, 0
    mask, byte = np.uint64(0xFFFF), np.uint64(8)
    for number in range(words.size):
        low = words[number]
        start = first + number * 8
        odd = low >> byte
        if start + 8 < data.size:
            odd |= np.uint64(data[start + 8]) << np.uint64(56)
        seen = marks[low & mask] | marks[(low >> np.uint64(16)) & mask]
        seen |= marks[(low >> np.uint64(32)) & mask] | marks[low >> np.uint64(48)]
        seen |= marks[odd & mask] | marks[(odd >> np.uint64(16)) & mask]
        seen |= marks[(odd >> np.uint64(32)) & mask] | marks[odd >> np.uint64(48)]
        if not seen:
            continue
        for at in range(start, min(start + 8, last)):
            following = data[at + 1] if at + 1 < data.size else 0
            mark = marks[np.uint64(data[at]) | np.uint64(following) << byte]
            if mark & 1 and pairs < out[0].size and _is_pair(data, at, boxes):
                out[0][pairs] = at
                pairs += 1
            if mark & 2 and frames < out[1].size and _frames_follow(data, at):
                out[1][frames] = at
                frames += 1
    return pairs, frames


@_njit
def _is_pair(data: Bytes, at: int, boxes: NDArray[np.uint32]) -> bool:
    """Whether the two bytes at `at` lead a latitude in a box of which a longitude lies within 32 bytes.

    A row of `boxes`: 1 for big-endian; then least value and span of the four leading bytes of the latitude and of the
    longitude, as unsigned numbers.
    """
    for row in range(boxes.shape[0]):
        big = boxes[row, 0]
        # in little-endian order the two leading bytes are the last two of four
        start = at if big else at - 2
        if not _in_box(data, start, big, boxes[row, 1], boxes[row, 2]):
            continue
        for other in range(start - 32, start + 33):
            if _in_box(data, other, big, boxes[row, 3], boxes[row, 4]):
                return True
    return False


@_njit
def _in_box(data: Bytes, at: int, big: int, low: int, span: int) -> bool:
    if at < 0 or at + 4 > data.size:
        return False
    value = np.uint32(0)
    for number in range(4):
        byte = data[at + number] if big else data[at + 3 - number]
        value = np.uint32(value << np.uint32(8)) | np.uint32(byte)
    return bool(np.uint32(value - np.uint32(low)) <= np.uint32(span))


@_njit
def _frames_follow(data: Bytes, at: int) -> bool:
    for _ in range(3):
        end = _frame_end(data, at)
        if not end:
            return False
        if _frame_end(data, end):
            at = end
        elif _frame_end(data, end + 8):
            at = end + 8
        else:
            return False
    return True


@_njit
def _frame_end(data: Bytes, at: int) -> int:
    if at + 10 > data.size:
        return 0
    end = 0
    if data[at] == 0xFE and data[at + 3]:
        end = at + 8 + data[at + 1]
    elif data[at] == 0xFD and data[at + 2] <= 1 and data[at + 3] == 0 and data[at + 5]:
        end = at + 12 + data[at + 1] + 13 * data[at + 2]
    return end if end <= data.size else 0
