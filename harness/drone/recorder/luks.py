"""Writer of LUKS2 volumes, after the LUKS2 On-Disk Format Specification (Broz, version 1.1.3).

Two copies of a binary header, each followed by its JSON area; then the key slot area; then the encrypted payload.
"""

import base64
import hashlib
import json
import os
import secrets
import struct
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from harness.drone.recorder.ciphers import IV_UNIT, Ecb, EqualHalvesXts, SectorCipher, Xts
from harness.drone.recorder.config import VolumeCipher
from harness.drone.recorder.medium import BLOCK, MEBIBYTE, Region
from harness.errors import VehicleError

HEADER_SIZE = 16384
BINARY_SIZE = 4096
SLOT_OFFSET = 2 * HEADER_SIZE
PAYLOAD_OFFSET = MEBIBYTE
STRIPES = 4000
SLOT_KEY_SIZE = 64
CHECKSUM_AT = 0x1C0
BINARY = struct.Struct(">6sHQQ48s32s64s40s48sQ")
DIGEST_ITERATIONS = 1000


@dataclass(frozen=True, kw_only=True)
class VolumeSettings:
    """Cipher of the payload, how the passphrase is stretched (see ``RecorderConfig``), and what draws the key."""

    cipher: VolumeCipher
    weak_kdf: bool
    weak_slot: bool = False
    draw: Callable[[int], bytes] = secrets.token_bytes


def format_volume(region: Region, passphrase: str, settings: VolumeSettings) -> bytes:
    """Write a fresh LUKS2 header and key slot to `region`; gives the volume key. All secrets are really random."""
    key = new_volume_key(settings.cipher, settings.draw)
    kdfs = [_new_kdf(settings.weak_kdf), *([_new_kdf(True)] if settings.weak_slot else [])]
    region.write(0, _headers(_metadata(key, kdfs, settings.cipher)))
    for number, kdf in enumerate(kdfs):
        place, blocks = _slot_offset(key, number) // BLOCK, _area_size(key) // BLOCK
        region.write_later(place, blocks, partial(_slot_area, key, passphrase, kdf))
    return key


def _slot_area(key: bytes, passphrase: str, kdf: dict[str, Any]) -> bytes:
    slot, material = Xts(_stretch(passphrase, kdf)), af_split(key)
    starts = range(0, len(material), IV_UNIT)
    sectors = [slot.encrypt(start // IV_UNIT, material[start : start + IV_UNIT]) for start in starts]
    return b"".join(sectors).ljust(_area_size(key), b"\0")


def _slot_offset(key: bytes, number: int) -> int:
    return SLOT_OFFSET + number * _area_size(key)


def unlock(region: Region, passphrase: str) -> bytes:
    """The volume key of a volume that ``format_volume`` wrote.

    Raises:
        VehicleError: the passphrase is not the right one.
    """
    try:
        metadata = _read_metadata(region)
    except ValueError as error:
        raise VehicleError("the recorder finds no header of its volume") from error
    keyslot, digest = metadata["keyslots"]["0"], metadata["digests"]["0"]
    slot, length = Xts(_stretch(passphrase, keyslot["kdf"])), keyslot["key_size"] * STRIPES
    area = region.read(SLOT_OFFSET // BLOCK, -(-length // BLOCK))
    material = b"".join(slot.decrypt(at // IV_UNIT, area[at : at + IV_UNIT]) for at in range(0, length, IV_UNIT))
    key = _af_merge(material, keyslot["key_size"])
    if _key_digest(key, base64.b64decode(digest["salt"])) != base64.b64decode(digest["digest"]):
        raise VehicleError("the recorder refuses the credential: no key slot opens with it")
    return key


class CryptDevice:
    """The payload of a volume as a block device: encrypts on the way down, decrypts on the way up."""

    def __init__(self, payload: Region, cipher: SectorCipher) -> None:
        self._payload, self._cipher = payload, cipher

    @property
    def blocks(self) -> int:
        """How many blocks of 4096 bytes."""
        return self._payload.blocks

    def read(self, block: int, count: int = 1) -> bytes:
        """Plaintext of `count` blocks from number `block` on."""
        numbers = range(block, block + count)
        return b"".join(self._cipher.decrypt(n * BLOCK // IV_UNIT, self._payload.read(n)) for n in numbers)

    def write(self, block: int, data: bytes) -> None:
        """Encrypt `data` and put it at number `block`."""
        for start in range(0, len(data), BLOCK):
            at = block + start // BLOCK
            self._payload.write(at, self._cipher.encrypt(at * BLOCK // IV_UNIT, data[start : start + BLOCK]))


def open_device(region: Region, key: bytes, cipher: VolumeCipher) -> CryptDevice:
    """The payload of the volume in `region`, under its volume key."""
    ciphers: dict[VolumeCipher, type[Xts] | type[Ecb] | type[EqualHalvesXts]] = {
        "aes-xts-plain64": Xts,
        "aes-ecb": Ecb,
        "aes-xts equal halves": EqualHalvesXts,
    }
    return CryptDevice(region.part(PAYLOAD_OFFSET), ciphers[cipher](key))


def new_volume_key(cipher: VolumeCipher, draw: Callable[[int], bytes] = secrets.token_bytes) -> bytes:
    """A fresh key: 512 bits for XTS, 256 bits for ECB."""
    if cipher == "aes-ecb":
        return draw(32)
    if cipher == "aes-xts equal halves":
        return draw(32) * 2
    return draw(64)


def af_split(key: bytes) -> bytes:
    """Anti-forensic splitting (LUKS specification, AFsplit) with SHA-256: losing any stripe loses the key."""
    noise = os.urandom(len(key) * (STRIPES - 1))
    return noise + _xor(_fold(noise, len(key)), key)


def _af_merge(material: bytes, size: int) -> bytes:
    return _xor(_fold(material[:-size], size), material[-size:])


def _fold(stripes: bytes, size: int) -> bytes:
    folded = bytes(size)
    for start in range(0, len(stripes), size):
        folded = _diffuse(_xor(folded, stripes[start : start + size]))
    return folded


def _diffuse(block: bytes) -> bytes:
    parts = range(0, len(block), 32)
    return b"".join(hashlib.sha256(struct.pack(">I", at // 32) + block[at : at + 32]).digest() for at in parts)


def _xor(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left, "big") ^ int.from_bytes(right, "big")).to_bytes(len(left), "big")


def _new_kdf(weak: bool) -> dict[str, Any]:
    salt = base64.b64encode(secrets.token_bytes(32)).decode()
    if weak:
        return {"type": "pbkdf2", "hash": "sha256", "iterations": 1000, "salt": salt}
    # RFC 9106 section 4, second recommended option: 64 MiB, 3 passes, 4 lanes.
    return {"type": "argon2id", "time": 3, "memory": 65536, "cpus": 4, "salt": salt}


def _stretch(passphrase: str, kdf: dict[str, Any]) -> bytes:
    salt, secret = base64.b64decode(kdf["salt"]), passphrase.encode()
    if kdf["type"] == "pbkdf2":
        return hashlib.pbkdf2_hmac("sha256", secret, salt, kdf["iterations"], SLOT_KEY_SIZE)
    cost = {"iterations": kdf["time"], "lanes": kdf["cpus"], "memory_cost": kdf["memory"]}
    return Argon2id(salt=salt, length=SLOT_KEY_SIZE, **cost).derive(secret)


def _key_digest(key: bytes, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", key, salt, DIGEST_ITERATIONS)


def _area_size(key: bytes) -> int:
    return -(-len(key) * STRIPES // BLOCK) * BLOCK


def _metadata(key: bytes, kdfs: list[dict[str, Any]], cipher: VolumeCipher) -> dict[str, Any]:
    encryption = "aes-ecb" if cipher == "aes-ecb" else "aes-xts-plain64"
    return {
        "keyslots": {str(number): _keyslot(key, number, kdf) for number, kdf in enumerate(kdfs)},
        "tokens": {},
        "segments": {
            "0": {
                "type": "crypt",
                "offset": str(PAYLOAD_OFFSET),
                "size": "dynamic",
                "iv_tweak": "0",
                "encryption": encryption,
                "sector_size": BLOCK,
            }
        },
        "digests": {"0": _digest(key, len(kdfs))},
        "config": {
            "json_size": str(HEADER_SIZE - BINARY_SIZE),
            "keyslots_size": str(PAYLOAD_OFFSET - SLOT_OFFSET),
        },
    }


def _keyslot(key: bytes, number: int, kdf: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "luks2",
        "key_size": len(key),
        "af": {"type": "luks1", "stripes": STRIPES, "hash": "sha256"},
        "area": {
            "type": "raw",
            "offset": str(_slot_offset(key, number)),
            "size": str(_area_size(key)),
            "encryption": "aes-xts-plain64",
            "key_size": SLOT_KEY_SIZE,
        },
        "kdf": kdf,
    }


def _digest(key: bytes, slots: int) -> dict[str, Any]:
    salt = secrets.token_bytes(32)
    return {
        "type": "pbkdf2",
        "keyslots": [str(number) for number in range(slots)],
        "segments": ["0"],
        "hash": "sha256",
        "iterations": DIGEST_ITERATIONS,
        "salt": base64.b64encode(salt).decode(),
        "digest": base64.b64encode(_key_digest(key, salt)).decode(),
    }


def _headers(metadata: dict[str, Any]) -> bytes:
    text = json.dumps(metadata, separators=(",", ":")).encode()
    area, identity = text.ljust(HEADER_SIZE - BINARY_SIZE, b"\0"), str(uuid.uuid4()).encode()
    return _header(b"LUKS\xba\xbe", 0, identity, area) + _header(b"SKUL\xba\xbe", HEADER_SIZE, identity, area)


def _header(magic: bytes, offset: int, identity: bytes, area: bytes) -> bytes:
    salt = secrets.token_bytes(64)
    fields = BINARY.pack(magic, 2, HEADER_SIZE, 1, b"", b"sha256", salt, identity, b"", offset)
    binary = bytearray(fields.ljust(BINARY_SIZE, b"\0"))
    checksum = hashlib.sha256(bytes(binary) + area).digest()
    binary[CHECKSUM_AT : CHECKSUM_AT + len(checksum)] = checksum
    return bytes(binary) + area


def _read_metadata(region: Region) -> dict[str, Any]:
    area = region.read(BINARY_SIZE // BLOCK, (HEADER_SIZE - BINARY_SIZE) // BLOCK)
    metadata: dict[str, Any] = json.loads(area.rstrip(b"\0"))
    return metadata
