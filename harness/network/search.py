"""Looks for what must not leave in clear: canaries and places, in the payload of every frame of the article."""

import base64
import itertools
import math
import re
import struct
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import FileError, UsageError
from harness.network.decode import Frame
from harness.network.flows import Flow, read_stream

SHORTEST_TEXT, LONGEST_TEXT, MOST_SIGHTINGS = 8, 256, 1000
# how the files of `dronecert scan --canaries` write it
_KEYS = {"text": {"name", "text"}, "place": {"name", "latitude", "longitude", "box"}}


@dataclass(frozen=True, kw_only=True)
class Canary:
    """A text or a place that was handed to the article.

    Attributes:
        name: in reports.
        text: at least 8 bytes of UTF-8, at most 256; empty for a place.
        latitude, longitude: of a place, deg.
        box: half width of the place, deg.

    Raises:
        UsageError: the text is too short or too long, or the place is none.
    """

    name: str
    text: str = ""
    latitude: float = math.nan
    longitude: float = math.nan
    box: float = 0.001

    def __post_init__(self) -> None:
        """Check it."""
        size = len(self.text.encode())
        if self.text and not SHORTEST_TEXT <= size <= LONGEST_TEXT:
            raise UsageError(f"canary {self.name}: {size} bytes; wanted {SHORTEST_TEXT} to {LONGEST_TEXT}")
        place = 1.0 <= abs(self.latitude) <= 89.0 and 1.0 <= abs(self.longitude) <= 179.0
        if not self.text and not (place and 1e-6 <= self.box <= 0.1):
            raise UsageError(f"canary {self.name}: wanted a text, or a place at least 1 deg from 0, the poles and 180")

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether a position lies in the place."""
        return abs(latitude - self.latitude) <= self.box and abs(longitude - self.longitude) <= self.box


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """A canary seen in clear: which, in which form, in which frame."""

    canary: str
    form: str
    frame: Frame
    far: str


@dataclass(kw_only=True)
class Search:
    """Searches frame by frame; a text that two frames of a flow share is found too.

    Attributes:
        canaries: what to look for.
        found: the first sighting of each canary in each flow, at most 1000.
    """

    canaries: tuple[Canary, ...] = ()
    found: list[Sighting] = field(default_factory=list)
    _tails: dict[tuple[Any, ...], bytes] = field(default_factory=dict)
    _seen: set[tuple[Any, ...]] = field(default_factory=set)
    _needles: list[tuple[bytes, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Write every text in the forms in which it may travel."""
        for canary in self.canaries:
            if canary.text:
                self._needles += [(needle, canary.name, form) for needle, form in _forms(canary.text)]

    def __bool__(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.canaries)

    def look(self, flow: Flow, frame: Frame) -> None:
        """Search one frame of the article."""
        if not self.canaries or not frame.payload:
            return
        key = (flow.protocol, flow.initiator, flow.responder)
        longest = max((len(needle) for needle, _, _ in self._needles), default=1)
        data = self._tails.get(key, b"") + frame.payload
        self._tails[key] = data[-max(longest - 1, 63) :]
        self._note(flow, frame, data)

    def look_at_head(self, flow: Flow) -> None:
        """Search the head of a TCP stream in its own order: segments may come in another one."""
        if self.canaries and flow.protocol == "tcp":
            self._note(flow, flow.first, read_stream(flow.sent)[0])

    def _note(self, flow: Flow, frame: Frame, data: bytes) -> None:
        key = (flow.protocol, flow.initiator, flow.responder)
        for name, form in self._hits(data):
            if (key, name) not in self._seen and len(self.found) < MOST_SIGHTINGS:
                self._seen.add((key, name))
                self.found.append(Sighting(canary=name, form=form, frame=frame, far=flow.far[0]))

    def _hits(self, data: bytes) -> Iterator[tuple[str, str]]:
        for needle, name, form in self._needles:
            if needle in data:
                yield name, form
        for canary in self.canaries:
            if not canary.text and (form := _place_in(data, canary)):
                yield canary.name, form


_NUMBER = re.compile(rb"-?\d{1,3}\.\d{3,15}")


def _place_in(data: bytes, canary: Canary) -> str:
    numbers = [float(match.group()) for match in _NUMBER.finditer(data)]
    for one, other in itertools.pairwise(numbers):
        if canary.holds(one, other) or canary.holds(other, one):
            return "decimal text"
    for form, scale in (("<i", 1e7), (">i", 1e7), ("<f", 1.0), (">f", 1.0), ("<d", 1.0), (">d", 1.0)):
        if _binary_pair(data, canary, (form, scale)):
            return f"binary pair {form}"
    return ""


def _binary_pair(data: bytes, canary: Canary, how: tuple[str, float]) -> bool:
    """Whether latitude and longitude stand side by side, in either order, at any byte."""
    form, scale = how
    width = struct.calcsize(form)
    low, high = (struct.pack(form, _scaled(canary.latitude + sign * canary.box, scale)) for sign in (-1, 1))
    # the bytes that all latitudes of the box share are looked for first
    places = _candidates(data, low, high) if form[0] == ">" else _candidates(data, low[::-1], high[::-1], width)
    for at in places:
        for other in (at + width, at - width):
            if min(at, other) >= 0 and max(at, other) + width <= len(data):
                latitude = struct.unpack_from(form, data, at)[0] / scale
                longitude = struct.unpack_from(form, data, other)[0] / scale
                if canary.holds(latitude, longitude):
                    return True
    return False


def _scaled(value: float, scale: float) -> float | int:
    return round(value * scale) if scale != 1.0 else value


def _candidates(data: bytes, low: bytes, high: bytes, width: int = 0) -> Iterator[int]:
    shared = next((size for size in range(len(low)) if low[size] != high[size]), len(low))
    needle = low[:shared]
    if not needle:
        # a box across a step of the first byte: every place may be one
        yield from range(len(data))
        return
    if width:
        needle = needle[::-1]
    at = data.find(needle)
    while at >= 0:
        yield at - (width - shared) if width else at
        at = data.find(needle, at + 1)


def _forms(text: str) -> Iterator[tuple[bytes, str]]:
    plain = text.encode()
    yield plain, "utf-8"
    yield text.encode("utf-16-le"), "utf-16"
    yield text.encode("utf-16-be"), "utf-16"
    yield plain.hex().encode(), "hex"
    yield plain.hex().upper().encode(), "hex"
    for shift in range(3):
        # what base64 makes of it inside a longer text, wherever it begins there
        for alphabet, encode in (("base64", base64.b64encode), ("base64url", base64.urlsafe_b64encode)):
            encoded = encode(bytes(shift) + plain)
            yield encoded[(0, 2, 3)[shift] : (shift + len(plain)) * 8 // 6], alphabet


def read_canaries(path: Path) -> tuple[Canary, ...]:
    """Read a file of canaries, in the form that ``dronecert scan --canaries`` takes.

    Raises:
        FileError: it is absent, no TOML, has an unknown key, or a canary in it is none.
    """
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise FileError(path, f"is no TOML: {error}") from error
    return tuple(_read_canary(path, kind, row) for kind, rows in tables.items() for row in _rows(path, kind, rows))


def _rows(path: Path, kind: str, rows: object) -> list[dict[str, Any]]:
    if kind not in _KEYS or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise FileError(path, "wanted tables [[text]] and [[place]] only", key=kind)
    return rows


def _read_canary(path: Path, kind: str, row: dict[str, Any]) -> Canary:
    unknown = set(row) - _KEYS[kind]
    numbers = [row[key] for key in ("latitude", "longitude", "box") if key in row]
    texts = [row.get("name"), *([row.get("text")] if kind == "text" else [])]
    typed = all(isinstance(text, str) for text in texts) and all(
        isinstance(number, int | float) and not isinstance(number, bool) for number in numbers
    )
    if unknown or not typed:
        raise FileError(path, f"wanted {', '.join(sorted(_KEYS[kind]))}, got {', '.join(sorted(row))}", key=kind)
    try:
        return Canary(**row)
    except UsageError as error:
        raise FileError(path, str(error), key=kind) from error
