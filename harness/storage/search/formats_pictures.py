"""Structure checks of pictures, films and papers that are no JPEG or MP4: PNG, TIFF and raw, RIFF, Matroska, MPEG, PDF.

Sources: PNG specification (ISO 15948) section 5; TIFF 6.0 section 2; RFC 9649 (RIFF of WebP); RFC 8794 and RFC 9559
(EBML, Matroska); ISO 13818-1 section 2.4.3 (transport stream); ISO 32000 (PDF).
"""

import itertools
import re
import struct
import zlib

from harness.storage.image.found import Found
from harness.storage.search.formats_media import exif_position

PNG, EBML = b"\x89PNG\r\n\x1a\n", b"\x1a\x45\xdf\xa3"
TIFF = (b"II*\0", b"MM\0*")
# the start of a programme table: packet 0 of a stream, its pointer, and the table's number
TRANSPORT, TABLE = b"\x47\x40\x00", b"\0\0\xb0"
TRANSPORT_PACKET, TRANSPORT_CHECKED = 188, 4
RIFF = {b"WEBP": (b"VP8 ", b"VP8L", b"VP8X"), b"AVI ": (b"LIST",), b"WAVE": (b"fmt ", b"JUNK", b"bext")}
MOST_EBML = 96
PDF = re.compile(rb"%PDF-[12]\.\d[\r\n ]")
MOST_ENTRIES, LONGEST_TIFF = 256, 65_536
# how many bytes a value of each TIFF type has
TIFF_TYPES = range(1, 14)
TIFF_TAGS = range(254, 65_536)


def check_png(data: bytes, at: int) -> Found | None:
    """PNG: the header chunk first, with its CRC."""
    chunk = data[at + 8 : at + 33]
    if len(chunk) < 25 or chunk[:8] != b"\0\0\0\rIHDR" or zlib.crc32(chunk[4:21]) != int.from_bytes(chunk[21:], "big"):
        return None
    width, height = struct.unpack(">II", chunk[8:16])
    return _found("png", at, 33, f"PNG, {width} x {height}")


def check_tiff(data: bytes, at: int) -> Found | None:
    """TIFF, as raw pictures are too: a first directory of rising tags and known types, and its position."""
    tiff = data[at : at + LONGEST_TIFF]
    order = "<" if tiff[:2] == b"II" else ">"
    first = struct.unpack_from(order + "I", tiff, 4)[0] if len(tiff) >= 8 else 0
    if first < 8 or first + 2 > len(tiff):
        return None
    count = struct.unpack_from(order + "H", tiff, first)[0]
    entries = tiff[first + 2 : first + 2 + 12 * count]
    if not 4 <= count <= MOST_ENTRIES or len(entries) < 12 * count:
        return _positioned(tiff, at) if count else None
    pairs = [struct.unpack_from(order + "HH", entries, 12 * number) for number in range(count)]
    rising = all(one[0] < other[0] for one, other in itertools.pairwise(pairs))
    if not rising or not all(tag in TIFF_TAGS and kind in TIFF_TYPES for tag, kind in pairs):
        return _positioned(tiff, at)
    return _positioned(tiff, at) or _found("tiff", at, 8, f"TIFF or raw picture, {count} entries")


def check_riff(data: bytes, at: int) -> Found | None:
    """RIFF of a kind that is known, with the chunk that must come first in it."""
    form, chunk = data[at + 8 : at + 12], data[at + 12 : at + 16]
    if chunk not in RIFF.get(form, ()):
        return None
    return _found("riff", at, 16, f"{form.decode('ascii').strip()} file")


def check_matroska(data: bytes, at: int) -> Found | None:
    """Matroska or WebM: its name for itself among the first bytes."""
    head = data[at : at + MOST_EBML]
    place = head.find(b"\x42\x82")
    name = next((kind for kind in (b"matroska", b"webm") if place > 0 and head[place + 3 :].startswith(kind)), b"")
    return _found("matroska", at, MOST_EBML, f"{name.decode('ascii')} film") if name else None


def check_transport(data: bytes, at: int) -> Found | None:
    """MPEG transport stream: a programme table, and the mark of each packet behind it."""
    marks = data[at : at + TRANSPORT_CHECKED * TRANSPORT_PACKET + 1 : TRANSPORT_PACKET]
    if data[at + 4 : at + 7] != TABLE or marks != b"\x47" * (TRANSPORT_CHECKED + 1):
        return None
    return _found("transport stream", at, len(marks) * TRANSPORT_PACKET, "MPEG transport stream")


def check_pdf(data: bytes, at: int) -> Found | None:
    """PDF: its first line."""
    return _found("pdf", at, 9, "PDF document") if PDF.match(data, at) else None


def _positioned(tiff: bytes, at: int) -> Found | None:
    position = exif_position(tiff)
    if position is None:
        return None
    detail = f"TIFF, position {position[0]:.6f} {position[1]:.6f}"
    return Found(kind="tiff", offset=at, size=8, detail=detail, position=position)


def _found(kind: str, at: int, size: int, detail: str) -> Found:
    return Found(kind=kind, offset=at, size=size, detail=detail)
