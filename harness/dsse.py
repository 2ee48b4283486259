"""DSSE v1 envelopes: signed bytes with their type (github.com/secure-systems-lab/dsse, envelope and protocol).

Whoever reads one parses its JSON within bounds of his own; what is in it is checked here.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from harness.errors import MaterialError

T = TypeVar("T")
MAX_SIGNATURES = 20
_WORDS: dict[type, str] = {str: "a text", list: "a list"}


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """An envelope as it was read; nothing of it is verified.

    Attributes:
        payload_type: media type of the payload.
        payload: the bytes that are signed together with it.
        signatures: raw signatures; the key identifiers beside them are hints that nothing is to rest on.
    """

    payload_type: str
    payload: bytes
    signatures: tuple[bytes, ...]

    @property
    def signed_bytes(self) -> bytes:
        """The pre-authentication encoding, which the signatures are over."""
        return pae(self.payload_type, self.payload)

    def is_signed_by(self, certificate: x509.Certificate) -> bool:
        """Whether one of the signatures was made by the key of a certificate: ECDSA, Ed25519 or RSA PKCS#1 v1.5."""
        return any(_holds(certificate, signature, self.signed_bytes) for signature in self.signatures)


def pae(payload_type: str, payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding: lengths in bytes, decimal."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def seal(
    payload_type: str, payload: bytes, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, key_hint: str = ""
) -> bytes:
    """An envelope in JSON with one signature, over SHA-256, or SHA-384 for curves of more than 256 bits."""
    signed = pae(payload_type, payload)
    if isinstance(key, rsa.RSAPrivateKey):
        signature = key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    else:
        signature = key.sign(signed, ec.ECDSA(_digest(key)))
    entry = {"keyid": key_hint, "sig": base64.b64encode(signature).decode()}
    envelope = {"payload": base64.b64encode(payload).decode(), "payloadType": payload_type, "signatures": [entry]}
    return json.dumps(envelope, indent=1).encode() + b"\n"


def read_envelope(document: object) -> Envelope:
    """Read an envelope from its JSON value; base64 in the standard or the address-safe alphabet, as the protocol wants.

    Raises:
        MaterialError: malformed, or with more signatures than are tried. One without signatures is read.
    """
    entries = _member(document, "signatures", list)
    if len(entries) > MAX_SIGNATURES:
        raise MaterialError(f"the DSSE envelope has more than {MAX_SIGNATURES} signatures")
    payload_type = _member(document, "payloadType", str)
    if not payload_type.isascii():
        raise MaterialError("the DSSE envelope at payloadType: a media type is ASCII")
    return Envelope(
        payload_type=payload_type,
        payload=_decode(_member(document, "payload", str), "payload"),
        signatures=tuple(_decode(_member(entry, "sig", str), "signature") for entry in entries),
    )


def _member(holder: object, key: str, kind: type[T]) -> T:
    value = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(value, kind):
        raise MaterialError(f"the DSSE envelope at {key}: wanted {_WORDS[kind]}")
    return value


def _decode(text: str, what: str) -> bytes:
    try:
        return base64.b64decode(text.translate(str.maketrans("-_", "+/")), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MaterialError(f"the DSSE envelope has a {what} that is not base64") from error


def _digest(key: ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey) -> hashes.HashAlgorithm:
    return hashes.SHA384() if key.key_size > 256 else hashes.SHA256()


def _holds(certificate: x509.Certificate, signature: bytes, data: bytes) -> bool:
    try:
        key = certificate.public_key()
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, data)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(_digest(key)))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True
