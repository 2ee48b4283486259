"""From a passphrase to the volume key: key derivation, key slot, anti-forensic merge, digest."""

import base64
import hashlib
import hmac
import struct
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.kdf.argon2 import Argon2i, Argon2id

from harness.errors import MaterialError
from harness.storage.image.found import Readable
from harness.storage.volumes.luks_model import Digest, Kdf, KeySlot, LuksHeader
from harness.storage.volumes.sectors import check_cipher, check_key, decrypt_sectors

SLOT_SECTOR = 512
HASHES = {"sha1", "sha224", "sha256", "sha384", "sha512", "ripemd160"}
ARGON2: dict[str, type[Argon2i] | type[Argon2id]] = {"argon2i": Argon2i, "argon2id": Argon2id}
# What the slots of a header may cost this judge: of one the memory, of all together the work (KiB x passes, rounds).
MOST_MEMORY_KIB, MOST_LANES = 2 << 20, 64
MOST_ARGON2_WORK, MOST_PBKDF2_WORK = 16 << 20, 40_000_000
MOST_MATERIAL = 4 << 20


class PassphraseRefused(MaterialError):
    """No key slot of the volume opens with this passphrase."""


@dataclass(frozen=True, kw_only=True)
class Unlocked:
    """A volume key, the slot that gave it, and the segments that it opens."""

    keyslot: int
    master_key: bytes
    segments: tuple[int, ...]


def unlock(image: Readable, header: LuksHeader, passphrase: str | bytes) -> tuple[Unlocked, ...]:
    """Every volume key that the passphrase gives: one, but for a volume that is being re-encrypted.

    Raises:
        PassphraseRefused: no key slot opens with the passphrase.
        MaterialError: a cost is absurd, or what a slot asks for is not known here.
    """
    _check_cost(header)
    secret = passphrase.encode() if isinstance(passphrase, str) else passphrase
    opened: list[Unlocked] = []
    wanted = {segment.number for segment in header.segments if segment.type == "crypt" and segment.holds_data}
    for slot in header.keyslots:
        digest = next((digest for digest in header.digests if slot.number in digest.keyslots), None)
        if digest is None or wanted.isdisjoint(digest.segments):
            continue
        key = _slot_key(image, header, slot, secret)
        if _key_matches(key, digest):
            opened.append(Unlocked(keyslot=slot.number, master_key=key, segments=digest.segments))
            wanted -= set(digest.segments)
    if not opened:
        raise PassphraseRefused(f"volume at {header.offset:#x}: none of {len(header.keyslots)} key slots opens")
    return tuple(opened)


def _check_cost(header: LuksHeader) -> None:
    kdfs = [slot.kdf for slot in header.keyslots]
    argon2 = sum(kdf.memory * kdf.time for kdf in kdfs)
    pbkdf2 = sum(kdf.time for kdf in kdfs if not kdf.memory) + sum(digest.iterations for digest in header.digests)
    if argon2 > MOST_ARGON2_WORK or pbkdf2 > MOST_PBKDF2_WORK:
        raise MaterialError(
            f"volume at {header.offset:#x}: its {len(kdfs)} key slots cost {argon2} KiB x passes and {pbkdf2} "
            "iterations together: not run here"
        )


def _slot_key(image: Readable, header: LuksHeader, slot: KeySlot, secret: bytes) -> bytes:
    length = slot.key_size * slot.stripes
    start = header.offset + slot.offset
    padded = -(-length // SLOT_SECTOR) * SLOT_SECTOR
    if padded > MOST_MATERIAL or padded > slot.size or start + padded > image.size:
        raise MaterialError(f"key slot {slot.number}: {length} bytes at {start:#x} leave their area or the image")
    check_cipher(slot.cipher, SLOT_SECTOR)
    check_key(slot.cipher, slot.cipher_key_size)
    if slot.af_hash not in HASHES:
        raise MaterialError(f"key slot {slot.number}: anti-forensic hash {slot.af_hash} cannot be read here")
    key = _stretch(secret, slot.kdf, slot.cipher_key_size)
    material = decrypt_sectors(slot.cipher, key, image.read(start, padded), 0)
    return merge(material[:length], slot.key_size, slot.af_hash)


def _stretch(secret: bytes, kdf: Kdf, length: int) -> bytes:
    salt = base64.b64decode(kdf.salt)
    if kdf.type == "pbkdf2" and kdf.hash in HASHES:
        return hashlib.pbkdf2_hmac(kdf.hash, secret, salt, kdf.time, length)
    affordable = kdf.memory <= MOST_MEMORY_KIB and kdf.lanes <= MOST_LANES
    if kdf.type not in ARGON2 or not affordable:
        raise MaterialError(f"key derivation {kdf.type} with cost {kdf.time} x {kdf.memory} KiB is not run here")
    try:
        function = ARGON2[kdf.type](
            salt=salt, length=length, iterations=kdf.time, lanes=kdf.lanes, memory_cost=kdf.memory
        )
        return function.derive(secret)
    except (ValueError, UnsupportedAlgorithm, MemoryError) as error:
        raise MaterialError(f"key derivation {kdf.type} cannot be run: {error}") from error


def merge(material: bytes, size: int, hash_name: str) -> bytes:
    """Undo the anti-forensic splitting (LUKS specification, AFmerge): `size` bytes from all stripes."""
    folded = bytes(size)
    for start in range(0, len(material) - size, size):
        mixed = _mix(folded, material[start : start + size])
        folded = _spread(mixed, hash_name)
    return _mix(folded, material[-size:])


def _spread(block: bytes, hash_name: str) -> bytes:
    width = hashlib.new(hash_name).digest_size
    spread = b""
    for index, start in enumerate(range(0, len(block), width)):
        part = block[start : start + width]
        spread += hashlib.new(hash_name, struct.pack(">I", index) + part).digest()[: len(part)]
    return spread


def _mix(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _key_matches(key: bytes, digest: Digest) -> bool:
    if digest.type != "pbkdf2" or digest.hash not in HASHES:
        raise MaterialError(f"digest {digest.type} with {digest.hash} cannot be checked here")
    wanted = base64.b64decode(digest.digest)
    salt = base64.b64decode(digest.salt)
    computed = hashlib.pbkdf2_hmac(digest.hash, key, salt, digest.iterations, max(len(wanted), 1))
    return hmac.compare_digest(computed, wanted)
