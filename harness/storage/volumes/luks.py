"""LUKS volumes of an image: where their headers lie, and what these say."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from harness.errors import MaterialError
from harness.storage.image.found import Found, Held, Readable
from harness.storage.image.image import SECTOR, Image, Range
from harness.storage.image.patterns import find_all
from harness.storage.volumes.luks1 import read_luks1
from harness.storage.volumes.luks2 import PRIMARY, SECONDARY, read_luks2, read_luks2_secondary
from harness.storage.volumes.luks_model import Digest, Kdf, KeySlot, LuksHeader, Segment, bad_header

__all__ = [
    "Digest",
    "Kdf",
    "KeySlot",
    "LuksHeader",
    "Segment",
    "check_luks",
    "find_volumes",
    "headers_elsewhere",
    "read_header",
    "read_volumes",
    "search_volumes",
]

PIECE = 8 << 20
# A header may ask for 8 MiB to be hashed: a medium full of false ones must not keep a judge busy.
MOST_TRIED = 64
# two copies of headers of the usual sizes, 16 to 512 KiB
AHEAD = 1 << 20


def find_volumes(image: Image) -> tuple[LuksHeader, ...]:
    """The LUKS volumes whose header can be read, at any sector of the image, among the first 64 beginnings."""
    return search_volumes(image)[0]


def search_volumes(image: Image) -> tuple[tuple[LuksHeader, ...], tuple[str, ...]]:
    """The LUKS volumes as ``find_volumes`` gives them, and what looks like one and cannot be judged."""
    return read_volumes(image, _at_sectors(image, PRIMARY), _at_sectors(image, SECONDARY))


def read_volumes(
    image: Readable, primaries: Iterable[int], secondaries: Iterable[int]
) -> tuple[tuple[LuksHeader, ...], tuple[str, ...]]:
    """As ``search_volumes``, where the places of both magic texts are known, each in order."""
    headers: dict[int, LuksHeader] = {}
    unread: list[str] = []
    beginnings = iter(primaries)
    for at in islice(beginnings, MOST_TRIED):
        _keep(headers, unread, image, (read_header, at))
    if next(beginnings, None) is not None:
        unread.append(f"more than {MOST_TRIED} LUKS headers")
    known = {header.offset + header.header_size for header in headers.values()}
    alone = (at for at in secondaries if at not in known)
    if not unread:
        for at in islice(alone, MOST_TRIED - len(headers)):
            _keep(headers, unread, image, (read_luks2_secondary, at))
    return tuple(headers[at] for at in sorted(headers)), tuple(unread)


def headers_elsewhere(image: Image, headers: Iterable[LuksHeader]) -> tuple[LuksHeader, ...]:
    """Those that begin neither the image nor one of its partitions: a backup of a header, or a volume in a file.

    A backup opens a volume whose own key slots were erased.
    """
    starts = {0, *(part.offset for part in image.partitions)}
    return tuple(header for header in headers if header.offset not in starts)


def read_header(image: Readable, offset: int) -> LuksHeader:
    """The header of the volume at `offset`.

    Raises:
        MaterialError: no LUKS header is there, or it breaks the bounds of the format.
    """
    head = image.read(offset, 8)
    if offset < 0 or len(head) < 8 or head[:6] != PRIMARY:
        raise MaterialError(f"no LUKS header at offset {offset:#x}: wanted {PRIMARY!r}, got {head[:6]!r}")
    version = int.from_bytes(head[6:8], "big")
    reader = {1: read_luks1, 2: read_luks2}.get(version)
    if reader is None:
        raise bad_header(offset, f"unknown version {version}; 1 and 2 are known")
    return reader(image, offset)


def check_luks(data: bytes, at: int) -> Found | None:
    """A sound header at `at`, which need be no sector: a backup of a header may lie in any file."""
    try:
        header = read_header(Held(data), at)
    except MaterialError:
        return None
    detail = f"LUKS{header.version} header with {len(header.keyslots)} key slots, volume {header.uuid[:40]}"
    return Found(kind="luks", offset=at, size=header.header_size, detail=detail)


def _keep(
    headers: dict[int, LuksHeader],
    unread: list[str],
    image: Readable,
    how: tuple[Callable[[Readable, int], LuksHeader], int],
) -> None:
    reader, at = how
    try:
        header = reader(image, at)
    except MaterialError as error:
        unread.append(str(error))
    else:
        headers.setdefault(header.offset, header)


def _at_sectors(image: Image, magic: bytes) -> Iterator[int]:
    # a magic text at a sector's start goes over the border of no piece
    for start in range(0, image.size, PIECE):
        piece = image.read(start, PIECE)
        yield from (start + at for at in find_all(piece, magic, (Range(0, len(piece)),)) if at % SECTOR == 0)
