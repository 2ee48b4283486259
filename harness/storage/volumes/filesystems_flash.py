"""File systems of flash chips and of sealed firmware, and those of larger computers, by a structure that is checked.

Sources: the kernel's headers of SquashFS, JFFS2, UBI, UBIFS, EROFS, cramfs, btrfs and XFS; littlefs, SPEC.md, section
"The superblock".
"""

import struct
import zlib

from harness.storage.image.found import Found

KIND = "file system"
SQUASHFS, UBI, UBIFS, LITTLEFS = b"hsqs", b"UBI#", b"\x31\x18\x10\x06", b"littlefs"
JFFS2 = (b"\x85\x19", b"\x19\x85")
JFFS2_KINDS = {0xE001, 0xE002, 0xE008, 0xE009, 0x2003, 0x2004, 0x2006}
EROFS, CRAMFS, BTRFS, XFS = b"\xe2\xe1\xf5\xe0", b"\x45\x3d\xcd\x28", b"_BHRfS_M", b"XFSB"
CRAMFS_NAME, CRAMFS_PLACE = b"Compressed ROMFS", 16
BTRFS_PLACE, LITTLEFS_PLACE, EROFS_START = 0x40, 8, 1024
UBI_SIZE, UBIFS_LARGEST, ALL = 64, 1 << 20, 0xFFFFFFFF
UBIFS_HEAD, UBIFS_KINDS = 24, 14


def check_squashfs(data: bytes, at: int) -> Found | None:
    """SquashFS 4: its version, and a size of block that both fields agree on."""
    head = data[at : at + 96]
    block, shift, version = (_number(head, *place) for place in ((12, 4), (22, 2), (28, 4)))
    if len(head) < 96 or version != 4 or not 12 <= shift <= 20 or block != 1 << shift:
        return None
    return _found(at, 96, "SquashFS superblock")


def check_ubi(data: bytes, at: int) -> Found | None:
    """UBI: the header of an erase block, version 1, with its CRC."""
    head = data[at : at + UBI_SIZE]
    if len(head) < UBI_SIZE or head[4] != 1 or _crc(head[:60]) != int.from_bytes(head[60:], "big"):
        return None
    return _found(at, UBI_SIZE, "UBI erase block")


def check_ubifs(data: bytes, at: int) -> Found | None:
    """UBIFS: a node of a known kind, with the CRC of all of it, as far as 4096 bytes hold it."""
    size, kind = _number(data, at + 16, 4), data[at + 20] if at + 20 < len(data) else UBIFS_KINDS
    node = data[at : at + size]
    if not UBIFS_HEAD <= size <= 4096 or len(node) < size or kind >= UBIFS_KINDS:
        return None
    return _found(at, size, "UBIFS node") if _crc(node[8:]) == _number(node, 4, 4) else None


def check_jffs2(data: bytes, at: int) -> Found | None:
    """JFFS2: a node of a known kind in either byte order, with the CRC of its header."""
    head = data[at : at + 12]
    if len(head) < 12:
        return None
    kind, size, checksum = struct.unpack("<HII" if head[:2] == JFFS2[0] else ">HII", head[2:])
    if kind not in JFFS2_KINDS or size < 12:
        return None
    # the kernel's CRC starts at zero and is not turned over
    return _found(at, 12, "JFFS2 node") if _crc(head[:8], 0) == checksum else None


def check_littlefs(data: bytes, at: int) -> Found | None:
    """littlefs 2: the superblock behind its name: version, sizes within the bounds of the format."""
    body = data[at + 8 : at + 36]
    version, block, count, name = (_number(body, place, 4) for place in (4, 8, 12, 16))
    if len(body) < 28 or version >> 16 != 2 or not 104 <= block <= 1 << 31 or not count or not 0 < name <= 1022:
        return None
    return _found(max(at - LITTLEFS_PLACE, 0), 36, "littlefs superblock")


def check_erofs(data: bytes, at: int) -> Found | None:
    """EROFS: a size of block from 512 bytes to 64 KiB, blocks, and nothing in what is reserved."""
    head = data[at : at + 128]
    if len(head) < 128 or not 9 <= head[12] <= 16 or not _number(head, 36, 4) or any(head[108:128]):
        return None
    return _found(max(at - EROFS_START, 0), 128, "EROFS superblock")


def check_cramfs(data: bytes, at: int) -> Found | None:
    """cramfs: the name of its kind behind the mark."""
    named = data[at + CRAMFS_PLACE : at + CRAMFS_PLACE + len(CRAMFS_NAME)] == CRAMFS_NAME
    return _found(at, 76, "cramfs superblock") if named else None


def check_btrfs(data: bytes, at: int) -> Found | None:
    """btrfs: sizes of sector and node that are powers of two."""
    start = at - BTRFS_PLACE
    sizes = [_number(data, start + place, 4) for place in (0x90, 0x94)]
    if start < 0 or any(not 512 <= size <= 65_536 or size & (size - 1) for size in sizes):
        return None
    return _found(start, 4096, "btrfs superblock")


def check_xfs(data: bytes, at: int) -> Found | None:
    """XFS: a size of block and a size of sector that are powers of two."""
    block, sector = (int.from_bytes(data[at + begin : at + end], "big") for begin, end in ((4, 8), (102, 104)))
    fits = all(512 <= size <= 65_536 and not size & (size - 1) for size in (block, sector))
    return _found(at, 104, "XFS superblock") if fits and sector <= block else None


def _crc(data: bytes, start: int = ALL) -> int:
    """CRC-32 that begins with `start` and is not turned over at the end, as these file systems use it."""
    return zlib.crc32(data, start ^ ALL) ^ ALL


def _found(at: int, size: int, detail: str) -> Found:
    return Found(kind=KIND, offset=at, size=size, detail=detail)


def _number(block: bytes, place: int, size: int) -> int:
    return int.from_bytes(block[place : place + size], "little")
