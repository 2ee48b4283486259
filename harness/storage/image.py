"""An acquired image: its bytes, their hash, what could not be read, and its partitions."""

import hashlib
import os
import stat
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.errors import FileError, MaterialError

SECTOR = 512
PIECE = 1 << 20
SMALL_PIECE = 4096
LARGEST = 4 << 30
TABLE_AT, TABLE_ENTRY = 446, struct.Struct("<B3xB3xII")
# UEFI specification 2.10, sections 5.2.3 and 5.3: GPT behind a protective MBR entry
PROTECTIVE, GPT_MAGIC = 0xEE, b"EFI PART"
GPT_HEAD, GPT_ENTRY = struct.Struct("<8sIIII48xQIII"), struct.Struct("<16s16sQQ")
GPT_MOST_ENTRIES = 1024

ReadAt = Callable[[int, int], bytes]


@dataclass(frozen=True, order=True)
class Range:
    """`size` bytes from `offset` on."""

    offset: int
    size: int

    @property
    def end(self) -> int:
        """First offset behind the range."""
        return self.offset + self.size


@dataclass(frozen=True, kw_only=True)
class Partition:
    """An entry of the partition table, MBR or GPT.

    Attributes:
        number: place in the table, from 1.
        kind: partition type byte; EE for every entry of a GPT.
        offset: first byte, from the start of the image.
        size: bytes, clipped to the image.
        clipped: whether the entry reaches beyond the image.
    """

    number: int
    kind: int
    offset: int
    size: int
    clipped: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Image:
    """The bytes of a medium, with zeros where it could not be read."""

    name: str
    data: bytes
    sha256: str
    unread: tuple[Range, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of the medium."""
        return len(self.data)

    @property
    def view(self) -> memoryview:
        """All bytes, without a copy."""
        return memoryview(self.data)

    def read(self, offset: int, size: int) -> bytes:
        """`size` bytes from `offset` on, fewer at the end, none before the beginning."""
        return self.data[offset : offset + size] if offset >= 0 else b""

    @property
    def bytes_read(self) -> int:
        """Bytes that were really read."""
        return self.size - sum(gap.size for gap in self.unread)

    @property
    def coverage(self) -> float:
        """Fraction of the medium that was read."""
        return self.bytes_read / self.size

    @property
    def partitions(self) -> tuple[Partition, ...]:
        """Entries of the table that lie on the image; none where there is no table (then judge it whole).

        Where the MBR only protects a sound GPT, that is the table. Logical drives of an extended entry are part of it.
        """
        return _partitions(self.data)

    def end_of_area(self, offset: int) -> int:
        """Where the partition that holds `offset` ends, else the end of the image."""
        holding = (part for part in self.partitions if part.offset <= offset < part.offset + part.size)
        return next((part.offset + part.size for part in holding), self.size)


def acquire(source: Path | str | bytes | bytearray, name: str = "") -> Image:
    """Read an image file, a block device, or bytes at hand; read-only.

    Unreadable places become `unread` ranges and count against coverage.

    Raises:
        FileError: `source` is a path that is absent, no file, or may not be read.
        MaterialError: the image is empty or larger than 4 GiB.
    """
    if isinstance(source, bytes | bytearray):
        return _image(name or "bytes", bytes(source), ())
    path = Path(source)
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise FileError(path, f"cannot be opened as an image: {error.strerror}") from error
    try:
        return _acquire_file(path, handle, name or path.name)
    finally:
        os.close(handle)


def _acquire_file(path: Path, handle: int, name: str) -> Image:
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISBLK(mode):
        raise FileError(path, "is neither a file nor a block device; give the image of a medium")
    size = os.lseek(handle, 0, os.SEEK_END)
    if size > LARGEST:
        raise MaterialError(f"{path}: image of {size} bytes; at most {LARGEST} can be examined in one piece: split it")
    data, unread = _read_all(lambda at, length: os.pread(handle, length, at), size)
    return _image(name, data, unread)


def _image(name: str, data: bytes, unread: tuple[Range, ...]) -> Image:
    if not data:
        raise MaterialError(f"{name}: the image is empty; acquire the medium again")
    return Image(name=name, data=data, sha256=hashlib.sha256(data).hexdigest(), unread=unread)


def _read_all(read_at: ReadAt, size: int) -> tuple[bytes, tuple[Range, ...]]:
    pieces: list[bytes] = []
    unread: list[Range] = []
    for offset in range(0, size, PIECE):
        length = min(PIECE, size - offset)
        piece = _try_read(read_at, offset, length)
        pieces.append(_patch(read_at, Range(offset, length), unread) if piece is None else piece)
    return b"".join(pieces), tuple(unread)


def _patch(read_at: ReadAt, wanted: Range, unread: list[Range]) -> bytes:
    """Read `wanted` in small pieces, with zeros for those that fail; these are added to `unread`."""
    pieces: list[bytes] = []
    for offset in range(wanted.offset, wanted.end, SMALL_PIECE):
        length = min(SMALL_PIECE, wanted.end - offset)
        piece = _try_read(read_at, offset, length)
        if piece is None:
            _note_unread(unread, Range(offset, length))
        pieces.append(bytes(length) if piece is None else piece)
    return b"".join(pieces)


def _try_read(read_at: ReadAt, offset: int, length: int) -> bytes | None:
    try:
        piece = read_at(offset, length)
    except OSError:
        return None
    return piece if len(piece) == length else None


def _note_unread(unread: list[Range], gap: Range) -> None:
    if unread and unread[-1].end == gap.offset:
        before = unread.pop()
        gap = Range(before.offset, before.size + gap.size)
    unread.append(gap)


def _partitions(data: bytes) -> tuple[Partition, ...]:
    if len(data) < SECTOR or data[510:512] != b"\x55\xaa":
        return ()
    found = tuple(part for number in range(1, 5) if (part := _partition(data, number)) is not None)
    return _gpt(data) or found if any(part.kind == PROTECTIVE for part in found) else found


def _gpt(data: bytes) -> tuple[Partition, ...]:
    """Entries of the primary GPT, none where its header or its table is not sound."""
    sector = data[SECTOR : 2 * SECTOR]
    if len(sector) < SECTOR or sector[:8] != GPT_MAGIC:
        return ()
    _, _, size, checksum, _, table_at, count, entry_size, table_checksum = GPT_HEAD.unpack_from(sector)
    if not 92 <= size <= SECTOR or count > GPT_MOST_ENTRIES or entry_size not in (128, 256, 512):
        return ()
    table = data[table_at * SECTOR : table_at * SECTOR + count * entry_size]
    header = sector[:16] + bytes(4) + sector[20:size]
    if (zlib.crc32(header), zlib.crc32(table)) != (checksum, table_checksum) or len(table) < count * entry_size:
        return ()
    places = (GPT_ENTRY.unpack_from(table, number * entry_size) for number in range(count))
    return tuple(
        _clipped(number, PROTECTIVE, Range(first * SECTOR, (last - first + 1) * SECTOR), len(data))
        for number, (kind, _, first, last) in enumerate(places, 1)
        if any(kind) and 0 < first <= last and first * SECTOR < len(data)
    )


def _partition(data: bytes, number: int) -> Partition | None:
    flag, kind, start, sectors = TABLE_ENTRY.unpack_from(data, TABLE_AT + (number - 1) * TABLE_ENTRY.size)
    offset, size = start * SECTOR, sectors * SECTOR
    # A boot sector of a file system ends with the same mark; its code fails these bounds.
    if flag not in (0, 0x80) or not kind or not start or not sectors or offset >= len(data):
        return None
    return _clipped(number, kind, Range(offset, size), len(data))


def _clipped(number: int, kind: int, place: Range, end: int) -> Partition:
    size = min(place.size, end - place.offset)
    return Partition(number=number, kind=kind, offset=place.offset, size=size, clipped=place.end > end)
