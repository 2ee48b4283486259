"""Traces of encryption file by file: contexts of fscrypt and headers of eCryptfs.

They say that some files are encrypted, never that all are: names, sizes and every other file stay readable.

Sources: the kernel's documentation of fscrypt and ext4 (extended attributes) and the header of eCryptfs.
"""

import re
from collections.abc import Iterator

import numpy as np

from harness.storage.image.found import Found

SECTOR = 512
ATTRIBUTES = b"\x00\x00\x02\xea"
ENTRY, ENCRYPTION_INDEX = 16, 9
MOST_ENTRIES, MOST_AREA = 64, 4096
BLOCK_HEAD, INODE_HEAD = 32, 4
SIZES = {1: 28, 2: 40}
MODES = {
    1: "AES-256-XTS",
    4: "AES-256-CTS",
    5: "AES-128-CBC",
    6: "AES-128-CTS",
    7: "SM4-XTS",
    8: "SM4-CTS",
    9: "Adiantum",
    10: "AES-256-HCTR2",
}
NAME_PREFIX = b"ECRYPTFS_FNEK_ENCRYPTED."
NAME = re.compile(re.escape(NAME_PREFIX) + rb"[A-Za-z0-9.-]{16,200}")
MARKER = 0x3C81B7F5
MOST_VERSION = 3


def check_fscrypt(data: bytes, at: int) -> Found | None:
    """The attributes of an ext4 inode or block at `at`, if the context of fscrypt is among them."""
    area = data[at : at + MOST_AREA]
    for first, base in ((INODE_HEAD, INODE_HEAD), (BLOCK_HEAD, 0)):
        context = _context(area, first, base)
        if context:
            names = f"contents {MODES.get(context[1], context[1])}, names {MODES.get(context[2], context[2])}"
            size = first + ENTRY + len(context)
            return Found(kind="fscrypt", offset=at, size=size, detail=f"context version {context[0]}, {names}")
    return None


def _context(area: bytes, first: int, base: int) -> bytes:
    """The sound context among the entries that begin at `first`; values count from `base`."""
    place = first
    for _ in range(MOST_ENTRIES):
        entry = area[place : place + ENTRY + 1]
        if len(entry) <= ENTRY or not any(entry[:4]):
            return b""
        if entry[0] == 1 and entry[1] == ENCRYPTION_INDEX and entry[16:17] == b"c":
            start, size = base + int.from_bytes(entry[2:4], "little"), int.from_bytes(entry[8:12], "little")
            value = area[start : start + min(size, max(SIZES.values()))]
            return value if _is_sound(value, size) else b""
        place += -(-(ENTRY + entry[0]) // 4) * 4
    return b""


def _is_sound(value: bytes, size: int) -> bool:
    return len(value) == size and size == SIZES.get(value[0]) and value[1] in MODES and value[2] in MODES


def check_ecryptfs_name(data: bytes, at: int) -> Found | None:
    """A name of a file that eCryptfs encrypted: its prefix, and characters of its own base64 behind it."""
    match = NAME.match(data, at)
    return Found(kind="ecryptfs", offset=at, size=match.end() - at, detail="eCryptfs file name") if match else None


def find_ecryptfs(data: bytes, start: int) -> Iterator[Found]:
    """Files of eCryptfs that begin at a sector of `data`, which lies at offset `start` of the image.

    The marker is two words whose xor is a constant: chance gives one in 4 billion sectors.
    """
    words = np.frombuffer(data, ">u4", count=len(data) // SECTOR * (SECTOR // 4)).reshape(-1, SECTOR // 4)
    for number in np.flatnonzero((words[:, 2] ^ words[:, 3]) == MARKER).tolist():
        length, version = (int(words[number, 0]) << 32) | int(words[number, 1]), int(words[number, 4]) >> 24
        if length < 1 << 48 and 1 <= version <= MOST_VERSION:
            detail = f"eCryptfs file of {length} bytes, version {version}"
            yield Found(kind="ecryptfs", offset=start + number * SECTOR, size=SECTOR, detail=detail)
