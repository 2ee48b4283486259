"""Reader of LUKS2 headers with hard bounds, after the LUKS2 On-Disk Format Specification (Broz, version 1.1.3)."""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from harness.errors import MaterialError
from harness.storage.image.found import Readable
from harness.storage.image.image import Range
from harness.storage.volumes.luks_fields import strangers_in
from harness.storage.volumes.luks_model import Digest, Kdf, KeySlot, LuksHeader, Segment, bad_header, c_text

PRIMARY, SECONDARY = b"LUKS\xba\xbe", b"SKUL\xba\xbe"
BINARY_SIZE, BINARY_USED = 4096, 512
HEADER_SIZES = tuple(0x4000 << shift for shift in range(9))
CHECKSUMS = {"sha1", "sha256", "sha512"}
CHECKSUM = slice(0x1C0, 0x200)
MOST_OBJECTS = 32
# cryptsetup allows no more for the areas of key slots
MOST_AREAS = 128 << 20
# a slot of this type keeps the state of a re-encryption and no key
REENCRYPT = "reencrypt"


@dataclass(frozen=True, kw_only=True)
class _Copy:
    """One of the two copies of a LUKS2 header: its place, its number of changes, its volume and its JSON text."""

    at: int
    changes: int
    uuid: str
    text: bytes

    @property
    def metadata(self) -> tuple[Range, Range]:
        return Range(self.at, BINARY_USED), Range(self.at + BINARY_SIZE, len(self.text))


def read_luks2(image: Readable, offset: int) -> LuksHeader:
    """The LUKS2 header of the volume at `offset`, from whichever copies are sound.

    Raises:
        MaterialError: no copy is sound, or its metadata break the bounds of the format.
    """
    size = int.from_bytes(image.read(offset + 8, 8), "big")
    if size not in HEADER_SIZES or offset + 2 * size > image.size:
        raise bad_header(offset, f"header of {size} bytes; the format allows {HEADER_SIZES[0]} to {HEADER_SIZES[-1]}")
    return _read(image, offset, size)


def read_luks2_secondary(image: Readable, at: int) -> LuksHeader:
    """The header of the volume whose secondary copy lies at `at`, its primary one being lost.

    Raises:
        MaterialError: as ``read_luks2``, or the copy says of itself that it lies elsewhere.
    """
    size, place = int.from_bytes(image.read(at + 8, 8), "big"), int.from_bytes(image.read(at + 0x100, 8), "big")
    if size not in HEADER_SIZES or place != size or at < size or at + size > image.size:
        raise bad_header(at, f"a secondary one without its primary, of {size} bytes for offset {place:#x}")
    return _read(image, at - size, size)


def _read(image: Readable, offset: int, size: int) -> LuksHeader:
    copies, problems = _read_copies(image, offset, size)
    if not copies:
        raise bad_header(offset, "; ".join(problems))
    # as cryptsetup does: the copy that was changed last, the primary one where both are as young
    use = max(copies, key=lambda copy: copy.changes)
    metadata = _parse_json(use.text, offset)
    slots = _objects(metadata, "keyslots")
    return LuksHeader(
        version=2,
        offset=offset,
        uuid=use.uuid,
        header_size=size,
        keyslots=tuple(_keyslot(number, slot) for number, slot in slots if slot.get("type") != REENCRYPT),
        segments=tuple(_segment(number, segment) for number, segment in _objects(metadata, "segments")),
        digests=tuple(_digest(digest) for _, digest in _objects(metadata, "digests")),
        metadata=tuple(part for copy in copies for part in copy.metadata),
        problems=(*problems, *_requirements(metadata)),
        tokens=tuple(_text(token, "type") for _, token in _objects(metadata, "tokens")),
        reserved=2 * size + _areas_size(metadata),
        strangers=tuple(strangers_in(metadata)),
    )


def _areas_size(metadata: dict[str, Any]) -> int:
    config = metadata.get("config")
    return _number(config, "keyslots_size", 0, MOST_AREAS) if isinstance(config, dict) else 0


def _requirements(metadata: dict[str, Any]) -> tuple[str, ...]:
    """What the header asks of every reader, such as a re-encryption that is under way."""
    config = metadata.get("config")
    asked = config.get("requirements") if isinstance(config, dict) else None
    names = asked.get("mandatory") if isinstance(asked, dict) else None
    if not isinstance(names, list):
        return ()
    return tuple(f"requirement: {str(name)[:40]}" for name in names[:MOST_OBJECTS])


def _read_copies(image: Readable, offset: int, size: int) -> tuple[list[_Copy], list[str]]:
    """The sound copies, and what is wrong with either or between them."""
    copies: list[_Copy] = []
    problems: list[str] = []
    for name, magic, at in (("primary", PRIMARY, offset), ("secondary", SECONDARY, offset + size)):
        header = image.read(at, size)
        if header[:6] != magic:
            problems.append(f"{name} header is missing")
        elif not _checksum_holds(header):
            problems.append(f"{name} header has a wrong checksum")
        else:
            text = header[BINARY_SIZE:].split(b"\0", 1)[0]
            changes, uuid = int.from_bytes(header[16:24], "big"), c_text(header[0xA8:0xD0])
            copies.append(_Copy(at=at, changes=changes, uuid=uuid, text=text))
            if header[BINARY_USED:BINARY_SIZE].strip(b"\0") or header[BINARY_SIZE + len(text) :].strip(b"\0"):
                problems.append(f"{name} header holds bytes where the format wants zeros")
    if len({copy.text for copy in copies}) == 2:
        problems.append("the two copies of the header say different things")
    return copies, problems


def _checksum_holds(header: bytes) -> bool:
    algorithm = c_text(header[0x48:0x68])
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
        raise bad_header(offset, f"the JSON area cannot be read: {type(error).__name__}") from error
    if not isinstance(metadata, dict):
        raise bad_header(offset, "the JSON area holds no object")
    return metadata


def _objects(metadata: dict[str, Any], key: str) -> list[tuple[int, dict[str, Any]]]:
    table = _table(metadata, key)
    if len(table) > MOST_OBJECTS:
        raise MaterialError(f"LUKS2 {key}: {len(table)} entries; at most {MOST_OBJECTS} are allowed")
    return sorted(
        ((_number({"number": name}, "number", 0, 1000), _table(table, name)) for name in table),
        key=lambda entry: entry[0],
    )


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
        integrity=_text(_table(segment, "integrity"), "type") if "integrity" in segment else "",
        flags=_texts(segment, "flags") if "flags" in segment else (),
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


def _texts(parent: dict[str, Any], key: str) -> tuple[str, ...]:
    values = parent.get(key)
    if not isinstance(values, list) or len(values) > MOST_OBJECTS:
        raise MaterialError(f"LUKS2 metadata: {key}: wanted a list of at most {MOST_OBJECTS} texts")
    return tuple(_text({key: value}, key) for value in values)


def _numbers(parent: dict[str, Any], key: str) -> tuple[int, ...]:
    values = parent.get(key)
    if not isinstance(values, list) or len(values) > MOST_OBJECTS:
        raise MaterialError(f"LUKS2 metadata: {key}: wanted a list of at most {MOST_OBJECTS} numbers")
    return tuple(_number({key: value}, key, 0, 1000) for value in values)
