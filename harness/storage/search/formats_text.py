"""Structure checks of positions in text: KML, GPX, XMP, and tables with a latitude beside a longitude in each line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from harness.storage.image.found import Found

PAGE = 4096
# A table of numbers has no other bytes; half a page of it is seen.
LEAST_TEXT = PAGE // 2
LEAST_LINES = 3
LONGEST_LINE = 512
# of a row, before and behind its first point: sign and three digits; fifteen decimals, four between, twenty, one more
ROW_REACH = (4, 41)
AHEAD = PAGE + LEAST_LINES * LONGEST_LINE
Pair = tuple[float, float]
NUMBER = rb"([+-]?\d{1,3}\.\d{3,15})"
POINT = re.compile(rb"<(?:trkpt|wpt|rtept)\s[^<>]{0,200}>")
LATITUDE, LONGITUDE = (re.compile(name + rb"=[\"']" + NUMBER + rb"[\"']") for name in (rb"\blat", rb"\blon"))
COORDINATES = re.compile(rb"<coordinates>\s{0,80}" + NUMBER + rb"," + NUMBER)
XMP = re.compile(rb"(?:GPS|Gps)Latitude(?:=[\"']|>)[+-]?\d{1,2}[.,]\d{1,12}[.,\dNS]{0,12}")
FINE = rb"([+-]?\d{1,3}\.\d{5,15})"
ROW = re.compile(rb"(?<![\d.])" + FINE + rb"\"?[,;\t ]{1,2}\"?" + FINE + rb"(?![\d.])")
# a place to five figures, apart from where small numbers lie, and no further from the line before than a flight goes
NEAR_ZERO, STEP = 1.0, 0.1


def check_gpx(data: bytes, at: int) -> Found | None:
    """A point of GPX with both angles in range."""
    element = POINT.match(data, at, at + 256)
    angles = [pattern.search(element[0]) for pattern in (LATITUDE, LONGITUDE)] if element is not None else [None]
    if element is None or angles[0] is None or angles[1] is None:
        return None
    position = _position(angles[0][1], angles[1][1])
    return _found("gpx", at, element.end() - at, "GPX point", position) if position else None


def check_kml(data: bytes, at: int) -> Found | None:
    """Coordinates of KML: longitude, then latitude."""
    match = COORDINATES.match(data, at, at + 160)
    position = _position(match[2], match[1]) if match is not None else None
    return _found("kml", at, match.end() - at, "KML coordinates", position) if match and position else None


def check_xmp(data: bytes, at: int) -> Found | None:
    """A latitude among the properties of a picture."""
    match = XMP.match(data, at, at + 80)
    return _found("xmp", at, match.end() - at, "XMP latitude", None) if match is not None else None


def find_tables(data: bytes, start: int) -> Iterator[Found]:
    """Runs of three lines at least with a pair of angles in the same columns, in what is mostly text.

    The pairs have five decimals, each lies within 0.1 deg of the one before, and not within 1 deg of zero. `data`
    begins at offset `start` of the image. A run that goes over the border of a window is found on both sides.
    """
    resume = 0
    for first, last in _text_runs(data):
        for run in _runs(data, max(first, resume), last):
            resume = run.ended
            size = run.ended - run.begun
            yield _found("position table", start + run.begun, size, f"{run.lines} lines", run.first)


def _text_runs(data: bytes) -> Iterator[tuple[int, int]]:
    """Pages in a row that hold half text at least."""
    # numba loads with the first search
    from harness.storage.search.text_kernel import text_of

    counts = np.zeros(len(data) // PAGE, np.int64)
    text_of(np.frombuffer(data, np.uint8), counts)
    marks = np.concatenate(([False], counts >= LEAST_TEXT, [len(data) % PAGE > 0], [False]))
    edges = np.flatnonzero(marks[1:] != marks[:-1]).tolist()
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        # the lines at both ends may lie on pages with little of them
        yield max(first - 1, 0) * PAGE, min((last + 1) * PAGE, len(data))


@dataclass
class _Run:
    """Lines in a row so far: where they begin and end, the column of their pairs, the first and the last pair."""

    begun: int
    ended: int
    column: int
    first: Pair
    last: Pair
    lines: int = 1

    def takes(self, at: int, column: int, pair: Pair) -> bool:
        near = all(abs(new - old) <= STEP for new, old in zip(pair, self.last, strict=True))
        return near and column == self.column and at - self.ended <= LONGEST_LINE


def _runs(data: bytes, first: int, last: int) -> Iterator[_Run]:
    run: _Run | None = None
    for match in _rows(data, first, last):
        pair, earliest = _position(match[1], match[2]), max(match.start() - LONGEST_LINE, first)
        line = data.rfind(b"\n", earliest, match.start())
        same_line = run is not None and line < run.ended and match.start() - run.ended <= LONGEST_LINE
        if pair is None or max(map(abs, pair)) < NEAR_ZERO or same_line:
            continue
        column = data.count(b",", max(line + 1, earliest), match.start())
        if run is not None and run.takes(match.start(), column, pair):
            run.lines, run.ended, run.last = run.lines + 1, match.end(), pair
            continue
        if run is not None and run.lines >= LEAST_LINES:
            yield run
        run = _Run(begun=match.start(), ended=match.end(), column=column, first=pair, last=pair)
    if run is not None and run.lines >= LEAST_LINES:
        yield run


def _rows(data: bytes, first: int, last: int) -> Iterator[re.Match[bytes]]:
    from harness.storage.search.text_kernel import fine_places

    out = np.zeros(((last - first) // sum(ROW_REACH) + 2, 2), np.int64)
    count = fine_places(np.frombuffer(data, np.uint8), (first, last), ROW_REACH, out)
    for begun, ended in out[:count].tolist():
        yield from ROW.finditer(data, begun, ended)


def _position(latitude: bytes, longitude: bytes) -> Pair | None:
    pair = float(latitude), float(longitude)
    return pair if abs(pair[0]) <= 90 and abs(pair[1]) <= 180 else None


def _found(kind: str, at: int, size: int, detail: str, position: Pair | None) -> Found:
    return Found(kind=kind, offset=at, size=size, detail=detail, position=position)
