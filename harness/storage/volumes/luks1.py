"""Reader of LUKS1 headers with hard bounds, after the LUKS On-Disk Format Specification 1.2.3."""

import base64
import struct
from collections.abc import Iterator
from typing import NamedTuple

from harness.storage.image.found import Readable
from harness.storage.image.image import SECTOR, Range
from harness.storage.volumes.luks_model import Digest, Kdf, KeySlot, LuksHeader, Segment, bad_header, c_text

# magic, version, cipher, mode, hash, payload sector, key bytes, digest, its salt and iterations, UUID
HEAD = struct.Struct(">6sH32s32s32sII20s32sI40s")
# state, iterations, salt, first sector of the area, stripes
SLOT = struct.Struct(">II32sII")
SLOTS = 8
SIZE = HEAD.size + SLOTS * SLOT.size
ACTIVE, DISABLED = 0x00AC71F3, 0x0000DEAD
MOST_KEY, MOST_STRIPES = 512, 8192


class _Head(NamedTuple):
    magic: bytes
    version: int
    cipher: bytes
    mode: bytes
    hash: bytes
    payload: int
    key_size: int
    digest: bytes
    salt: bytes
    iterations: int
    uuid: bytes

    @property
    def cipher_name(self) -> str:
        return f"{c_text(self.cipher)}-{c_text(self.mode)}"


class _Slot(NamedTuple):
    state: int
    iterations: int
    salt: bytes
    sector: int
    stripes: int


def read_luks1(image: Readable, offset: int) -> LuksHeader:
    """The LUKS1 header at `offset`.

    Raises:
        MaterialError: it is truncated, or a number in it breaks the bounds of the format.
    """
    data = image.read(offset, SIZE)
    if len(data) < SIZE:
        raise bad_header(offset, "truncated LUKS1 header")
    head = _Head(*HEAD.unpack_from(data))
    slots = [_Slot(*SLOT.unpack_from(data, HEAD.size + number * SLOT.size)) for number in range(SLOTS)]
    _check(offset, head, slots)
    keyslots = tuple(_keyslot(number, slot, head) for number, slot in enumerate(slots) if slot.state == ACTIVE)
    return LuksHeader(
        version=1,
        offset=offset,
        uuid=c_text(head.uuid),
        header_size=SIZE,
        keyslots=keyslots,
        segments=(_segment(head),),
        digests=(_digest(head, keyslots),),
        metadata=(Range(offset, SIZE),),
        problems=tuple(_problems(head, slots, keyslots)),
        reserved=max([SIZE, *(slot.offset + slot.size for slot in keyslots), _areas_end(head, slots)]),
    )


def _areas_end(head: _Head, slots: list[_Slot]) -> int:
    """Where the last area of a key slot ends, in use or not; one that lies behind the data is no area."""
    ends = (slot.sector * SECTOR + -(-head.key_size * slot.stripes // SECTOR) * SECTOR for slot in slots)
    return max((end for end in ends if end <= head.payload * SECTOR), default=0)


def _check(offset: int, head: _Head, slots: list[_Slot]) -> None:
    if not 1 <= head.key_size <= MOST_KEY or not head.iterations:
        raise bad_header(offset, f"LUKS1 key of {head.key_size} bytes, digest of {head.iterations} iterations")
    for slot in slots:
        if slot.state == ACTIVE and (not slot.iterations or not 1 <= slot.stripes <= MOST_STRIPES):
            raise bad_header(offset, f"LUKS1 key slot of {slot.iterations} iterations and {slot.stripes} stripes")


def _keyslot(number: int, slot: _Slot, head: _Head) -> KeySlot:
    hash_name, salt = c_text(head.hash), _encoded(slot.salt)
    return KeySlot(
        number=number,
        type="luks1",
        key_size=head.key_size,
        cipher=head.cipher_name,
        cipher_key_size=head.key_size,
        offset=slot.sector * SECTOR,
        size=-(-head.key_size * slot.stripes // SECTOR) * SECTOR,
        stripes=slot.stripes,
        af_hash=hash_name,
        kdf=Kdf(type="pbkdf2", time=slot.iterations, memory=0, lanes=1, hash=hash_name, salt=salt),
    )


def _segment(head: _Head) -> Segment:
    start = head.payload * SECTOR
    return Segment(
        number=0, type="crypt", cipher=head.cipher_name, offset=start, size=None, sector_size=SECTOR, iv_tweak=0
    )


def _digest(head: _Head, keyslots: tuple[KeySlot, ...]) -> Digest:
    return Digest(
        type="pbkdf2",
        hash=c_text(head.hash),
        iterations=head.iterations,
        salt=_encoded(head.salt),
        digest=_encoded(head.digest),
        keyslots=tuple(slot.number for slot in keyslots),
        segments=(0,),
    )


def _problems(head: _Head, slots: list[_Slot], keyslots: tuple[KeySlot, ...]) -> Iterator[str]:
    for number, slot in enumerate(slots):
        if slot.state not in (ACTIVE, DISABLED):
            yield f"key slot {number} is neither active nor disabled: state {slot.state:#x}"
    payload = head.payload * SECTOR
    for keyslot in keyslots:
        # a payload at 0 means that the header is detached: key slots and data lie on two media
        if keyslot.offset < SIZE or (payload and keyslot.offset + keyslot.size > payload):
            yield f"the area of key slot {keyslot.number} leaves its place between header and data"


def _encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()
