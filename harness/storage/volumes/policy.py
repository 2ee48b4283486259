"""Volume parameters against an approved set.

Sources of the defaults: SP 800-38E and FIPS 197 (AES-XTS, 128 or 256 bit AES, data unit at most 2^20 blocks, two
different keys); RFC 9106 section 4 (Argon2id: 64 MiB with 3 passes, or 2 GiB with 1); for PBKDF2, SP 800-132 section
5.2 asks for as many iterations as the user bears and the OWASP Password Storage Cheat Sheet names 600 000 with SHA-256
and 210 000 with SHA-512. A salt has 128 bits at least (SP 800-132 section 5.1, RFC 9106 section 3.1). The initial
vector of CBC must not be predictable (SP 800-38A appendix C), and a sector number is.
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field

from harness.storage.volumes.luks import Kdf, KeySlot, LuksHeader, Segment

MEBIBYTE_KIB = 1024
LEAST_SALT = 16


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One departure from the approved set; `offset` of the volume in the image."""

    kind: str
    detail: str
    offset: int


@dataclass(frozen=True, kw_only=True)
class ApprovedSet:
    """What a volume may use.

    Attributes:
        ciphers: names as LUKS writes them.
        key_bits: least size of the volume key (XTS: both halves together).
        data_unit_blocks: most AES blocks encrypted under one tweak.
        argon2id: admissible pairs of least memory (KiB) and least passes.
        pbkdf2: least iterations by hash.
        authenticated: whether the data must be authenticated too (LUKS2 with integrity).
    """

    ciphers: tuple[str, ...] = ("aes-xts-plain64",)
    key_bits: int = 256
    data_unit_blocks: int = 1 << 20
    argon2id: tuple[tuple[int, int], ...] = ((64 * MEBIBYTE_KIB, 3), (2048 * MEBIBYTE_KIB, 1))
    pbkdf2: dict[str, int] = field(default_factory=lambda: {"sha256": 600_000, "sha512": 210_000})
    authenticated: bool = False


def judge_volume(header: LuksHeader, approved: ApprovedSet | None = None, *, master_key: bytes = b"") -> list[Finding]:
    """Every departure of the volume from the approved set; one weak key slot is enough.

    Args:
        header: of the volume.
        approved: the default is described above.
        master_key: the volume key where known; only then can equal XTS halves be seen.
    """
    limits = approved or ApprovedSet()
    findings = list(_structure(header))
    for segment in header.segments:
        findings += _segment(header, segment, limits)
    for slot in header.keyslots:
        findings += _slot(header, slot, limits)
    if "xts" in _volume_ciphers(header) and _halves_equal(master_key):
        findings.append(_finding(header, "equal-xts-keys", "both halves of the XTS key are the same"))
    return findings


def _structure(header: LuksHeader) -> Iterator[Finding]:
    for problem in header.problems:
        yield _finding(header, "damaged-header", problem)
    for stranger in header.strangers:
        yield _finding(header, "unknown-field", f"{stranger}: not of the format, and may hold what opens the volume")
    if not header.keyslots:
        yield _finding(header, "no-key-slot", "no key slot: nobody can open this volume")
    if not header.segments:
        yield _finding(header, "no-segment", "the header describes no data segment")


def _segment(header: LuksHeader, segment: Segment, limits: ApprovedSet) -> Iterator[Finding]:
    if segment.cipher not in limits.ciphers:
        detail = f"segment {segment.number}: {segment.cipher}; approved: {', '.join(limits.ciphers)}"
        yield _finding(header, _fault_of(segment.cipher), detail)
    if limits.authenticated and not segment.integrity:
        yield _finding(header, "not-authenticated", f"segment {segment.number}: a change of the data goes unseen")
    blocks = segment.sector_size // 16
    if blocks > limits.data_unit_blocks:
        detail = f"segment {segment.number}: {blocks} blocks under one tweak; at most {limits.data_unit_blocks}"
        yield _finding(header, "data-unit", detail)


def _slot(header: LuksHeader, slot: KeySlot, limits: ApprovedSet) -> Iterator[Finding]:
    if slot.cipher not in limits.ciphers:
        yield _finding(header, _fault_of(slot.cipher), f"key slot {slot.number}: area encrypted with {slot.cipher}")
    for name, size in (("volume key", slot.key_size), ("area key", slot.cipher_key_size)):
        if size * 8 < limits.key_bits:
            detail = f"key slot {slot.number}: {name} of {size * 8} bits; at least {limits.key_bits}"
            yield _finding(header, "key-size", detail)
    if not _kdf_is_strong(slot.kdf, limits):
        yield _finding(header, "weak-kdf", f"key slot {slot.number}: {_describe(slot.kdf)}")


def _fault_of(cipher: str) -> str:
    """What is wrong with a cipher that is not approved."""
    _, _, mode = cipher.partition("-")
    if cipher == "none" or cipher.startswith("cipher_null"):
        return "not-encrypted"
    if mode == "ecb":
        return "ecb"
    if mode.endswith("-null"):
        return "fixed-iv"
    return "predictable-iv" if mode.startswith("cbc-plain") else "cipher"


def _kdf_is_strong(kdf: Kdf, limits: ApprovedSet) -> bool:
    if _salt_bytes(kdf) < LEAST_SALT:
        return False
    if kdf.type == "argon2id":
        return any(kdf.memory >= memory and kdf.time >= passes for memory, passes in limits.argon2id)
    return kdf.type == "pbkdf2" and kdf.hash in limits.pbkdf2 and kdf.time >= limits.pbkdf2[kdf.hash]


def _describe(kdf: Kdf) -> str:
    salt = f"a salt of {_salt_bytes(kdf)} bytes"
    if kdf.type == "pbkdf2":
        return f"pbkdf2 with {kdf.hash}, {kdf.time} iterations and {salt}"
    return f"{kdf.type} with {kdf.memory} KiB, {kdf.time} passes and {salt}"


def _salt_bytes(kdf: Kdf) -> int:
    return len(base64.b64decode(kdf.salt))


def _volume_ciphers(header: LuksHeader) -> str:
    return " ".join(segment.cipher for segment in header.segments)


def _halves_equal(key: bytes) -> bool:
    # behind the two halves an authenticated volume keeps the key of its HMAC
    return any(len(key) >= size and key[: size // 2] == key[size // 2 : size] for size in (32, 64))


def _finding(header: LuksHeader, kind: str, detail: str) -> Finding:
    return Finding(kind=kind, detail=detail, offset=header.offset)
