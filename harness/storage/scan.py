"""The search of one image for readable data, in one pass.

While one window is matched against all patterns, the one before it is measured and sieved in two other threads, and
the bytes read are hashed in a fourth; most of this runs without the interpreter's lock. No verdict comes from entropy:
an area without header, structure or canary is "cannot be told".
"""

import platform
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version

from harness.storage.areas import areas_of
from harness.storage.image.found import Found, Windowed
from harness.storage.image.image import Image
from harness.storage.image.measures import Measures
from harness.storage.image.patterns import Pattern, expected_by_chance
from harness.storage.image.ranges import Range, RangeSet, joined, ranges_of
from harness.storage.image.window import Progress, Steps, Window, hashing, read_windows
from harness.storage.report import ScanReport
from harness.storage.search.anchors import AnchorSearch, PatternQuest, PlaceQuest, Quest, SignatureQuest, VolumeQuest
from harness.storage.search.canary import CanarySet, CoordinateCanary
from harness.storage.search.contents import PackedSearch
from harness.storage.search.coordinates import DECIMAL_TEXT, FORMS, decimal_prefixes, expected_pairs
from harness.storage.search.detectors import ANCHORED, INDICATIONS, TRACES, WINDOWED
from harness.storage.search.hits import HitKind
from harness.storage.search.keysearch import Secret
from harness.storage.search.sieve import SIEVED, PairSearch, Sieve
from harness.storage.search.suspects import search_suspects
from harness.storage.search.tally import AFTER, Kept, Tally, shown
from harness.storage.search.wrapped import ROOM, WrappedQuest, wrapped_quests
from harness.storage.search.xored import xor_detector
from harness.storage.views import opened
from harness.storage.volumes.luks import LuksHeader, find_volumes, headers_elsewhere, read_volumes
from harness.storage.volumes.luks2 import PRIMARY, SECONDARY
from harness.storage.volumes.policy import Finding, judge_volume
from harness.storage.volumes.volume import Volume, open_volume

SECRET_FILES = ("pem", "der")
MOST_TRACES = 256


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to scan.

    Attributes:
        steps: how the image is cut up.
        hyperscan: whether to match with hyperscan; None where it is installed.
        detectors: more searches through pieces, such as a lab's own rules.
        progress: called with bytes done and bytes in all, after each piece.
    """

    steps: Steps = field(default_factory=Steps)
    hyperscan: bool | None = None
    detectors: tuple[Windowed, ...] = ()
    progress: Progress = lambda done, total: None


def scan(image: Image, canaries: CanarySet, keys: Iterable[Secret] = (), options: Options | None = None) -> ScanReport:
    """Search all of `image` for canaries, keys and readable files.

    Args:
        image: what was acquired.
        canaries: what the article was made to record.
        keys: secrets that must not be found; expanded AES keys are looked for without being told.
        options: how; the defaults suit an image of any size.
    """
    chosen = options or Options()
    search = _Search(image, canaries, tuple(keys), chosen)
    with hashing() as hasher, _one_behind(search.measure, search.sieve) as behind:
        for window in read_windows(image, chosen.steps, hasher):
            behind(window, search.match(window))
            chosen.progress(window.own.end, image.size)
        image.remember_sha256(hasher.finish())
    return search.report()


def recover(image: Image, canaries: CanarySet, passphrase: str) -> ScanReport:
    """Search what the authorised route gives from the same image: each LUKS volume opened, else the image as it is.

    Raises:
        PassphraseRefused: a volume does not open with the passphrase.
        MaterialError: a volume cannot be read.
    """
    return recover_opened(image, canaries, [open_volume(image, at.offset, passphrase) for at in find_volumes(image)])


def recover_opened(image: Image, canaries: CanarySet, volumes: Sequence[Volume]) -> ScanReport:
    """As ``recover``, from all the volumes of the image, opened before: each derivation of a key takes a while."""
    if not volumes:
        return scan(image, canaries)
    return scan(opened(image.name, volumes), canaries)


@contextmanager
def _one_behind(*works: "Work") -> Iterator["Work"]:
    """Do the work for one window while the next one is matched; errors come out at the next, or at the end."""
    waiting: list[Future[None]] = []

    def submit(window: Window, decimals: Sequence[Sequence[int]]) -> None:
        while waiting:
            waiting.pop().result()
        waiting.extend(pool.submit(work, window, decimals) for work in works)

    with ThreadPoolExecutor(len(works), "scan") as pool:
        yield submit
        while waiting:
            waiting.pop().result()


Work = Callable[[Window, Sequence[Sequence[int]]], None]


class _Search:
    """All searches of one scan and what they share."""

    def __init__(self, image: Image, canaries: CanarySet, keys: tuple[Secret, ...], options: Options) -> None:
        self._image, self._canaries, self._hidden = image, canaries, RangeSet()
        self._metadata: list[Range] = []
        self._patterns: list[PatternQuest | WrappedQuest] = [*self._canary_quests(), *self._key_quests(keys)]
        self._signatures = [SignatureQuest(detector=detector, image=image) for detector in ANCHORED]
        self._volumes = [
            VolumeQuest(needle=magic, image=image, metadata=self._metadata) for magic in (PRIMARY, SECONDARY)
        ]
        windowed = tuple(item for item in (*WINDOWED, *INDICATIONS) if item.kind not in SIEVED) + options.detectors
        # of its own: the sieve runs in another thread
        schedules = Tally(kind="key", name="AES key schedule", encoding="expanded key", hidden=RangeSet())
        self._sieve = Sieve(pairs=[*map(self._pairs, canaries.coordinates)], schedules=schedules, windowed=windowed)
        self._decimals = [self._decimal_quests(search) for search in self._sieve.pairs]
        decimals = [quest for quests in self._decimals for quest in quests]
        quests: list[Quest] = [*self._patterns, *self._signatures, *self._volumes, *decimals]
        self._anchors = AnchorSearch(quests, hyperscan=options.hyperscan)
        self._measures = Measures(image.size)
        self._packed = PackedSearch(image=image, canaries=canaries, hidden=self._hidden)
        self._engine = self._anchors.engine

    def match(self, window: Window) -> list[list[int]]:
        """Match all patterns; gives where decimal latitudes begin, for each canary."""
        before = [len(quest.found) for quest in self._signatures]
        self._anchors.search(window)
        for quest, known in zip(self._signatures, before, strict=True):
            self._packed.search(window, [kept.hit for kept in quest.found[known:]])
        return [[at for quest in quests for at in quest.collected()] for quests in self._decimals]

    def measure(self, window: Window, decimals: Sequence[Sequence[int]]) -> None:
        """Measure a window that was matched, but for partition tables and sound LUKS headers."""
        self._measures.add(window, (*self._metadata, *self._image.layout.tables))

    def sieve(self, window: Window, decimals: Sequence[Sequence[int]]) -> None:
        """Sieve a window that was matched."""
        self._sieve.search(window, decimals)

    def report(self) -> ScanReport:
        """What all windows gave."""
        image = self._image
        figures, repeated = self._measures.finish()
        volumes, unread = read_volumes(image, *(quest.places for quest in self._volumes))
        found, traces = self._found()
        suspects = joined(*map(ranges_of, (figures.no_ciphertext, self._indicated(traces))))
        xored = search_suspects(image, suspects, xor_detector(self._known_texts()))
        found += [Kept(hit, hit.offset, image.read(hit.offset, AFTER)) for hit in xored]
        tallies = [*self._tallies(), *self._found_tallies(found)]
        hidden = joined(self._hidden, self._sieve.schedules.hidden)
        counts = tuple(tally.total(figures.written) for tally in tallies)
        finds = [at for tally in tallies for at, *_ in tally.kept]
        return ScanReport(
            image=image.name,
            size=image.size,
            sha256=image.sha256,
            coverage=image.coverage,
            unread=image.unreadable,
            hits=shown(tallies, hidden),
            counts=counts,
            repeated=repeated,
            statistics=figures,
            volumes=volumes,
            findings=tuple(_findings(image, volumes)),
            traces=tuple(traces[:MOST_TRACES]),
            areas=areas_of(image, volumes, finds, figures.no_ciphertext),
            hidden=hidden,
            engine=_engine(self._engine),
            cut_short=(*image.problems, *unread, *self._given_up()),
        )

    def _tally(self, kind: HitKind, name: str, encoding: str) -> Tally:
        return Tally(kind=kind, name=name, encoding=encoding, hidden=self._hidden)

    def _canary_quests(self) -> Iterator[PatternQuest | WrappedQuest]:
        for text in self._canaries.texts:
            for pattern in text.patterns():
                yield from self._pattern_quests("canary", pattern)

    def _key_quests(self, keys: Iterable[Secret]) -> Iterator[PatternQuest | WrappedQuest]:
        for key in keys:
            for pattern in key.patterns():
                yield from self._pattern_quests("key", pattern)

    def _pattern_quests(self, kind: HitKind, pattern: Pattern) -> Iterator[PatternQuest | WrappedQuest]:
        yield PatternQuest(needle=pattern.needle, tally=self._pattern_tally(kind, pattern))
        yield from wrapped_quests(pattern, partial(self._pattern_tally, kind, room=ROOM))

    def _pattern_tally(self, kind: HitKind, pattern: Pattern, *, room: int = 1) -> Tally:
        tally = self._tally(kind, pattern.name, pattern.encoding)
        tally.masked = room * len(pattern.needle) if kind == "key" else 0
        tally.chance = partial(expected_by_chance, pattern.needle)
        return tally

    def _pairs(self, canary: CoordinateCanary) -> PairSearch:
        tallies = {}
        for encoding in (*(form.encoding for form in FORMS), DECIMAL_TEXT):
            tallies[encoding] = tally = self._tally("coordinate", canary.name, encoding)
            tally.chance = partial(_expected_pairs, canary, encoding)
        return PairSearch(canary=canary, tallies=tallies)

    def _decimal_quests(self, search: PairSearch) -> list[PlaceQuest]:
        prefixes = decimal_prefixes(search.canary)
        return [PlaceQuest(needle=prefix, enough=lambda: search.full) for prefix in prefixes]

    def _tallies(self) -> Iterator[Tally]:
        # the pieces of a text share one
        yield from {id(quest.tally): quest.tally for quest in self._patterns}.values()
        for search in self._sieve.pairs:
            yield from search.tallies.values()
        yield self._sieve.schedules
        yield from self._packed.tallies.values()

    def _known_texts(self) -> list[tuple[str, bytes]]:
        return [(text.name, text.text.encode()) for text in self._canaries.texts]

    def _indicated(self, traces: Iterable[Found]) -> list[Range]:
        kinds = {item.kind for item in INDICATIONS}
        return [Range(hit.offset, hit.size) for hit in traces if hit.kind in kinds]

    def _found(self) -> tuple[list[Kept], list[Found]]:
        """Readable data, and what is none but worth knowing, in order of offset.

        Sound LUKS headers are told elsewhere, and the JSON in them is no find.
        """
        together = [*(kept for quest in self._signatures for kept in quest.found), *self._sieve.found]
        known = self._metadata
        outside = (kept for kept in together if not any(part.offset <= kept.hit.offset < part.end for part in known))
        ordered = sorted(outside, key=lambda kept: kept.hit.offset)
        traces = {item.kind for item in TRACES} | {item.kind for item in INDICATIONS}
        readable = [kept for kept in ordered if kept.hit.kind not in traces]
        return readable, [kept.hit for kept in ordered if kept.hit.kind in traces]

    def _found_tallies(self, found: Iterable[Kept]) -> list[Tally]:
        tallies: dict[tuple[str, ...], Tally] = {}
        for hit, first, around in found:
            entries: list[tuple[HitKind, str, str]] = [("signature", hit.kind, hit.detail)]
            entries += [
                ("coordinate", canary.name, f"position in {hit.kind}")
                for canary in self._canaries.coordinates
                if hit.position is not None and canary.holds(*hit.position)
            ]
            for entry in entries:
                tally = tallies.setdefault(entry, self._tally(*entry))
                tally.masked = AFTER if hit.kind in SECRET_FILES else 0
                tally.keep(hit.offset, first, around)
        return list(tallies.values())

    def _given_up(self) -> Iterator[str]:
        yield from sorted({quest.detector.kind for quest in self._signatures if quest.given_up} | self._sieve.given_up)
        for search in self._sieve.pairs:
            yield from sorted(search.given_up)
        yield from self._packed.cut_short


def _expected_pairs(canary: CoordinateCanary, encoding: str, searched: int) -> float:
    return expected_pairs(canary, searched)[encoding]


def _findings(image: Image, volumes: Sequence[LuksHeader]) -> Iterator[Finding]:
    for volume in volumes:
        yield from judge_volume(volume)
    for volume in headers_elsewhere(image, volumes):
        detail = "a LUKS header begins neither the image nor a partition: a backup opens what was erased"
        yield Finding(kind="header-elsewhere", detail=detail, offset=volume.offset)


def _engine(matcher: str) -> str:
    return f"{matcher}, numba {version('numba')}, numpy {version('numpy')}, Python {platform.python_version()}"
