"""What has no fixed first bytes: pairs of coordinates, expanded AES keys, chains of MAVLink frames, file systems.

A compiled loop passes over every byte and names the few places worth a look; the exact searches judge these.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from harness.storage.image.found import Found, Windowed
from harness.storage.image.ranges import Range, RangeSet
from harness.storage.image.window import Window
from harness.storage.search import mavlink
from harness.storage.search.canary import CoordinateCanary
from harness.storage.search.coordinates import FORMS, NumberForm, find_pairs
from harness.storage.search.keysearch import MOST_FAILED, SCHEDULE, find_schedules
from harness.storage.search.signatures import MOST_FOUND
from harness.storage.search.tally import Kept, Tally, kept

MOST_PLACES = 65536
FIRST_BYTES = (mavlink.V1, mavlink.V2)
# Windowed detectors whose work is done here, by way of the compiled loops.
SIEVED = ("mavlink", SCHEDULE)
PAIR, FRAME = 1, 2
# A number may begin so far before its leading bytes.
LEAD = 8
PAGE = 4096
SCHEDULE_REACH = 512
# Places closer together are searched in one go.
GATHERED = 1024


@dataclass(kw_only=True)
class PairSearch:
    """Pairs of one coordinate canary: a tally for each form, and those of decimal text."""

    canary: CoordinateCanary
    tallies: dict[str, Tally]
    given_up: set[str] = field(default_factory=set)

    @property
    def full(self) -> bool:
        """Whether more pairs would prove no more."""
        return any(tally.full for tally in self.tallies.values())

    def judge(self, window: Window, places: Iterable[Range]) -> None:
        """Count the pairs whose latitude begins in `places` and in what the window owns."""
        shifted = tuple(Range(part.offset - window.start, part.size) for part in places)
        if not shifted or self.full:
            return
        for pairs in find_pairs(window.data, self.canary, shifted):
            if not pairs.complete:
                self.given_up.add(pairs.encoding)
            for at in sorted({at + window.start for at in pairs.offsets}):
                if window.own.offset <= at < window.own.end:
                    self.tallies[pairs.encoding].add(window, at)


@dataclass(kw_only=True)
class Sieve:
    """Gathers what is found, window by window."""

    pairs: Sequence[PairSearch]
    schedules: Tally
    windowed: Sequence[Windowed]
    found: list[Kept] = field(default_factory=list)
    given_up: set[str] = field(default_factory=set)
    _resume: int = 0
    _frames_failed: int = 0
    _searched_keys: int = 0
    _seen: dict[tuple[str, int], None] = field(default_factory=dict)
    _kinds: Counter[str] = field(default_factory=Counter)

    def search(self, window: Window, decimals: Sequence[Sequence[int]]) -> None:
        """Search what `window` owns; `decimals` are beginnings of decimal latitudes in it, for each canary."""
        data = np.frombuffer(window.data, np.uint8)
        pairs, frames = self._triage(window, data)
        for search, places in zip(self.pairs, decimals, strict=True):
            search.judge(window, _gathered(window, (*pairs, *(Range(at, 1) for at in places))))
        self._search_frames(window, frames)
        self._search_schedules(window, data)
        self._search_windows(window)

    def _triage(self, window: Window, data: NDArray[np.uint8]) -> tuple[list[Range], list[int]]:
        from harness.storage.image import kernels

        inner = window.inner
        live = [search.canary for search in self.pairs if not search.full]
        marks, boxes = sieve_tables(live)
        last = min(inner.end + LEAD, data.size)
        whole = (last - inner.offset) // 8 * 8
        words = data[inner.offset : inner.offset + whole].view("<u8")
        out = (np.zeros(MOST_PLACES, np.int64), np.zeros(MOST_PLACES, np.int64))
        counts = kernels.triage(data, words, (inner.offset, last), (marks, boxes), out)
        pairs, frames = (places[:count] for places, count in zip(out, counts, strict=True))
        # the bytes behind the last whole word are few: looked at exactly
        starts = [*(pairs - LEAD).tolist(), *([inner.offset + whole - LEAD] if live and last - whole else [])]
        ranges = [Range(max(start, 0) + window.start, 2 * LEAD) for start in starts]
        if counts[0] == MOST_PLACES:
            ranges.append(Range(ranges[0].offset, window.own.end - ranges[0].offset))
        tail = range(inner.offset + whole, inner.end)
        if counts[1] == MOST_PLACES:
            self.given_up.add("mavlink")
        return ranges, [*(frames[frames < inner.end] + window.start).tolist(), *(window.start + at for at in tail)]

    def _search_frames(self, window: Window, places: Iterable[int]) -> None:
        for at in places:
            if at < self._resume or len(self.found) >= 2 * MOST_FOUND:
                continue
            runs, _ = mavlink.find_frames(window.data, (Range(at - window.start, 1),), most=1)
            self._frames_failed += not runs
            if self._frames_failed > mavlink.SPARE_FAILED:
                self.given_up.add("mavlink")
                return
            for run in runs:
                self._keep(window, replace(run, offset=run.offset + window.start))
                self._resume = run.offset + window.start + run.size

    def _search_schedules(self, window: Window, data: NDArray[np.uint8]) -> None:
        from harness.storage.image import kernels

        if self.schedules.full or SCHEDULE in self.given_up:
            return
        out = np.zeros(MOST_PLACES, np.int64)
        first, last = max(window.inner.offset - SCHEDULE_REACH, 0), min(window.inner.end + SCHEDULE_REACH, data.size)
        count = kernels.schedule_places(data, first // 128 * 128, last, out)
        around = (Range(at + window.start, 1) for at in out[:count].tolist())
        for part in _gathered(window, around):
            self._searched_keys += 1 + part.size // 65536
            shifted = Range(part.offset - window.start, part.size)
            schedules, complete = find_schedules(window.data, (shifted,))
            if not complete or self._searched_keys > MOST_FAILED:
                self.given_up.add(SCHEDULE)
                return
            for schedule in schedules:
                at = schedule.offset + window.start
                if window.own.offset <= at < window.own.end:
                    self.schedules.masked = schedule.size
                    self.schedules.add(window, at)

    def _search_windows(self, window: Window) -> None:
        # one copy for all of them; windows begin at whole pages, which every step divides
        back = max((detector.back for detector in self.windowed), default=0)
        first = max(window.own.offset + -back // PAGE * PAGE, window.start)
        ahead = max((detector.ahead for detector in self.windowed), default=0)
        near = window.data[first - window.start : window.inner.end + ahead]
        for detector in self.windowed:
            for hit in islice(detector.window(near, first), MOST_FOUND):
                self._keep_once(window, hit)

    def _keep_once(self, window: Window, hit: Found) -> None:
        if (hit.detail, hit.offset) not in self._seen and self._kinds[hit.kind] < MOST_FOUND:
            self._seen[hit.detail, hit.offset] = None
            self._kinds[hit.kind] += 1
            self._keep(window, hit)

    def _keep(self, window: Window, hit: Found) -> None:
        self.found.append(kept(window, hit))


def _gathered(window: Window, places: Iterable[Range]) -> tuple[Range, ...]:
    """Places of the image in few ranges, inside the window."""
    together = RangeSet()
    for part in places:
        start, end = max(part.offset, window.own.offset - LEAD, 0), min(part.end + GATHERED, window.own.end)
        if end > start:
            together.add(Range(start, end - start))
    return together.ranges


def sieve_tables(canaries: Iterable[CoordinateCanary]) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """What ``kernels.triage`` asks of every two bytes, and the boxes behind it."""
    marks = np.zeros(65536, np.uint8)
    numbers = np.arange(65536)
    marks[np.isin(numbers & 0xFF, FIRST_BYTES)] |= FRAME
    rows = [row for canary in canaries for form in FORMS for row in _box(canary, form)]
    boxes = np.array(rows, np.uint32).reshape(-1, 5)
    for big, low, span, *_ in boxes.tolist():
        leading = np.arange(low >> 16, (low + span >> 16) + 1)
        marks[(leading >> 8) | (leading & 0xFF) << 8 if big else leading] |= PAIR
    return marks, boxes


def _box(canary: CoordinateCanary, form: NumberForm) -> Iterator[tuple[int, ...]]:
    ends = [_leading(form.box(centre, canary.box)) for centre in (canary.latitude, canary.longitude)]
    yield form.dtype[0] == ">", *(part for low, high in ends for part in (low, high - low))


def _leading(box: tuple[NDArray[np.generic], NDArray[np.generic]]) -> tuple[int, int]:
    """The four leading bytes of both ends of a box, which order like the numbers of one sign do."""
    first, last = (int.from_bytes(end.astype(end.dtype.newbyteorder(">")).tobytes()[:4], "big") for end in box)
    return min(first, last), max(first, last)
