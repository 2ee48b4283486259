"""Search for key material: a known key or passphrase in any usual form, and expanded AES keys nobody told us of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from harness.errors import UsageError
from harness.storage.image.found import Found
from harness.storage.image.image import Range
from harness.storage.image.patterns import Pattern, byte_patterns, text_patterns

SCHEDULE = "AES key schedule"
SHORTEST_SECRET = 8
PIECE = 1 << 18
WORD = 4
LONGEST_SCHEDULE = 240
# Chance brings one false beginning in 4 GB; more were put there to keep a judge busy.
MOST_FOUND, MOST_FAILED = 256, 10_000


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A key or passphrase that must not be found, known from opening the volume or handed over by the maker.

    Raises:
        UsageError: fewer than 8 bytes.
    """

    name: str
    value: bytes

    def __post_init__(self) -> None:
        if len(self.value) < SHORTEST_SECRET:
            raise UsageError(f"secret {self.name}: at least {SHORTEST_SECRET} bytes can be told from chance")

    def patterns(self) -> tuple[Pattern, ...]:
        """The whole secret in every form and, for 256- and 512-bit keys, the two AES keys of XTS in it."""
        text = self.value.decode("ascii", "replace")
        whole = text_patterns(self.name, text) if text.isprintable() and text.isascii() else ()
        whole = whole or byte_patterns(self.name, self.value)
        half = len(self.value) // 2
        if half not in (16, 32):
            return whole
        first = byte_patterns(f"{self.name} first half", self.value[:half])
        return (*whole, *first, *byte_patterns(f"{self.name} second half", self.value[half:]))


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """An expanded AES key found at `offset`."""

    offset: int
    bits: int
    words_swapped: bool

    @property
    def size(self) -> int:
        """Bytes of the expanded key."""
        return _schedule_size(self.bits // 8)


def find_schedules(data: bytes, ranges: Iterable[Range]) -> tuple[list[Schedule], bool]:
    """Expanded AES keys of each length at any offset, words in either byte order (FIPS 197 section 5.2).

    Gives at most 256, and whether the search was complete (not given up over false beginnings).
    """
    box = _substitution_box()
    found: list[Schedule] = []
    failed = 0
    for schedule, piece in _possible_schedules(data, tuple(ranges), np.frombuffer(box, np.uint8)):
        if _is_schedule(piece, schedule, box):
            found.append(schedule)
        else:
            failed += 1
        if len(found) >= MOST_FOUND or failed > MOST_FAILED:
            return found, failed <= MOST_FAILED
    return found, True


def find_in_window(data: bytes, start: int) -> Iterator[Found]:
    """Expanded AES keys in `data`, which begins at offset `start` of the image."""
    for schedule in find_schedules(data, (Range(0, len(data)),))[0]:
        detail = f"AES-{schedule.bits} key schedule{', words swapped' * schedule.words_swapped}"
        yield Found(kind=SCHEDULE, offset=start + schedule.offset, size=schedule.size, detail=detail)


def _possible_schedules(
    data: bytes, ranges: tuple[Range, ...], box: NDArray[np.uint8]
) -> Iterator[tuple[Schedule, bytes]]:
    for part in ranges:
        for start in range(part.offset, part.end, PIECE):
            end = min(start + PIECE, part.end)
            piece = np.frombuffer(data, np.uint8, count=min(end + LONGEST_SCHEDULE, len(data)) - start, offset=start)
            substituted = box[piece]
            for bits, swapped in product((128, 192, 256), (False, True)):
                for place in _candidates(piece, substituted, bits // 8, swapped).tolist():
                    schedule = Schedule(offset=start + place, bits=bits, words_swapped=swapped)
                    if schedule.offset < end:
                        yield schedule, data[schedule.offset : schedule.offset + schedule.size]


def _candidates(
    piece: NDArray[np.uint8], substituted: NDArray[np.uint8], size: int, swapped: bool
) -> NDArray[np.int64]:
    """Places where the first word behind the key follows from the key: byte 0 everywhere, the others where it holds."""
    new, old, turned = (_at(where, byte, swapped) for where, byte in _relation(size, 0))
    length = max(piece.size - size - WORD + 1, 0)
    follows = piece[old : old + length] ^ substituted[turned : turned + length] ^ np.uint8(1)
    places = np.flatnonzero(piece[new : new + length] == follows)
    for number in range(1, WORD):
        new, old, turned = (_at(where, byte, swapped) for where, byte in _relation(size, number))
        places = places[piece[places + new] == (piece[places + old] ^ substituted[places + turned])]
    return places


def _relation(size: int, byte: int) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    """w[n] = w[0] xor SubWord(RotWord(w[n-1])) xor Rcon: the word offsets and the byte in each."""
    return (size, byte), (0, byte), (size - WORD, (byte + 1) % WORD)


def _at(word: int, byte: int, swapped: bool) -> int:
    return word + (WORD - 1 - byte if swapped else byte)


def _is_schedule(piece: bytes, schedule: Schedule, box: bytes) -> bool:
    if len(piece) != schedule.size:
        return False
    if schedule.words_swapped:
        piece = np.frombuffer(piece, "<u4").astype(">u4").tobytes()
    return _expand(piece[: schedule.bits // 8], box) == piece


def _expand(key: bytes, box: bytes) -> bytes:
    """The AES key expansion (FIPS 197 section 5.2)."""
    words = [key[at : at + WORD] for at in range(0, len(key), WORD)]
    per_key, constant = len(words), 1
    while len(words) * WORD < _schedule_size(len(key)):
        word = words[-1]
        if len(words) % per_key == 0:
            word = bytes(box[byte] for byte in word[1:] + word[:1])
            word = bytes((word[0] ^ constant,)) + word[1:]
            constant = _double(constant)
        elif per_key > 6 and len(words) % per_key == 4:
            word = bytes(box[byte] for byte in word)
        words.append(bytes(a ^ b for a, b in zip(words[-per_key], word, strict=True)))
    return b"".join(words)


def _schedule_size(key_size: int) -> int:
    return 16 * (key_size // 4 + 7)


def _double(value: int) -> int:
    return (value << 1) ^ (0x11B if value & 0x80 else 0)


def _substitution_box() -> bytes:
    """The AES S-box (FIPS 197 section 5.1.1), walked by a generator and its inverse."""
    box = [0x63] * 256
    power, inverse = 1, 1
    while True:
        power ^= _double(power)
        inverse ^= inverse << 1
        inverse ^= inverse << 2
        inverse = (inverse ^ inverse << 4) & 0xFF
        inverse ^= 0x09 if inverse & 0x80 else 0
        turned = [(inverse << bits | inverse >> (8 - bits)) & 0xFF for bits in range(5)]
        box[power] = 0x63 ^ turned[0] ^ turned[1] ^ turned[2] ^ turned[3] ^ turned[4]
        if power == 1:
            return bytes(box)
