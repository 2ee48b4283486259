"""DSSE v1 envelopes: signed bytes with their type (github.com/secure-systems-lab/dsse, envelope and protocol)."""

import base64
import binascii
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from harness.errors import MaterialError
from harness.supply.model import Foreign, Many, read_json

MAX_SIGNATURES = 20


class _Signature(Foreign):
    sig: str


class _Envelope(Foreign):
    payloadType: str
    payload: str
    signatures: Many[_Signature]


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
        """Whether one of the signatures was made by the key of a certificate: ECDSA on P-256 or P-384, or Ed25519."""
        return any(_holds(certificate, signature, self.signed_bytes) for signature in self.signatures)


def pae(payload_type: str, payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding: lengths in bytes, decimal."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def read_envelope(data: bytes) -> Envelope:
    """Read an envelope in JSON; base64 in the standard or the address-safe alphabet, as the protocol wants.

    Raises:
        MaterialError: malformed, or with more signatures than are tried. One without signatures is read.
    """
    read = read_json(data, _Envelope, "the DSSE envelope")
    if len(read.signatures) > MAX_SIGNATURES:
        raise MaterialError(f"the DSSE envelope has more than {MAX_SIGNATURES} signatures")
    return Envelope(
        payload_type=read.payloadType,
        payload=_decode(read.payload, "payload"),
        signatures=tuple(_decode(entry.sig, "signature") for entry in read.signatures),
    )


def _decode(text: str, what: str) -> bytes:
    try:
        return base64.b64decode(text.translate(str.maketrans("-_", "+/")), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MaterialError(f"the DSSE envelope has a {what} that is not base64") from error


def _holds(certificate: x509.Certificate, signature: bytes, data: bytes) -> bool:
    try:
        key = certificate.public_key()
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, data)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(hashes.SHA384() if key.key_size > 256 else hashes.SHA256()))
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True
