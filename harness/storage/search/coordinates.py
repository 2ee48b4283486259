"""Search for a coordinate canary as numbers: pairs of latitude and longitude at any offset, in any usual form.

One number inside a box proves little (25 MB of random bytes hold about 120 latitudes as int32 within 0.001 deg), so
only pairs count, and the number expected by chance goes beside the number found.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from math import log2, pi

import numpy as np
from numpy.typing import NDArray

from harness.storage.image.found import Found, Windowed
from harness.storage.image.image import Range
from harness.storage.image.patterns import find_all
from harness.storage.search.canary import CoordinateCanary

KIND = "coordinate"
PIECE = 1 << 21
OVERLAP = 256
NEARBY = 32
TEXT_WINDOW = 64
# So many places prove the point; so many false ones beyond those of chance were put there to keep a judge busy.
MOST_TEXTS, SPARE_TEXTS = 10_000, 200_000
DECIMAL_TEXT = "decimal text"
DECIMAL = re.compile(rb"(?<![\d.])-?\d{1,3}\.\d{3,15}(?!\d)")

Offsets = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class NumberForm:
    """A way to store a coordinate as a number; `distances` from latitude to longitude in bytes."""

    encoding: str
    dtype: str
    scale: float
    distances: tuple[int, ...]

    @property
    def width(self) -> int:
        """Bytes of one number."""
        return np.dtype(self.dtype).itemsize

    def box(self, centre: float, half: float) -> tuple[NDArray[np.generic], NDArray[np.generic]]:
        """Least and greatest number in the box, in this form."""
        low, high = (centre - half) * self.scale, (centre + half) * self.scale
        if self.dtype[1] == "i":
            low, high = float(np.ceil(low)), float(np.floor(high))
        return np.array([low]).astype(self.dtype), np.array([high]).astype(self.dtype)


def _near(width: int) -> tuple[int, ...]:
    return tuple(distance for distance in range(-NEARBY, NEARBY + 1) if abs(distance) >= width)


FORMS = (
    NumberForm(encoding="int32 1e7 LE", dtype="<i4", scale=1e7, distances=(4, -4)),
    NumberForm(encoding="int32 1e7 BE", dtype=">i4", scale=1e7, distances=(4, -4)),
    NumberForm(encoding="float32 LE", dtype="<f4", scale=1.0, distances=_near(4)),
    NumberForm(encoding="float32 BE", dtype=">f4", scale=1.0, distances=_near(4)),
    NumberForm(encoding="float64 LE", dtype="<f8", scale=1.0, distances=_near(8)),
    NumberForm(encoding="float64 BE", dtype=">f8", scale=1.0, distances=_near(8)),
    NumberForm(encoding="float64 rad LE", dtype="<f8", scale=pi / 180.0, distances=_near(8)),
    NumberForm(encoding="float64 rad BE", dtype=">f8", scale=pi / 180.0, distances=_near(8)),
)


@dataclass(frozen=True, kw_only=True)
class PairHits:
    """Where pairs in one form were found (offset of the latitude) and how many chance would bring.

    `complete` is false where the search was given up over false beginnings.
    """

    encoding: str
    offsets: tuple[int, ...]
    expected: float
    complete: bool = True


def find_pairs(data: bytes, canary: CoordinateCanary, ranges: Iterable[Range]) -> tuple[PairHits, ...]:
    """All pairs inside the box of `canary` whose latitude begins in `ranges`, form by form."""
    found: dict[str, list[int]] = {form.encoding: [] for form in FORMS}
    parts = tuple(ranges)
    for start, end in _pieces(parts):
        first, piece = _window(data, start, end)
        wide = piece.astype(np.uint16)
        leading = {"<": wide[1:] << np.uint16(8) | wide[:-1], ">": wide[:-1] << np.uint16(8) | wide[1:]}
        for form in FORMS:
            places = _pairs_in(piece, leading[form.dtype[0]], form, canary) + first
            found[form.encoding] += places[(places >= start) & (places < end)].tolist()
    searched = sum(part.size for part in parts)
    hits = [
        PairHits(encoding=form.encoding, offsets=tuple(found[form.encoding]), expected=_chance(form, canary, searched))
        for form in FORMS
    ]
    return (*hits, _find_decimal(data, canary, parts, searched))


def pairs_detector(canary: CoordinateCanary) -> Windowed:
    """The search for one place in the form of every other detector, all forms of numbers at once."""

    def window(data: bytes, start: int) -> Iterator[Found]:
        for pairs in find_pairs(data, canary, (Range(0, len(data)),)):
            for at in pairs.offsets:
                yield Found(kind=KIND, offset=start + at, size=NEARBY, detail=f"{canary.name}, {pairs.encoding}")

    chance = sum(expected_pairs(canary, 1).values())
    return Windowed(kind=KIND, window=window, back=OVERLAP, ahead=OVERLAP, bits=-log2(chance))


def _pieces(ranges: Iterable[Range]) -> Iterator[tuple[int, int]]:
    """Ranges in pieces that fit a cache, each begun a little early: a number may start in the fill before it."""
    for part in ranges:
        for start in range(part.offset, part.end, PIECE):
            lead = 8 if start == part.offset and start >= 8 else 0
            yield start - lead, min(start + PIECE, part.end)


def _window(data: bytes, start: int, end: int) -> tuple[int, NDArray[np.uint8]]:
    first = max(start - OVERLAP, 0)
    return first, np.frombuffer(data, np.uint8, count=min(end + OVERLAP, len(data)) - first, offset=first)


def _pairs_in(
    piece: NDArray[np.uint8], leading: NDArray[np.uint16], form: NumberForm, canary: CoordinateCanary
) -> Offsets:
    """Offsets in `piece` of latitudes that have a longitude nearby."""
    low, high = form.box(canary.latitude, canary.box)
    first, last = sorted((_leading_pair(low), _leading_pair(high)))
    marks = leading == first if first == last else (leading >= first) & (leading <= last)
    places = np.flatnonzero(marks) - (form.width - 2 if form.dtype[0] == "<" else 0)
    places = places[_inside(piece, places, form, (low, high))]
    paired = np.zeros(places.size, np.bool_)
    box = form.box(canary.longitude, canary.box)
    for distance in form.distances:
        paired |= _inside(piece, places + distance, form, box)
    return places[paired]


def _leading_pair(value: NDArray[np.generic]) -> int:
    """The two most significant bytes, which order like the numbers of one sign do."""
    return int.from_bytes(value.astype(value.dtype.newbyteorder(">")).tobytes()[:2], "big")


def _inside(
    piece: NDArray[np.uint8],
    places: Offsets,
    form: NumberForm,
    box: tuple[NDArray[np.generic], NDArray[np.generic]],
) -> NDArray[np.bool_]:
    """Which of `places` hold a number inside `box`."""
    readable = (places >= 0) & (places + form.width <= piece.size)
    if not readable.any():
        return readable
    gathered = piece[np.where(readable, places, 0)[:, None] + np.arange(form.width)]
    with np.errstate(invalid="ignore"):
        values = gathered.tobytes()
        numbers = np.frombuffer(values, form.dtype)
        inside: NDArray[np.bool_] = readable & (numbers >= box[0]) & (numbers <= box[1])
    return inside


def _chance(form: NumberForm, canary: CoordinateCanary, searched: int) -> float:
    latitude, longitude = (_share(form, centre, canary.box) for centre in (canary.latitude, canary.longitude))
    return searched * latitude * len(form.distances) * longitude


def _share(form: NumberForm, centre: float, half: float) -> float:
    """Share of all bit patterns that lie in the box: numbers of one sign are ordered as their bits are."""
    low, high = (int.from_bytes(end.astype(">" + form.dtype[1:]).tobytes(), "big") for end in form.box(centre, half))
    return float(abs(high - low) + 1) / 256.0**form.width


def expected_pairs(canary: CoordinateCanary, searched: int) -> dict[str, float]:
    """Pairs that chance would bring in as many random bytes, by form."""
    # Three figures at least follow the point; the longitude needs as many characters as its whole part and those.
    digits = (10 / 256) ** 3
    longitude = 256.0 ** -len(f"{int(canary.longitude)}.") * digits * 2 * TEXT_WINDOW
    text = sum(searched * 256.0 ** -len(prefix) * digits * longitude for prefix in decimal_prefixes(canary))
    return {form.encoding: _chance(form, canary, searched) for form in FORMS} | {DECIMAL_TEXT: text}


def decimal_prefixes(canary: CoordinateCanary) -> tuple[bytes, ...]:
    """What the latitude begins with as decimal text."""
    ends = (canary.latitude - canary.box, canary.latitude + canary.box)
    return tuple(sorted({f"{end:.7f}".partition(".")[0].encode() + b"." for end in ends}))


def _find_decimal(data: bytes, canary: CoordinateCanary, ranges: tuple[Range, ...], searched: int) -> PairHits:
    offsets, complete = _decimal_pairs(data, canary, decimal_prefixes(canary), ranges)
    expected = expected_pairs(canary, searched)[DECIMAL_TEXT]
    return PairHits(encoding=DECIMAL_TEXT, offsets=tuple(sorted(offsets)), expected=expected, complete=complete)


def _decimal_pairs(
    data: bytes, canary: CoordinateCanary, prefixes: Iterable[bytes], ranges: tuple[Range, ...]
) -> tuple[list[int], bool]:
    """At most 10 000 places, and whether the search was complete."""
    found: list[int] = []
    failed, most_failed = 0, SPARE_TEXTS + (sum(part.size for part in ranges) >> 16)
    for at in chain.from_iterable(find_all(data, prefix, ranges) for prefix in prefixes):
        if _is_decimal_pair(data, canary, at):
            found.append(at)
        else:
            failed += 1
        if len(found) >= MOST_TEXTS or failed > most_failed:
            return found, failed <= most_failed
    return found, True


def _is_decimal_pair(data: bytes, canary: CoordinateCanary, at: int) -> bool:
    first = max(at - TEXT_WINDOW, 0)
    window = data[first : at + TEXT_WINDOW]
    numbers = {match.start() + first: float(match.group()) for match in DECIMAL.finditer(window)}
    latitude = numbers.pop(at, None)
    return latitude is not None and any(canary.holds(latitude, value) for value in numbers.values())
