"""XOR with a repeating key, which some call encryption.

Two looks. *Known text*: xor of the data with itself, shifted by a whole number of keys, no longer depends on the key,
so a text that must be in it is found like any other; this proves the key's length and gives the key. *Repetition*: in a
sample of data, bytes at the distance of the key's length are equal more often than chance has it; this needs no text,
but a table of records or ECB looks alike. AES in a sound mode gives neither.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil, exp, log, log2

import numpy as np
from numpy.typing import NDArray

from harness.storage.image.found import Found, Windowed

LONGEST_KEY = 64
# Known bytes left when the text is shifted by the key: fewer come about by chance (256^-8 at each place and shift).
LEAST_KNOWN = 8
PIECE = 1 << 20
BLOCK, SAMPLE = 1 << 18, 8192
# Equal pairs in a sample; see `expected_samples`.
LEAST_EQUAL, FAINT = 90, 12
KIND_TEXT, KIND_SAMPLE = "xor with a repeating key", "bytes repeat at a distance"
# Beginnings that files of a kind have word for word: the DataFlash format of formats, SQLite, a key, a JFIF picture.
FORMAT_OF_FORMATS = (
    b"\xa3\x95\x80\x80\x59FMT\0" + b"BBnNZ".ljust(16, b"\0") + b"Type,Length,Name,Format,Columns".ljust(64, b"\0")
)
BEGINNINGS = (
    ("DataFlash log", FORMAT_OF_FORMATS),
    ("SQLite database", b"SQLite format 3\0"),
    ("PEM key", b"-----BEGIN PRIVATE KEY-----\n"),
    ("JPEG", b"\xff\xd8\xff\xe0\0\x10JFIF\0\1"),
)


@dataclass(frozen=True, kw_only=True)
class _Shifted:
    """A known text, xored with itself `shift` bytes on."""

    name: str
    text: bytes
    shift: int
    needle: bytes


def xor_detector(texts: Iterable[tuple[str, bytes]] = ()) -> Windowed:
    """The look for known texts: the (name, bytes) of a search, and the beginnings of usual files."""
    known = tuple(shifted for name, text in (*texts, *BEGINNINGS) for shifted in _shifts(name, text))
    longest = max(len(shifted.text) for shifted in known)
    # each text at each shift fits with 256^-8 at most
    bits = 8 * LEAST_KNOWN - ceil(log2(len(known)))
    return Windowed(
        kind=KIND_TEXT, window=lambda data, start: _find(data, start, known), back=0, ahead=longest, bits=bits
    )


def find_periods(data: bytes, start: int) -> Iterator[Found]:
    """Samples of `data`, which begins at offset `start` of the image, whose bytes repeat at one distance of 1 to 64.

    Data that repeats at most distances, such as text and fill, is left to the statistics of blocks.
    """
    run: Found | None = None
    for at in range(-start % BLOCK, len(data) - SAMPLE + 1, BLOCK):
        period = _period(np.frombuffer(data, np.uint8, count=SAMPLE, offset=at))
        detail = f"distance of {period}: repeating key, ECB or records"
        if run is not None and (not period or detail != run.detail):
            yield run
            run = None
        if period:
            begun = start + at if run is None else run.offset
            run = Found(kind=KIND_SAMPLE, offset=begun, size=start + at + SAMPLE - begun, detail=detail)
    if run is not None:
        yield run


def expected_samples(searched: int) -> float:
    """Samples that chance brings in as many random bytes.

    Equal pairs of a distance are binomial with mean m = 8192 / 256 nearly; by Chernoff's bound r m of them come about
    with a chance of at most exp(-m (r ln r - r + 1)) (Mitzenmacher and Upfal, Probability and Computing, theorem 4.4).
    """
    mean = SAMPLE / 256
    ratio = LEAST_EQUAL / mean
    return searched / BLOCK * LONGEST_KEY * exp(-mean * (ratio * log(ratio) - ratio + 1))


def _shifts(name: str, text: bytes) -> Iterator[_Shifted]:
    """The text at shifts of which every length of a key up to the longest possible one divides one."""
    longest = min(len(text) - LEAST_KNOWN, LONGEST_KEY)
    for shift in range(longest // 2 + 1, longest + 1):
        needle = bytes(a ^ b for a, b in zip(text, text[shift:], strict=False))
        # of a text that repeats itself nothing is left
        if len(set(needle)) > 1:
            yield _Shifted(name=name, text=text, shift=shift, needle=needle)


def _find(data: bytes, start: int, known: tuple[_Shifted, ...]) -> Iterator[Found]:
    longest = max(len(shifted.text) for shifted in known)
    seen: set[tuple[int, str]] = set()
    for first in range(0, len(data), PIECE):
        piece = np.frombuffer(data, np.uint8, count=min(PIECE + longest, len(data) - first), offset=first)
        for shifted in known:
            for at in _places(piece, shifted):
                found = _found(data, first + at, start, shifted)
                if found is not None and (found.offset, shifted.name) not in seen:
                    seen.add((found.offset, shifted.name))
                    yield found


def _places(piece: NDArray[np.uint8], shifted: _Shifted) -> Iterator[int]:
    """Where the shifted text stands in the shifted piece."""
    # numba loads with the first search
    from harness.storage.search.xor_kernel import TOGETHER, likely_blocks

    blocks = np.empty(piece.size // TOGETHER + 1, np.int64)
    wanted = np.frombuffer(shifted.needle, np.uint8)
    count = likely_blocks(piece, wanted, shifted.shift, blocks)
    tail = max((piece.size - shifted.shift - 2) // TOGETHER * TOGETHER - TOGETHER, 0)
    for first in sorted({*blocks[:count].tolist(), tail, tail + TOGETHER}):
        part = piece[first : first + TOGETHER + len(shifted.text)]
        mixed = (part[shifted.shift :] ^ part[: max(part.size - shifted.shift, 0)]).tobytes()
        at = mixed.find(shifted.needle)
        while at >= 0:
            yield first + at
            at = mixed.find(shifted.needle, at + 1)


def _found(data: bytes, at: int, start: int, shifted: _Shifted) -> Found | None:
    key = bytes(a ^ b for a, b in zip(data[at : at + len(shifted.text)], shifted.text, strict=False))
    if len(key) < len(shifted.text) or not any(key):
        return None
    length = next(length for length in range(1, len(key) + 1) if key[length:] == key[:-length])
    detail = f"{shifted.name} under a key of {length} bytes"
    return Found(kind=KIND_TEXT, offset=start + at, size=len(shifted.text), detail=detail)


def _period(sample: NDArray[np.uint8]) -> int:
    """The shortest distance of which every multiple has too many equal bytes, 0 if none has or most distances do."""
    # numba loads with the first search
    from harness.storage.search.xor_kernel import equal_pairs

    counts = np.zeros(LONGEST_KEY, np.int64)
    equal_pairs(sample, counts)
    equal = counts.tolist()
    if sum(count >= LEAST_EQUAL for count in equal) > LONGEST_KEY // 2:
        return 0
    multiples = {shift: equal[shift - 1 :: shift] for shift in range(1, LONGEST_KEY + 1)}
    means = {shift: sum(counts) / len(counts) for shift, counts in multiples.items() if min(counts) >= LEAST_EQUAL}
    # two equal bytes inside a long key make a distance of their own, with far fewer equal pairs
    return next((shift for shift, mean in means.items() if mean * FAINT >= max(means.values())), 0)
