"""Reader of LUKS headers with hard bounds, after the LUKS2 On-Disk Format Specification (Broz, version 1.1.3).

LUKS1 (LUKS On-Disk Format Specification 1.2.3) is recognised and described, not opened.
"""

import base64
import binascii
import hashlib
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from harness.errors import MaterialError
from harness.storage.image import SECTOR, Image, Range
from harness.storage.patterns import find_all

PRIMARY, SECONDARY = b"LUKS\xba\xbe", b"SKUL\xba\xbe"
BINARY_SIZE, BINARY_USED = 4096, 512
HEADER_SIZES = tuple(0x4000 << shift for shift in range(9))
CHECKSUMS = {"sha1", "sha256", "sha512"}
HEAD = struct.Struct(">6sHQQ48s32s64s40s48sQ")
CHECKSUM = slice(0x1C0, 0x200)
LUKS1_HEAD = struct.Struct(">6sH32s32s32sII20s32sI40s")
LUKS1_SLOT = struct.Struct(">II32sII")
LUKS1_ACTIVE = 0x00AC71F3
# A header may ask for 8 MiB to be hashed: a medium full of false ones must not keep a judge busy.
MOST_TRIED = 64
MOST_OBJECTS = 32


@dataclass(frozen=True, kw_only=True)
class Kdf:
    """Key derivation of a key slot; `memory` in KiB, `time` the passes or iterations, `lanes` the parallelism."""

    type: str
    time: int
    memory: int
    lanes: int
    hash: str
    salt: str


@dataclass(frozen=True, kw_only=True)
class KeySlot:
    """One key slot: sizes in bytes, `offset` of its area from the start of the volume."""

    number: int
    type: str
    key_size: int
    cipher: str
    cipher_key_size: int
    offset: int
    size: int
    stripes: int
    af_hash: str
    kdf: Kdf


@dataclass(frozen=True, kw_only=True)
class Segment:
    """One data segment: offset and sizes in bytes; `size` None reaches to the end of the device."""

    number: int
    type: str
    cipher: str
    offset: int
    size: int | None
    sector_size: int
    iv_tweak: int


@dataclass(frozen=True, kw_only=True)
class Digest:
    """How the volume key of `keyslots` and `segments` is recognised; `salt` and `digest` base64."""

    type: str
    hash: str
    iterations: int
    salt: str
    digest: str
    keyslots: tuple[int, ...]
    segments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class LuksHeader:
    """What the header at `offset` of the image says.

    Attributes:
        version: 1 or 2.
        offset: of the volume, bytes from the start of the image.
        header_size: bytes of one header with its JSON area (LUKS1: of the header).
        metadata: the fields and JSON texts of all sound copies and no byte more; here repeated blocks and JSON are to
            be expected.
        problems: what is wrong without making it unreadable, such as a bad checksum of one copy.
    """

    version: int
    offset: int
    uuid: str
    header_size: int
    keyslots: tuple[KeySlot, ...]
    segments: tuple[Segment, ...]
    digests: tuple[Digest, ...]
    metadata: tuple[Range, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _Copy:
    """One of the two copies of a LUKS2 header: its place, its number of changes and its JSON text."""

    at: int
    changes: int
    text: bytes

    @property
    def metadata(self) -> tuple[Range, Range]:
        return Range(self.at, BINARY_USED), Range(self.at + BINARY_SIZE, len(self.text))


def find_volumes(image: Image) -> tuple[LuksHeader, ...]:
    """The LUKS volumes whose header can be read, at any sector of the image, among the first 64 beginnings."""
    return search_volumes(image)[0]


def search_volumes(image: Image) -> tuple[tuple[LuksHeader, ...], tuple[str, ...]]:
    """The LUKS volumes as ``find_volumes`` gives them, and what looks like one and cannot be judged."""
    headers: list[LuksHeader] = []
    unread: list[str] = []
    for at in islice(_at_sectors(image, PRIMARY), MOST_TRIED):
        try:
            headers.append(read_header(image, at))
        except MaterialError as error:
            unread.append(str(error))
    if next(islice(_at_sectors(image, PRIMARY), MOST_TRIED, None), None) is not None:
        unread.append(f"more than {MOST_TRIED} LUKS headers")
    known = {header.offset + header.header_size for header in headers}
    if not unread:
        alone = (at for at in _at_sectors(image, SECONDARY) if at not in known)
        unread += [f"LUKS header at offset {at:#x}: a secondary one without its primary" for at in islice(alone, 1)]
    return tuple(headers), tuple(unread)


def read_header(image: Image, offset: int) -> LuksHeader:
    """The header of the volume at `offset`.

    Raises:
        MaterialError: no LUKS header is there, or it breaks the bounds of the format.
    """
    head = image.data[offset : offset + HEAD.size]
    if offset < 0 or len(head) < HEAD.size or head[:6] != PRIMARY:
        raise MaterialError(f"no LUKS header at offset {offset:#x}: wanted {PRIMARY!r}, got {head[:6]!r}")
    version = int.from_bytes(head[6:8], "big")
    if version == 1:
        return _read_luks1(image.data, offset)
    if version == 2:
        return _read_luks2(image.data, offset)
    raise _bad(offset, f"unknown version {version}; 1 and 2 are known")


def _at_sectors(image: Image, magic: bytes) -> Iterator[int]:
    return (at for at in find_all(image.data, magic, (Range(0, image.size),)) if at % SECTOR == 0)


def _read_luks2(data: bytes, offset: int) -> LuksHeader:
    size = int.from_bytes(data[offset + 8 : offset + 16], "big")
    if size not in HEADER_SIZES or offset + 2 * size > len(data):
        raise _bad(offset, f"header of {size} bytes; the format allows {HEADER_SIZES[0]} to {HEADER_SIZES[-1]}")
    copies, problems = _read_copies(data, offset, size)
    if not copies:
        raise _bad(offset, "; ".join(problems))
    # as cryptsetup does: the copy that was changed last, the primary one where both are as young
    use = max(copies, key=lambda copy: copy.changes)
    metadata = _parse_json(use.text, offset)
    return LuksHeader(
        version=2,
        offset=offset,
        uuid=_c_text(data[use.at + 0xA8 : use.at + 0xD0]),
        header_size=size,
        keyslots=tuple(_keyslot(number, slot) for number, slot in _objects(metadata, "keyslots")),
        segments=tuple(_segment(number, segment) for number, segment in _objects(metadata, "segments")),
        digests=tuple(_digest(digest) for _, digest in _objects(metadata, "digests")),
        metadata=tuple(part for copy in copies for part in copy.metadata),
        problems=tuple(problems),
    )


def _read_copies(data: bytes, offset: int, size: int) -> tuple[list[_Copy], list[str]]:
    """The sound copies, and what is wrong with either or between them."""
    copies: list[_Copy] = []
    problems: list[str] = []
    for name, magic, at in (("primary", PRIMARY, offset), ("secondary", SECONDARY, offset + size)):
        header = data[at : at + size]
        if header[:6] != magic:
            problems.append(f"{name} header is missing")
        elif not _checksum_holds(header):
            problems.append(f"{name} header has a wrong checksum")
        else:
            text = header[BINARY_SIZE:].split(b"\0", 1)[0]
            copies.append(_Copy(at=at, changes=int.from_bytes(header[16:24], "big"), text=text))
            if header[BINARY_USED:BINARY_SIZE].strip(b"\0") or header[BINARY_SIZE + len(text) :].strip(b"\0"):
                problems.append(f"{name} header holds bytes where the format wants zeros")
    if len({copy.text for copy in copies}) == 2:
        problems.append("the two copies of the header say different things")
    return copies, problems


def _checksum_holds(header: bytes) -> bool:
    algorithm = _c_text(header[0x48:0x68])
    if algorithm not in CHECKSUMS:
        return False
    binary = bytearray(header)
    stored = bytes(binary[CHECKSUM])
    binary[CHECKSUM] = bytes(64)
    computed = hashlib.new(algorithm, binary).digest()
    return stored[: len(computed)] == computed


def _parse_json(text: bytes, offset: int) -> dict[str, Any]:
    try:
        metadata = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _bad(offset, f"the JSON area cannot be read: {type(error).__name__}") from error
    if not isinstance(metadata, dict):
        raise _bad(offset, "the JSON area holds no object")
    return metadata


def _objects(metadata: dict[str, Any], key: str) -> list[tuple[int, dict[str, Any]]]:
    table = _table(metadata, key)
    if len(table) > MOST_OBJECTS:
        raise MaterialError(f"LUKS2 {key}: {len(table)} entries; at most {MOST_OBJECTS} are allowed")
    return [(_number({"number": name}, "number", 0, 1000), _table(table, name)) for name in sorted(table)]


def _keyslot(number: int, slot: dict[str, Any]) -> KeySlot:
    area, splitter = _table(slot, "area"), _table(slot, "af")
    return KeySlot(
        number=number,
        type=_text(slot, "type"),
        key_size=_number(slot, "key_size", 1, 512),
        cipher=_text(area, "encryption"),
        cipher_key_size=_number(area, "key_size", 1, 512),
        offset=_number(area, "offset", 0, 1 << 40),
        size=_number(area, "size", 0, 1 << 30),
        stripes=_number(splitter, "stripes", 1, 8192),
        af_hash=_text(splitter, "hash"),
        kdf=_kdf(_table(slot, "kdf")),
    )


def _kdf(kdf: dict[str, Any]) -> Kdf:
    kind, salt = _text(kdf, "type"), _base64(kdf, "salt")
    if kind == "pbkdf2":
        iterations = _number(kdf, "iterations", 1, 1 << 32)
        return Kdf(type=kind, time=iterations, memory=0, lanes=1, hash=_text(kdf, "hash"), salt=salt)
    time, memory = _number(kdf, "time", 1, 1 << 32), _number(kdf, "memory", 1, 1 << 32)
    return Kdf(type=kind, time=time, memory=memory, lanes=_number(kdf, "cpus", 1, 1 << 24), hash="", salt=salt)


def _segment(number: int, segment: dict[str, Any]) -> Segment:
    kind = _text(segment, "type")
    crypt = kind == "crypt"
    return Segment(
        number=number,
        type=kind,
        cipher=_text(segment, "encryption") if crypt else "none",
        offset=_number(segment, "offset", 0, 1 << 62),
        size=None if segment.get("size") == "dynamic" else _number(segment, "size", 1, 1 << 62),
        sector_size=_number(segment, "sector_size", 512, 1 << 30) if crypt else 512,
        iv_tweak=_number(segment, "iv_tweak", 0, 1 << 63) if crypt else 0,
    )


def _digest(digest: dict[str, Any]) -> Digest:
    return Digest(
        type=_text(digest, "type"),
        hash=_text(digest, "hash"),
        iterations=_number(digest, "iterations", 1, 1 << 32),
        salt=_base64(digest, "salt"),
        digest=_base64(digest, "digest"),
        keyslots=_numbers(digest, "keyslots"),
        segments=_numbers(digest, "segments"),
    )


def _table(parent: dict[str, Any], key: str) -> dict[str, Any]:
    value = parent.get(key)
    if not isinstance(value, dict):
        raise MaterialError(f"LUKS2 metadata: {key[:40]}: wanted an object, got {type(value).__name__}")
    return value


def _text(parent: dict[str, Any], key: str) -> str:
    value = parent.get(key)
    if not isinstance(value, str) or len(value) > 200:
        raise MaterialError(f"LUKS2 metadata: {key}: wanted a text of at most 200 characters")
    return value


def _base64(parent: dict[str, Any], key: str) -> str:
    text = _text(parent, key)
    try:
        base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise MaterialError(f"LUKS2 metadata: {key}: not base64") from error
    return text


def _number(parent: dict[str, Any], key: str, low: int, high: int) -> int:
    value = parent.get(key)
    if isinstance(value, str) and len(value) <= 20 and value.isascii() and value.isdigit():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise MaterialError(f"LUKS2 metadata: {key}: wanted a whole number from {low} to {high}")
    return value


def _numbers(parent: dict[str, Any], key: str) -> tuple[int, ...]:
    values = parent.get(key)
    if not isinstance(values, list) or len(values) > MOST_OBJECTS:
        raise MaterialError(f"LUKS2 metadata: {key}: wanted a list of at most {MOST_OBJECTS} numbers")
    return tuple(_number({key: value}, key, 0, 1000) for value in values)


def _read_luks1(data: bytes, offset: int) -> LuksHeader:
    size = LUKS1_HEAD.size + 8 * LUKS1_SLOT.size
    if offset + size > len(data):
        raise _bad(offset, "truncated LUKS1 header")
    fields = LUKS1_HEAD.unpack_from(data, offset)
    cipher, hash_name = f"{_c_text(fields[2])}-{_c_text(fields[3])}", _c_text(fields[4])
    slots = [LUKS1_SLOT.unpack_from(data, offset + LUKS1_HEAD.size + n * LUKS1_SLOT.size) for n in range(8)]
    keyslots = [
        KeySlot(
            number=number,
            type="luks1",
            key_size=fields[6],
            cipher=cipher,
            cipher_key_size=fields[6],
            offset=slot[3] * 512,
            size=fields[6] * slot[4],
            stripes=slot[4],
            af_hash=hash_name,
            kdf=Kdf(type="pbkdf2", time=slot[1], memory=0, lanes=1, hash=hash_name, salt=_encoded(slot[2])),
        )
        for number, slot in enumerate(slots)
        if slot[0] == LUKS1_ACTIVE
    ]
    segment = Segment(
        number=0, type="crypt", cipher=cipher, offset=fields[5] * 512, size=None, sector_size=512, iv_tweak=0
    )
    return LuksHeader(
        version=1,
        offset=offset,
        uuid=_c_text(fields[10]),
        header_size=size,
        keyslots=tuple(keyslots),
        segments=(segment,),
        digests=(),
        metadata=(Range(offset, size),),
        problems=(),
    )


def _encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _c_text(field: bytes) -> str:
    return field.split(b"\0", 1)[0].decode("ascii", "replace")


def _bad(offset: int, problem: str) -> MaterialError:
    return MaterialError(f"LUKS header at offset {offset:#x}: {problem}")
