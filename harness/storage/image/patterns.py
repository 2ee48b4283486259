"""Byte patterns of a text or a key in the forms in which it may be stored, and an exact search for them."""

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harness.storage.image.image import Range

# A pattern may begin on one page and end in fill.
OVERLAP = 8192
# Below this, a regular expression's search for the first byte is the faster one (measured on random data).
LEAST_FOR_FIND = 8
# What is left of a short text at an odd phase may be too short to mean anything.
SHORTEST_FORM = 6


@dataclass(frozen=True, order=True)
class Pattern:
    """One form of one thing that is looked for."""

    name: str
    encoding: str
    needle: bytes


def byte_patterns(name: str, value: bytes) -> tuple[Pattern, ...]:
    """`value` as it is, reversed, with bytes swapped in words of 16 and 32 bits, in hex and in base64 at each phase.

    Hex comes in a row or with a blank or a colon behind each byte.
    """
    forms = [("raw", value), ("reversed", value[::-1]), *_swapped(value)]
    forms += [("hex", value.hex().encode()), ("HEX", value.hex().upper().encode()), *_base64_phases(value)]
    forms += [(f"hex with {mark!r}", value.hex(mark).encode()) for mark in " :"]
    forms += [(f"HEX with {mark!r}", value.hex(mark).upper().encode()) for mark in " :"]
    return _distinct(name, forms)


def text_patterns(name: str, text: str) -> tuple[Pattern, ...]:
    """`text` in UTF-8 with all forms of ``byte_patterns``, and in UTF-16 and UTF-32 of both byte orders."""
    plain = text.encode()
    forms = [("utf-8", plain), ("utf-16-le", text.encode("utf-16-le")), ("utf-16-be", text.encode("utf-16-be"))]
    forms += [(name, text.encode(name)) for name in ("utf-32-le", "utf-32-be")]
    forms += [(pattern.encoding, pattern.needle) for pattern in byte_patterns(name, plain)]
    return _distinct(name, forms)


def find_all(data: bytes, needle: bytes, ranges: Iterable[Range]) -> Iterator[int]:
    """Every offset of `needle` that begins in one of `ranges` or shortly before it."""
    last = -1
    locate = bytes.find if len(needle) >= LEAST_FOR_FIND else _locate_short
    for part in ranges:
        start, end = max(part.offset - len(needle) + 1, last + 1, 0), part.end + min(len(needle) - 1, OVERLAP)
        at = locate(data, needle, start, end)
        while at >= 0:
            yield at
            last = at
            at = locate(data, needle, at + 1, end)


def expected_by_chance(needle: bytes, searched: int) -> float:
    """Hits of `needle` in as many random bytes."""
    return float(searched) * 256.0 ** -len(needle)


def _locate_short(data: bytes, needle: bytes, start: int, end: int) -> int:
    match = re.compile(re.escape(needle)).search(data, start, end)
    return -1 if match is None else match.start()


def _swapped(value: bytes) -> list[tuple[str, bytes]]:
    # At every phase: the neighbours of the outermost bytes are unknown, so words that are not whole are left out.
    forms = []
    for width in (2, 4):
        for phase in range(width):
            whole = value[phase : phase + (len(value) - phase) // width * width]
            words = (whole[at : at + width][::-1] for at in range(0, len(whole), width))
            forms.append((f"byte-swapped {8 * width} phase {phase}", b"".join(words)))
    return [(name, form) for name, form in forms if len(form) >= SHORTEST_FORM]


def _base64_phases(value: bytes) -> list[tuple[str, bytes]]:
    """Base64 of `value` inside something longer: only the characters that its bytes alone decide."""
    forms = []
    for phase in range(3):
        first, last = (0, 2, 3)[phase], (phase + len(value)) * 8 // 6
        for alphabet, encode in (("base64", base64.b64encode), ("base64url", base64.urlsafe_b64encode)):
            forms.append((f"{alphabet} phase {phase}", encode(bytes(phase) + value)[first:last]))
    return forms


def _distinct(name: str, forms: Iterable[tuple[str, bytes]]) -> tuple[Pattern, ...]:
    found: dict[bytes, Pattern] = {}
    for encoding, needle in forms:
        found.setdefault(needle, Pattern(name, encoding, needle))
    return tuple(found.values())
