"""Opening a LUKS2 volume by the authorised route: passphrase, key slot, volume key, plaintext."""

import base64
import hashlib
import hmac
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from harness.errors import MaterialError
from harness.storage.blocks import written_ranges
from harness.storage.image import Image, Range
from harness.storage.luks import Digest, Kdf, KeySlot, LuksHeader, Segment, read_header
from harness.storage.xts import decrypt_ecb, decrypt_xts

PIECE = 4 << 20
SLOT_SECTOR = 512
HASHES = {"sha1", "sha256", "sha384", "sha512"}
# What the slots of a header may cost this judge: of one the memory, of all together the work (KiB x passes, rounds).
MOST_MEMORY_KIB, MOST_LANES = 2 << 20, 64
MOST_ARGON2_WORK, MOST_PBKDF2_WORK = 16 << 20, 40_000_000
MOST_MATERIAL = 4 << 20


class PassphraseRefused(MaterialError):
    """No key slot of the volume opens with this passphrase."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Volume:
    """An opened volume; `payload` is where its ciphertext lies in the image."""

    image: Image
    header: LuksHeader
    segment: Segment
    payload: Range
    keyslot: int
    master_key: bytes

    def pieces(self) -> Iterator[bytes]:
        """The plaintext in order, at most 4 MiB at a time."""
        step = max(PIECE - PIECE % self.segment.sector_size, self.segment.sector_size)
        for start in range(0, self.payload.size, step):
            length = min(step, self.payload.size - start)
            at = self.payload.offset + start
            yield self._decrypt(self.image.data[at : at + length], start // 512 + self.segment.iv_tweak)

    def read_all(self) -> bytes:
        """The whole plaintext."""
        return b"".join(self.pieces())

    def read_written(self) -> bytes:
        """The plaintext with zeros where the medium was never written.

        No cipher turns a page into nothing but 00 or FF, so such pages hold no data; their decryption is only noise.
        """
        sealed = self.image.data[self.payload.offset : self.payload.end]
        plaintext = bytearray(len(sealed))
        for part in written_ranges(sealed):
            first = part.offset // 512 + self.segment.iv_tweak
            plaintext[part.offset : part.end] = self._decrypt(sealed[part.offset : part.end], first)
        return bytes(plaintext)

    def _decrypt(self, data: bytes, first: int) -> bytes:
        if self.segment.cipher == "aes-ecb":
            return decrypt_ecb(self.master_key, data)
        return decrypt_xts(self.master_key, data, first, self.segment.sector_size)


def open_volume(image: Image, offset: int, passphrase: str | bytes) -> Volume:
    """Open the LUKS2 volume at `offset` of the image.

    Raises:
        PassphraseRefused: no key slot opens with the passphrase.
        MaterialError: the header is damaged, a cost is absurd, or the cipher is not one that can be read here.
    """
    header = read_header(image, offset)
    if header.version != 2:
        raise MaterialError(f"volume at {offset:#x} is LUKS{header.version}: only LUKS2 can be opened here")
    segment = _readable_segment(header)
    _check_cost(header)
    secret = passphrase.encode() if isinstance(passphrase, str) else passphrase
    for slot in header.keyslots:
        digest = next((digest for digest in header.digests if slot.number in digest.keyslots), None)
        if digest is None or segment.number not in digest.segments:
            continue
        key = _slot_key(image, header, slot, secret)
        if _key_matches(key, digest):
            _check_key_size(segment, key)
            payload = _payload(image, header, segment)
            return Volume(
                image=image, header=header, segment=segment, payload=payload, keyslot=slot.number, master_key=key
            )
    raise PassphraseRefused(f"volume at {offset:#x}: none of {len(header.keyslots)} key slots opens")


def _readable_segment(header: LuksHeader) -> Segment:
    crypt = [segment for segment in header.segments if segment.type == "crypt"]
    if len(crypt) != 1:
        raise MaterialError(f"volume at {header.offset:#x}: wanted one encrypted segment, got {len(crypt)}")
    segment = crypt[0]
    if segment.cipher not in ("aes-xts-plain64", "aes-ecb"):
        raise MaterialError(f"volume at {header.offset:#x}: cipher {segment.cipher} cannot be decrypted here")
    if segment.sector_size not in (512, 1024, 2048, 4096):
        raise MaterialError(f"volume at {header.offset:#x}: sectors of {segment.sector_size} bytes are not allowed")
    return segment


def _check_cost(header: LuksHeader) -> None:
    kdfs = [slot.kdf for slot in header.keyslots]
    argon2 = sum(kdf.memory * kdf.time for kdf in kdfs)
    pbkdf2 = sum(kdf.time for kdf in kdfs if not kdf.memory) + sum(digest.iterations for digest in header.digests)
    if argon2 > MOST_ARGON2_WORK or pbkdf2 > MOST_PBKDF2_WORK:
        raise MaterialError(
            f"volume at {header.offset:#x}: its {len(kdfs)} key slots cost {argon2} KiB x passes and {pbkdf2} "
            "iterations together: not run here"
        )


def _check_key_size(segment: Segment, key: bytes) -> None:
    allowed = (16, 24, 32) if segment.cipher == "aes-ecb" else (32, 64)
    if len(key) not in allowed:
        raise MaterialError(f"volume key of {len(key)} bytes does not fit {segment.cipher}: wanted one of {allowed}")


def _payload(image: Image, header: LuksHeader, segment: Segment) -> Range:
    start, end = header.offset + segment.offset, image.end_of_area(header.offset)
    if segment.size is not None:
        end = min(end, start + segment.size)
    size = (end - start) // segment.sector_size * segment.sector_size
    if size <= 0:
        raise MaterialError(f"volume at {header.offset:#x}: its data would start at {start:#x}, behind its end")
    return Range(start, size)


def _slot_key(image: Image, header: LuksHeader, slot: KeySlot, secret: bytes) -> bytes:
    length = slot.key_size * slot.stripes
    start = header.offset + slot.offset
    padded = -(-length // SLOT_SECTOR) * SLOT_SECTOR
    if padded > MOST_MATERIAL or padded > slot.size or start + padded > image.size:
        raise MaterialError(f"key slot {slot.number}: {length} bytes at {start:#x} leave their area or the image")
    if slot.cipher != "aes-xts-plain64" or slot.cipher_key_size not in (32, 64) or slot.af_hash not in HASHES:
        raise MaterialError(f"key slot {slot.number}: {slot.cipher} with {slot.af_hash} cannot be read here")
    key = _stretch(secret, slot.kdf, slot.cipher_key_size)
    material = decrypt_xts(key, image.data[start : start + padded], 0, SLOT_SECTOR)
    return merge(material[:length], slot.key_size, slot.af_hash)


def _stretch(secret: bytes, kdf: Kdf, length: int) -> bytes:
    salt = base64.b64decode(kdf.salt)
    if kdf.type == "pbkdf2" and kdf.hash in HASHES:
        return hashlib.pbkdf2_hmac(kdf.hash, secret, salt, kdf.time, length)
    affordable = kdf.memory <= MOST_MEMORY_KIB and kdf.lanes <= MOST_LANES
    if kdf.type != "argon2id" or not affordable:
        raise MaterialError(f"key derivation {kdf.type} with cost {kdf.time} x {kdf.memory} KiB is not run here")
    try:
        return Argon2id(salt=salt, length=length, iterations=kdf.time, lanes=kdf.lanes, memory_cost=kdf.memory).derive(
            secret
        )
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
