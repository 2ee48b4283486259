"""File systems by the structure of their first blocks: what a foreign computer would simply mount.

Sources: Microsoft, FAT: General Overview of On-Disk Format 1.03; Microsoft, exFAT file system specification 1.00; the
kernel's documentation of ext4 (data structures) and headers of F2FS and swap; ECMA-119 (ISO 9660).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.storage.image.found import Found

SECTOR = 512
KIND = "file system"
# magic of swap lies at the end of its first page, of at most 64 KiB; that of ISO 9660 in sector 16 of 2048 bytes
BACK, AHEAD = 65_536, 4096
SUPERBLOCK = 1024
EXT_ENCRYPT, EXT_JOURNAL = 0x10000, 0x4
EXT4_INCOMPATIBLE, EXT4_READ_ONLY = 0x40 | 0x80 | 0x200, 0x8 | 0x10 | 0x20 | 0x40 | 0x400
F2FS_FEATURES, F2FS_ENCRYPT = 2180, 0x1
SWAP_PAGES = (4096, 8192, 16384, 65536)
MOST_FAT12, MOST_FAT16 = 4085, 65525


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A magic text, its place in a sector, and the check of what lies around it; the check gets the sector's start."""

    place: int
    magic: bytes
    check: Callable[[bytes, int], Found | None]


def find_in_window(data: bytes, start: int) -> Iterator[Found]:
    """File systems whose mark lies in `data`, which begins at offset `start` of the image, a whole sector.

    A window needs 64 KiB of what lies before a mark and 4 KiB of what lies behind it.
    """
    sectors = np.frombuffer(data, np.uint8, count=len(data) // SECTOR * SECTOR).reshape(-1, SECTOR)
    for mark in MARKS:
        for number in _marked(sectors, mark).tolist():
            found = mark.check(data, number * SECTOR)
            if found is not None:
                yield Found(kind=KIND, offset=start + found.offset, size=found.size, detail=found.detail)


def _marked(sectors: NDArray[np.uint8], mark: Mark) -> NDArray[np.int64]:
    numbers = np.flatnonzero(sectors[:, mark.place] == mark.magic[0])
    for place, byte in enumerate(mark.magic[1:], mark.place + 1):
        numbers = numbers[sectors[numbers, place] == byte]
    return numbers


def check_boot_sector(data: bytes, at: int) -> Found | None:
    """FAT12, FAT16, FAT32, exFAT or NTFS."""
    sector = data[at : at + SECTOR]
    if len(sector) < SECTOR or sector[0] not in (0xEB, 0xE9):
        return None
    if sector[3:11] == b"EXFAT   ":
        detail = _exfat(sector)
    elif sector[3:11] == b"NTFS    ":
        detail = _ntfs(sector)
    else:
        detail = _fat(sector)
    return _found(at, SECTOR, f"{detail} boot sector") if detail else None


def _exfat(sector: bytes) -> str:
    shift, cluster, copies = sector[108], sector[109], sector[110]
    sound = not any(sector[11:64]) and 9 <= shift <= 12 and cluster <= 25 - shift and copies in (1, 2)
    return "exFAT" if sound else ""


def _ntfs(sector: bytes) -> str:
    sound = _number(sector, 11, 2) in (512, 1024, 2048, 4096) and not any(sector[14:21]) and _number(sector, 40, 8)
    return "NTFS" if sound else ""


def _fat(sector: bytes) -> str:
    size, cluster, media = _number(sector, 11, 2), sector[13], sector[21]
    reserved, copies, root = _number(sector, 14, 2), sector[16], _number(sector, 17, 2)
    if size not in (512, 1024, 2048, 4096) or not cluster or cluster & (cluster - 1):
        return ""
    if not reserved or copies not in (1, 2) or not (media == 0xF0 or media >= 0xF8):
        return ""
    total = _number(sector, 19, 2) or _number(sector, 32, 4)
    table = _number(sector, 22, 2) or _number(sector, 36, 4)
    data = total - reserved - copies * table - -(-root * 32 // size)
    if data <= 0 or not table:
        return ""
    clusters = data // cluster
    return "FAT12" if clusters < MOST_FAT12 else "FAT16" if clusters < MOST_FAT16 else "FAT32"


def check_ext(data: bytes, at: int) -> Found | None:
    """An ext2/3/4 superblock at `at`; the file system begins 1024 bytes before it, but for a backup copy."""
    block = data[at : at + SUPERBLOCK]
    inodes, blocks, log_size, revision = (_number(block, place, 4) for place in (0, 4, 0x18, 0x4C))
    inode_size, group = _number(block, 0x58, 2), _number(block, 0x5A, 2)
    sound = inodes and blocks and log_size <= 6 and _number(block, 0x3A, 2) <= 7 and revision <= 1
    if not sound or (revision == 1 and (inode_size < 128 or inode_size & (inode_size - 1))):
        return None
    copy = f", copy of group {group}" if group else ""
    return _found(max(at - SUPERBLOCK, 0), SUPERBLOCK, f"{_ext_kind(block)} superblock{copy}")


def _ext_kind(block: bytes) -> str:
    compatible, incompatible, read_only = (_number(block, place, 4) for place in (0x5C, 0x60, 0x64))
    if incompatible & EXT_ENCRYPT:
        return "ext4 (feature encrypt: fscrypt)"
    if incompatible & EXT4_INCOMPATIBLE or read_only & EXT4_READ_ONLY:
        return "ext4"
    return "ext3" if compatible & EXT_JOURNAL else "ext2"


def check_f2fs(data: bytes, at: int) -> Found | None:
    """An F2FS superblock; its first copy lies 1024 bytes, the second 5120 bytes behind the start."""
    block = data[at : at + F2FS_FEATURES + 4]
    size, per_block, log_block = (_number(block, place, 4) for place in (8, 12, 16))
    if not 9 <= size <= 12 or size + per_block != log_block or log_block not in (12, 14, 16):
        return None
    feature = _number(block, F2FS_FEATURES, 4) & F2FS_ENCRYPT
    return _found(max(at - SUPERBLOCK, 0), SUPERBLOCK, f"F2FS{' (feature encrypt: fscrypt)' * feature} superblock")


def check_swap(data: bytes, at: int) -> Found | None:
    """Linux swap: the mark ends the first page; version, last page and number of bad pages follow the boot blocks."""
    for page in SWAP_PAGES:
        start = at + SECTOR - page
        head = data[start + SUPERBLOCK : start + SUPERBLOCK + 12] if start >= 0 else b""
        version, last, bad = (_number(head, place, 4) for place in (0, 4, 8))
        if len(head) == 12 and version == 1 and last and bad < last:
            return _found(start, page, f"swap area, {last + 1} pages of {page}")
    return None


def check_iso(data: bytes, at: int) -> Found | None:
    """ISO 9660: the primary volume descriptor in sector 16, numbers in both byte orders."""
    start, sector = at - 0x8000, data[at : at + 2048]
    both = sector[80:84] == sector[84:88][::-1] and sector[128:132] == b"\x00\x08\x08\x00"
    if start < 0 or len(sector) < 2048 or sector[0] != 1 or sector[6] != 1 or not both:
        return None
    return _found(start, 0x8800, "ISO 9660 volume descriptor")


def _found(at: int, size: int, detail: str) -> Found:
    return Found(kind=KIND, offset=at, size=size, detail=detail)


def _number(block: bytes, place: int, size: int) -> int:
    return int.from_bytes(block[place : place + size], "little")


MARKS = (
    Mark(place=510, magic=b"\x55\xaa", check=check_boot_sector),
    Mark(place=0x38, magic=b"\x53\xef", check=check_ext),
    Mark(place=0, magic=b"\x10\x20\xf5\xf2", check=check_f2fs),
    Mark(place=502, magic=b"SWAPSPACE2", check=check_swap),
    Mark(place=0, magic=b"\x01CD001", check=check_iso),
)
