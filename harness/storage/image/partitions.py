"""Partition tables: MBR with logical drives, GPT, and tables inside partitions; hostile ones end, and say why.

Sources: UEFI specification 2.10, sections 5.2 and 5.3 (MBR layout, GPT behind a protective MBR entry).
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from harness.storage.image.ranges import Range

SECTOR = 512
TABLE_AT, TABLE_ENTRY = 446, struct.Struct("<B3xB3xII")
PROTECTIVE, GPT_MAGIC = 0xEE, b"EFI PART"
EXTENDED = (0x05, 0x0F, 0x85)
GPT_HEAD, GPT_ENTRY = struct.Struct("<8sIIII48xQIII"), struct.Struct("<16s16sQQ")
GPT_MOST_ENTRIES = 1024
MOST_LOGICAL, FIRST_LOGICAL = 128, 5
DEEPEST = 3

Read = Callable[[int, int], bytes]


@dataclass(frozen=True, kw_only=True)
class Partition:
    """An entry of a partition table.

    Attributes:
        number: place in its table, from 1; logical drives of an MBR from 5.
        kind: partition type byte; EE for every entry of a GPT.
        offset: first byte, from the start of the image.
        size: bytes, clipped to what holds the table.
        clipped: whether the entry reaches beyond that.
        name: the number, behind that of the partition in which a nested table lies: "2.1".
        container: whether other partitions lie in it.
    """

    number: int
    kind: int
    offset: int
    size: int
    clipped: bool
    name: str = ""
    container: bool = False

    @property
    def end(self) -> int:
        """First offset behind the partition."""
        return self.offset + self.size


@dataclass(frozen=True, kw_only=True)
class Layout:
    """All partitions of an image, the areas of the tables themselves, and what is wrong with them."""

    partitions: tuple[Partition, ...] = ()
    tables: tuple[Range, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(kw_only=True)
class _Found:
    read: Read
    partitions: list[Partition] = field(default_factory=list)
    tables: list[Range] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_layout(read: Read, size: int) -> Layout:
    """The partition tables of an image of `size` bytes, nested ones too, at most three deep.

    Args:
        read: gives bytes at an offset, fewer only at the end.
        size: of the image.
    """
    found = _Found(read=read)
    _read_table(found, Range(0, size), "", DEEPEST)
    for part in found.partitions:
        if part.clipped:
            found.problems.append(f"partition {part.name} reaches beyond the image: the image is cut off")
    return Layout(
        partitions=tuple(found.partitions), tables=tuple(sorted(found.tables)), problems=tuple(found.problems)
    )


def _read_table(found: _Found, area: Range, prefix: str, depth: int) -> bool:
    """Add what the table at the start of `area` lists; gives whether there is one."""
    entries = _sound_entries(found.read(area.offset, SECTOR), area)
    if not entries:
        return False
    if any(part.kind == PROTECTIVE for part in entries):
        entries = _read_gpt(found, area) or entries
    found.tables.append(Range(area.offset, SECTOR))
    for part in entries:
        logical = _logical(found, area, part) if part.kind in EXTENDED else []
        for entry in (*logical, *([] if logical or part.kind in EXTENDED else [part])):
            _add(found, entry, prefix, depth)
        if part.kind in EXTENDED:
            found.partitions.append(_named(part, prefix, container=True))
    return True


def _add(found: _Found, part: Partition, prefix: str, depth: int) -> None:
    inside = Range(part.offset, part.size)
    name = f"{prefix}{part.number}"
    nested = depth > 1 and part.size >= 2 * SECTOR and _read_table(found, inside, f"{name}.", depth - 1)
    found.partitions.append(_named(part, prefix, container=nested))


def _named(part: Partition, prefix: str, *, container: bool) -> Partition:
    name = f"{prefix}{part.number}"
    return Partition(**{**_fields(part), "name": name, "container": container})  # type: ignore[arg-type]


def _fields(part: Partition) -> dict[str, object]:
    return {key: getattr(part, key) for key in ("number", "kind", "offset", "size", "clipped")}


def _entries(sector: bytes) -> Iterator[tuple[int, int, int, int, int]]:
    """Number, flag, kind, first sector and sectors of the four entries."""
    for number in range(1, 5):
        yield number, *TABLE_ENTRY.unpack_from(sector, TABLE_AT + (number - 1) * TABLE_ENTRY.size)


def _has_mark(sector: bytes) -> bool:
    return len(sector) == SECTOR and sector[510:] == b"\x55\xaa"


def _sound_entries(sector: bytes, area: Range) -> list[Partition]:
    """Entries that lie in `area`: a boot sector ends with the same mark, but its code fails these bounds."""
    if not _has_mark(sector):
        return []
    return [
        _clipped(number, kind, Range(start * SECTOR, sectors * SECTOR), area)
        for number, flag, kind, start, sectors in _entries(sector)
        if flag in (0, 0x80) and kind and start and sectors and start * SECTOR < area.size
    ]


def _logical(found: _Found, area: Range, extended: Partition) -> list[Partition]:
    """The logical drives: each extended sector holds one drive and where the next such sector is."""
    drives: list[Partition] = []
    seen: set[int] = set()
    place = extended.offset
    while len(drives) < MOST_LOGICAL:
        sector = found.read(place, SECTOR)
        if place in seen or not _has_mark(sector):
            wrong = "run in a circle" if place in seen else "break off"
            found.problems.append(f"the logical drives of partition {extended.number} {wrong} at {place:#x}")
            return drives
        seen.add(place)
        found.tables.append(Range(place, SECTOR))
        (_, _, kind, start, sectors), (_, _, link, following, _), *_ = _entries(sector)
        if kind and start and sectors and place + start * SECTOR < area.end:
            at = Range(place + start * SECTOR - area.offset, sectors * SECTOR)
            drives.append(_clipped(FIRST_LOGICAL + len(drives), kind, at, area))
        if link not in EXTENDED or not following:
            return drives
        place = extended.offset + following * SECTOR
    found.problems.append(f"partition {extended.number} holds more than {MOST_LOGICAL} logical drives")
    return drives


def _read_gpt(found: _Found, area: Range) -> list[Partition]:
    """Entries of the primary GPT, else of its copy in the last sector; none where neither is sound."""
    last = area.size // SECTOR - 1
    for name, at in (("first", 1), ("last", last)):
        entries, parts = _gpt_at(found.read, area, at)
        if entries is not None:
            found.tables += parts
            if at == 1:
                found.tables += _gpt_at(found.read, area, last)[1]
            return entries
        found.problems.append(f"the {name} GUID partition table is missing or damaged")
    return []


def _gpt_at(read: Read, area: Range, at: int) -> tuple[list[Partition] | None, list[Range]]:
    sector = read(area.offset + at * SECTOR, SECTOR) if 0 < at * SECTOR < area.size else b""
    if len(sector) < SECTOR or sector[:8] != GPT_MAGIC:
        return None, []
    _, _, size, checksum, _, table_at, count, entry_size, table_checksum = GPT_HEAD.unpack_from(sector)
    if not 92 <= size <= SECTOR or count > GPT_MOST_ENTRIES or entry_size not in (128, 256, 512):
        return None, []
    if table_at * SECTOR >= area.size:
        return None, []
    place = Range(area.offset + table_at * SECTOR, count * entry_size)
    table = read(place.offset, place.size)
    header = sector[:16] + bytes(4) + sector[20:size]
    if (zlib.crc32(header), zlib.crc32(table)) != (checksum, table_checksum) or len(table) < place.size:
        return None, []
    return _gpt_entries(table, count, entry_size, area), [Range(area.offset + at * SECTOR, SECTOR), place]


def _gpt_entries(table: bytes, count: int, entry_size: int, area: Range) -> list[Partition]:
    places = (GPT_ENTRY.unpack_from(table, number * entry_size) for number in range(count))
    return [
        _clipped(number, PROTECTIVE, Range(first * SECTOR, (last - first + 1) * SECTOR), area)
        for number, (kind, _, first, last) in enumerate(places, 1)
        if any(kind) and 0 < first <= last and first * SECTOR < area.size
    ]


def _clipped(number: int, kind: int, place: Range, area: Range) -> Partition:
    """The entry at `place` of `area`, with its offset from the start of the image."""
    size = min(place.size, area.size - place.offset)
    clipped = place.end > area.size
    return Partition(number=number, kind=kind, offset=area.offset + place.offset, size=size, clipped=clipped)
