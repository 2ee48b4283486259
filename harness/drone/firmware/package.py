"""The update package: a signed statement on an image, then the image.

``EMBUPD1\\n``, the lengths of statement, signature and image (big-endian, 4, 2, 4 bytes), the three, and a CRC-32 of
all before it against damage on the way. The statement is JSON: product, version, size and SHA-256 of the image. The
signature is ECDSA P-256 with SHA-256 over the statement's bytes. A slot of the boot loader holds the same three.
"""

import hashlib
import json
import struct
import zlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from harness.drone.firmware.anchor import VENDOR_KEY
from harness.drone.firmware.components import PRODUCT, Release
from harness.errors import VehicleError

MAGIC, _LENGTHS = b"EMBUPD1\n", struct.Struct(">IHI")
_LONGEST_VERSION = 32


@dataclass(frozen=True, kw_only=True)
class Slot:
    """An image with what its maker says of it; all empty in a slot that was never written."""

    statement: bytes = b""
    signature: bytes = b""
    image: bytes = b""

    def encode(self) -> bytes:
        """As an update package."""
        lengths = _LENGTHS.pack(len(self.statement), len(self.signature), len(self.image))
        body = MAGIC + lengths + self.statement + self.signature + self.image
        return body + zlib.crc32(body).to_bytes(4, "big")

    @classmethod
    def decode(cls, package: bytes) -> "Slot":
        """Of an update package.

        Raises:
            VehicleError: it is none, or was damaged on the way.
        """
        body, at = package[:-4], len(MAGIC) + _LENGTHS.size
        if len(package) < at + 4 or not body.startswith(MAGIC) or zlib.crc32(body).to_bytes(4, "big") != package[-4:]:
            raise VehicleError("the update is no package, or was damaged on the way: its CRC is wrong")
        statement, signature, image = _LENGTHS.unpack_from(body, len(MAGIC))
        if at + statement + signature + image != len(body):
            raise VehicleError("the update is no package: its lengths do not add up")
        first, second = at + statement, at + statement + signature
        return cls(statement=body[at:first], signature=body[first:second], image=body[second:])

    @property
    def version(self) -> str:
        """What the statement says; empty where it cannot be read."""
        return str(_read(self.statement).get("version", ""))[:_LONGEST_VERSION]


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What must hold of an image; one that need not is a defect."""

    signature: bool = True
    model: bool = True
    monotonic: bool = True


def make_statement(release: Release, image: bytes) -> bytes:
    """What the maker signs."""
    digest = hashlib.sha256(image).hexdigest()
    fields = {"product": release.product, "version": release.version, "size": len(image), "sha256": digest}
    return json.dumps(fields, sort_keys=True).encode("ascii")


def check_slot(slot: Slot, rules: Rules, least: str) -> None:
    """Check signature, image, model and version, where at least version `least` must be.

    Raises:
        VehicleError: something does not hold; says what.
    """
    said = _read(slot.statement)
    if rules.signature and not _signed(slot):
        raise VehicleError("the image is refused: its signature does not hold")
    if rules.signature and said.get("sha256") != hashlib.sha256(slot.image).hexdigest():
        raise VehicleError("the image is refused: it is not the one that was signed")
    if rules.model and said.get("product") != PRODUCT:
        raise VehicleError("the image is refused: it is for another model")
    if rules.monotonic and order_of(slot.version) < order_of(least):
        raise VehicleError(f"the image is refused: its version is older than {least}")


def order_of(version: str) -> tuple[int, ...]:
    """A version as numbers to compare; what is none is older than any."""
    parts = version.split(".")
    return tuple(int(part) for part in parts) if all(part.isdecimal() and part.isascii() for part in parts) else ()


def _signed(slot: Slot) -> bool:
    key = load_pem_public_key(VENDOR_KEY.encode("ascii"))
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    try:
        key.verify(slot.signature, slot.statement, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _read(statement: bytes) -> dict[str, object]:
    try:
        fields = json.loads(statement)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}
