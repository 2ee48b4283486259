"""Search for readable files: a header is only counted when the structure behind it fits too."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from harness.storage import filesystems, formats_files, formats_logs, formats_media, mavlink
from harness.storage.found import Check, Found
from harness.storage.image import Range
from harness.storage.patterns import expected_by_chance, find_all

# So many of one kind prove the point.
MOST_FOUND = 1024
# So many false headers beyond those of chance mean a medium that was filled to keep a judge busy: given up, and said.
SPARE_CANDIDATES = 20_000


@dataclass(frozen=True, kw_only=True)
class Signature:
    """A header to look for and the check of what follows it."""

    kind: str
    needle: bytes
    check: Check


SIGNATURES = (
    Signature(kind="jpeg", needle=b"\xff\xd8\xff", check=formats_media.check_jpeg),
    Signature(kind="mp4", needle=b"ftyp", check=formats_media.check_mp4),
    Signature(kind="h264", needle=b"\0\0\0\1\x67", check=formats_media.check_h264),
    Signature(kind="h264", needle=b"\0\0\0\1\x27", check=formats_media.check_h264),
    Signature(kind="dataflash", needle=b"\xa3\x95\x80", check=formats_logs.check_dataflash),
    Signature(kind="ulog", needle=formats_logs.ULOG_MAGIC, check=formats_logs.check_ulog),
    Signature(kind="nmea", needle=b"$G", check=formats_logs.check_nmea),
    Signature(kind="json", needle=b'{"', check=formats_logs.check_json_lines),
    Signature(kind="sqlite", needle=b"SQLite format 3\0", check=formats_files.check_sqlite),
    Signature(kind="zip", needle=b"PK\x03\x04", check=formats_files.check_zip),
    Signature(kind="gzip", needle=b"\x1f\x8b\x08", check=formats_files.check_gzip),
    Signature(kind="pem", needle=b"-----BEGIN ", check=formats_files.check_pem),
)


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
    outside = [hit for hit in found if not any(part.offset <= hit.offset < part.end for part in known)]
    return SignatureHits(found=tuple(sorted(outside, key=lambda hit: hit.offset)), cut_short=tuple(cut_short))


def _search(data: bytes, signature: Signature, ranges: tuple[Range, ...]) -> tuple[list[Found], bool]:
    found: list[Found] = []
    resume, failed = 0, 0
    searched = sum(part.size for part in ranges)
    most_failed = SPARE_CANDIDATES + 4 * expected_by_chance(signature.needle, searched)
    for at in find_all(data, signature.needle, ranges):
        if at < resume:
            continue
        if failed > most_failed:
            return found, False
        hit = signature.check(data, at)
        failed += hit is None
        if hit is not None:
            found.append(hit)
            resume = at + hit.size
        if len(found) >= MOST_FOUND:
            break
    return found, True
