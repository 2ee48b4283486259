"""Search for readable files: a header is only counted when the structure behind it fits too."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from harness.storage.image.found import Anchored, Found, Held
from harness.storage.image.image import Range
from harness.storage.image.patterns import expected_by_chance, find_all
from harness.storage.search import formats_text, mavlink
from harness.storage.search.detectors import SIGNATURES
from harness.storage.volumes import filesystems

# So many of one kind prove the point.
MOST_FOUND = 1024
# So many false headers beyond those of chance mean a medium that was filled to keep a judge busy: given up, and said.
SPARE_CANDIDATES = 20_000


@dataclass(frozen=True, kw_only=True)
class SignatureHits:
    """Readable data found, in order of offset.

    Attributes:
        found: at most 1024 of one kind.
        cut_short: kinds whose search was given up because of too many false headers: not fully examined.
    """

    found: tuple[Found, ...]
    cut_short: tuple[str, ...]


def find_signatures(data: bytes, ranges: tuple[Range, ...], structured: Iterable[Range] = ()) -> SignatureHits:
    """All readable data in `ranges`.

    Args:
        data: the image.
        ranges: where something was written.
        structured: areas such as verified LUKS headers, whose own JSON is no find.
    """
    known = tuple(structured)
    found: list[Found] = []
    cut_short: list[str] = []
    for signature in SIGNATURES:
        hits, complete = _search(data, signature, ranges)
        found += hits
        cut_short += [] if complete else [signature.kind]
    frames, complete = mavlink.find_frames(data, ranges, most=MOST_FOUND)
    found += frames
    cut_short += [] if complete else ["mavlink"]
    found += islice(filesystems.find_in_window(data, 0), MOST_FOUND)
    found += islice(formats_text.find_tables(data, 0), MOST_FOUND)
    outside = [hit for hit in found if not any(part.offset <= hit.offset < part.end for part in known)]
    return SignatureHits(found=tuple(sorted(outside, key=lambda hit: hit.offset)), cut_short=tuple(cut_short))


def _search(data: bytes, signature: Anchored, ranges: tuple[Range, ...]) -> tuple[list[Found], bool]:
    found: list[Found] = []
    image = Held(data)
    resume, failed = 0, 0
    searched = sum(part.size for part in ranges)
    most_failed = SPARE_CANDIDATES + 4 * expected_by_chance(signature.needle, searched)
    for at in find_all(data, signature.needle, ranges):
        if at < resume:
            continue
        if failed > most_failed:
            return found, False
        hit = signature.check(image, at)
        failed += hit is None
        if hit is not None:
            found.append(hit)
            resume = at + hit.size
        if len(found) >= MOST_FOUND:
            break
    return found, True
