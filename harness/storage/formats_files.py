"""Structure checks of databases, archives, keys and file systems that a foreign computer would simply read."""

import base64
import binascii
import re
import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from harness.storage.found import Found

SECTOR = 512
PEM_LINE = re.compile(rb"-----BEGIN ([A-Z0-9 ]{3,40})-----\r?\n")
PEM_BODY = re.compile(rb"[A-Za-z0-9+/=\r\n]{40,8192}")
ZIP_METHODS = {0, 8, 9, 12, 14, 93, 95, 98, 99}
GZIP_PROBE = 4096
LEAST_INFLATED = 32
SUPERBLOCK = 1024


def check_sqlite(data: bytes, at: int) -> Found | None:
    """SQLite 3: header text, page size a power of two, the fixed payload fractions 64, 32, 32."""
    head = data[at : at + 100]
    size = int.from_bytes(head[16:18], "big")
    if len(head) < 100 or (size != 1 and (size < 512 or size & (size - 1))) or head[21:24] != b"\x40\x20\x20":
        return None
    return Found(kind="sqlite", offset=at, size=100, detail=f"SQLite database, pages of {65536 if size == 1 else size}")


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


def find_file_systems(data: bytes) -> Iterator[Found]:
    """Boot sectors of FAT, exFAT and NTFS and superblocks of ext2/3/4 at any sector: a readable file system."""
    bytes_of = np.frombuffer(data, np.uint8)
    marked = _sectors_with(bytes_of, 510, b"\x55\xaa") * SECTOR
    # Behind the two sectors which an ext file system leaves for boot code; its magic is at 0x38.
    magic = _sectors_with(bytes_of, 0x38, b"\x53\xef") * SECTOR
    for at in sorted(marked.tolist()):
        if found := _boot_sector(data, at):
            yield found
    for at in sorted(magic.tolist()):
        if found := _superblock(data, at):
            yield found


def _sectors_with(data: NDArray[np.uint8], place: int, mark: bytes) -> NDArray[np.int64]:
    sectors = data[: data.size // SECTOR * SECTOR].reshape(-1, SECTOR)
    return np.flatnonzero((sectors[:, place] == mark[0]) & (sectors[:, place + 1] == mark[1]))


def _boot_sector(data: bytes, at: int) -> Found | None:
    sector = data[at : at + SECTOR]
    if sector[0] not in (0xEB, 0xE9):
        return None
    known = {b"EXFAT   ": "exFAT", b"NTFS    ": "NTFS"}.get(sector[3:11])
    if known is None and _is_fat(sector):
        known = "FAT"
    return None if known is None else Found(kind="file system", offset=at, size=SECTOR, detail=f"{known} boot sector")


def _is_fat(sector: bytes) -> bool:
    """Microsoft, FAT: General Overview of On-Disk Format, section "Boot Sector and BPB"."""
    size, cluster, media = int.from_bytes(sector[11:13], "little"), sector[13], sector[21]
    reserved, copies = int.from_bytes(sector[14:16], "little"), sector[16]
    sound = size in (512, 1024, 2048, 4096) and cluster and not cluster & (cluster - 1)
    return bool(sound and reserved and copies in (1, 2) and (media == 0xF0 or media >= 0xF8))


def _superblock(data: bytes, at: int) -> Found | None:
    """ext2/3/4 superblock (kernel documentation, ext4 data structures)."""
    block = data[at : at + SECTOR]
    inodes, blocks = (int.from_bytes(block[place : place + 4], "little") for place in (0, 4))
    log_size, state, revision = (int.from_bytes(block[p : p + 4], "little") for p in (0x18, 0x3A, 0x4C))
    inode_size = int.from_bytes(block[0x58:0x5A], "little")
    sound = inodes and blocks and log_size <= 6 and (state & 0xFFFF) <= 7 and revision <= 1
    if not sound or (revision == 1 and (inode_size < 128 or inode_size & (inode_size - 1))):
        return None
    start = max(at - SUPERBLOCK, 0)
    return Found(kind="file system", offset=start, size=SUPERBLOCK, detail="ext2/3/4 superblock")
