"""Updates to offer: what the maker signed, and what somebody else makes of it.

The form of the package is the maker's: ``EMBUPD1\\n``, lengths of statement, signature and image (big-endian, 4, 2, 4
bytes), the three, CRC-32 of all before it. Written here anew: the judge shares no code with the article.
"""

import hashlib
import random
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from harness.catalogue.sections import Package
from harness.errors import FileError, RigError
from harness.instruments.context import Context

UNDAMAGED = "undamaged"
_MAGIC, _LENGTHS = b"EMBUPD1\n", struct.Struct(">IHI")
_LARGEST = 64 << 20


@dataclass(frozen=True, kw_only=True)
class UpdateImage:
    """An update: what is signed of its image, the signature, and the image."""

    statement: bytes
    signature: bytes
    image: bytes

    def encode(self) -> bytes:
        """As a package with a right CRC."""
        lengths = _LENGTHS.pack(len(self.statement), len(self.signature), len(self.image))
        body = _MAGIC + lengths + self.statement + self.signature + self.image
        return body + struct.pack(">I", zlib.crc32(body))


@dataclass(frozen=True, kw_only=True)
class UpdateOffers:
    """One good update, its version, and the bad ones by what is wrong with them."""

    version: str
    good: UpdateImage
    bad: Mapping[str, UpdateImage]


def read_offers(context: Context) -> UpdateOffers:
    """The declared packages, and what is made of them. With the fault ``undamaged`` the bad ones are the good one.

    Raises:
        RigError: a kind is not declared, or a bad one is not bad.
        FileError: a file cannot be read, is no package, or does not hold the declared image.
    """
    declared = {item.kind: item for item in context.declaration.supply.packages}
    missing = [kind for kind in ("newer", "older", "other model") if kind not in declared]
    if missing:
        raise RigError(f"the declaration names no update package that is {', '.join(missing)}: see [[supply.packages]]")
    newer, older, other = (_read(context, declared[kind]) for kind in ("newer", "older", "other model"))
    bad = {"older": older, "for another model": other, **_forge(newer, random.Random(context.seed))}
    if context.fault == UNDAMAGED:
        bad = dict.fromkeys(bad, newer)
    sound = [name for name, each in bad.items() if each == newer]
    detail = f"bad updates that equal the good one: {', '.join(sound) or 'none'} of {len(bad)}"
    context.check("updates.bad", not sound, detail)
    return UpdateOffers(version=declared["newer"].version, good=newer, bad=bad)


def _forge(good: UpdateImage, rng: random.Random) -> dict[str, UpdateImage]:
    flipped = bytearray(good.image)
    flipped[rng.randrange(len(flipped))] ^= 1 << rng.randrange(8)
    old, new = (hashlib.sha256(image).hexdigest().encode() for image in (good.image, bytes(flipped)))
    own = good.statement.replace(old, new)
    # a key that is used once: nobody else can sign by it
    signed = ec.generate_private_key(ec.SECP256R1()).sign(own, ec.ECDSA(SHA256()))
    return {
        "unsigned": replace(good, signature=b"", image=bytes(flipped), statement=own),
        "altered by one bit": replace(good, image=bytes(flipped)),
        "signed by another key": UpdateImage(statement=own, signature=signed, image=bytes(flipped)),
    }


def _read(context: Context, declared: Package) -> UpdateImage:
    path = context.documents / declared.file
    try:
        if path.exists() and not path.is_file():
            raise FileError(path, "is not a regular file; the declaration names it")
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror}; the declaration names it") from error
    at, body = len(_MAGIC) + _LENGTHS.size, data[:-4]
    if not (body.startswith(_MAGIC) and at <= len(body) and struct.pack(">I", zlib.crc32(body)) == data[-4:]):
        raise FileError(path, "is no update package of this maker, or is damaged; ask the maker for it again")
    statement, signature, image = _LENGTHS.unpack_from(body, len(_MAGIC))
    if at + statement + signature + image != len(body):
        raise FileError(path, "is no update package: its lengths do not add up; ask the maker for it again")
    first, second = at + statement, at + statement + signature
    found = UpdateImage(statement=body[at:first], signature=body[first:second], image=body[second:])
    if hashlib.sha256(found.image).hexdigest() != declared.sha256.lower():
        raise FileError(path, "does not hold the declared image: its SHA-256 differs", key="supply.packages.sha256")
    return found
