"""Structure checks of databases, archives and keys that a foreign computer would simply read."""

import base64
import binascii
import re
import zlib

from harness.storage.image.found import Found

PEM_LINE = re.compile(rb"-----BEGIN ([A-Z0-9 ]{3,40})-----\r?\n")
PEM_BODY = re.compile(rb"[A-Za-z0-9+/=\r\n]{40,8192}")
ZIP_METHODS = {0, 8, 9, 12, 14, 93, 95, 98, 99}
SQLITE_JOURNAL = bytes.fromhex("d9d505f920a163d7")
SQLITE_BESIDE = (SQLITE_JOURNAL, b"\x37\x7f\x06\x82\x00\x2d\xe2\x18", b"\x37\x7f\x06\x83\x00\x2d\xe2\x18")
GZIP_PROBE = 4096
LEAST_INFLATED = 32


def check_sqlite(data: bytes, at: int) -> Found | None:
    """SQLite 3: header text, page size a power of two, the fixed payload fractions 64, 32, 32."""
    head = data[at : at + 100]
    size = int.from_bytes(head[16:18], "big")
    if len(head) < 100 or (size != 1 and (size < 512 or size & (size - 1))) or head[21:24] != b"\x40\x20\x20":
        return None
    return Found(kind="sqlite", offset=at, size=100, detail=f"SQLite database, pages of {65536 if size == 1 else size}")


def check_sqlite_journal(data: bytes, at: int) -> Found | None:
    """What SQLite keeps beside a database: a write-ahead log (version 3.7.0, a page size) or a rollback journal."""
    if data[at : at + 8] == SQLITE_JOURNAL:
        size = int.from_bytes(data[at + 24 : at + 28], "big")
        return _sqlite_beside(at, "rollback journal", size)
    size = int.from_bytes(data[at + 8 : at + 12], "big")
    return _sqlite_beside(at, "write-ahead log", size) if data[at + 4 : at + 8] == b"\x00\x2d\xe2\x18" else None


def _sqlite_beside(at: int, name: str, size: int) -> Found | None:
    if not 512 <= size <= 65_536 or size & (size - 1):
        return None
    return Found(kind="sqlite", offset=at, size=32, detail=f"SQLite {name}, pages of {size}")


def check_zip(data: bytes, at: int) -> Found | None:
    """ZIP: a local file header with a known method and a printable name."""
    head = data[at : at + 30]
    if len(head) < 30:
        return None
    version, method, length = (int.from_bytes(head[place : place + 2], "little") for place in (4, 8, 26))
    name = data[at + 30 : at + 30 + length]
    if version & 0xFF > 63 or method not in ZIP_METHODS or not 1 <= length <= 512 or len(name) != length:
        return None
    if not name.decode("utf-8", "replace").isprintable():
        return None
    return Found(kind="zip", offset=at, size=30 + length, detail=f"ZIP member {name[:40].decode('utf-8', 'replace')}")


def check_gzip(data: bytes, at: int) -> Found | None:
    """gzip (RFC 1952): no reserved flag, known compression level and system, and the stream inflates."""
    head = data[at : at + 10]
    if len(head) < 10 or head[3] > 0x1F or head[8] not in (0, 2, 4) or head[9] not in (*range(14), 255):
        return None
    inflater = zlib.decompressobj(wbits=31)
    try:
        inflated = inflater.decompress(data[at : at + GZIP_PROBE], GZIP_PROBE)
    except zlib.error:
        return None
    if len(inflated) < LEAST_INFLATED and not inflater.eof:
        return None
    return Found(kind="gzip", offset=at, size=18, detail="gzip stream that inflates")


def check_pem(data: bytes, at: int) -> Found | None:
    """PEM (RFC 7468): a named block whose first lines are base64."""
    head = PEM_LINE.match(data, at, at + 80)
    body = PEM_BODY.match(data, head.end()) if head is not None else None
    if head is None or body is None:
        return None
    text = re.sub(rb"\s", b"", body[0])
    try:
        base64.b64decode(text[: len(text) // 4 * 4], validate=True)
    except binascii.Error:
        return None
    return Found(kind="pem", offset=at, size=body.end() - at, detail=f"PEM {head[1].decode('ascii')}")
