"""Detached CMS signatures (RFC 5652): who signed these bytes?

Digest, signed attributes and signature are checked here; whether the signer is to be trusted is the caller's to say.
"""

import hashlib
import hmac
import warnings
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from harness.errors import MaterialError

MAX_BYTES = 1024 * 1024
HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
# What the two libraries raise on bytes that are not what their tags promise; they parse late, so on any access.
_MALFORMED = (
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError),
    *(x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, UnsupportedAlgorithm),
)


@dataclass(frozen=True, kw_only=True)
class Signature:
    """A signature that fits its content.

    Attributes:
        signer: certificate whose key made it.
        others: further certificates inside, unchecked.
    """

    signer: x509.Certificate
    others: tuple[x509.Certificate, ...]


@dataclass(frozen=True, kw_only=True)
class _Parts:
    """What of a CMS SignedData decides."""

    certificates: tuple[x509.Certificate, ...]
    signer: x509.Certificate
    digest: str
    message_digest: bytes
    content_type: str
    signed_bytes: bytes
    signature: bytes


def verify_detached(content: bytes, cms_der: bytes) -> Signature:
    """Check a detached CMS signature with one signer, ECDSA or RSA PKCS#1 v1.5 over SHA-2.

    Args:
        content: the bytes that were signed.
        cms_der: ContentInfo of SignedData, DER.

    Raises:
        MaterialError: malformed, of another kind, or not the signature of these bytes; the text says which.
    """
    if len(cms_der) > MAX_BYTES:
        raise MaterialError(f"signature has {len(cms_der)} bytes, more than the {MAX_BYTES} that are read")
    try:
        parts = _read(cms_der)
    except _MALFORMED as error:
        raise MaterialError(
            f"signature is no CMS SignedData that can be checked: {ascii(str(error))[1:-1][:160]}"
        ) from error
    if parts.content_type != "data":
        raise MaterialError("signature is over another type of content")
    if not hmac.compare_digest(hashlib.new(parts.digest, content).digest(), parts.message_digest):
        raise MaterialError("signature is not over these bytes: the digest differs")
    _check_key(parts)
    return Signature(signer=parts.signer, others=tuple(c for c in parts.certificates if c != parts.signer))


def _read(cms_der: bytes) -> _Parts:
    info = cms.ContentInfo.load(cms_der, strict=True)
    if info["content_type"].native != "signed_data":
        raise ValueError(f"content type is {info['content_type'].native}")
    signed = info["content"]
    if signed["encap_content_info"]["content"].native is not None:
        raise ValueError("it is not detached")
    if len(signed["signer_infos"]) != 1:
        raise ValueError(f"it has {len(signed['signer_infos'])} signers, wanted 1")
    signer = signed["signer_infos"][0]
    content_type, message_digest = _attributes(signer)
    digest = signer["digest_algorithm"]["algorithm"].native
    if digest not in HASHES:
        raise ValueError(f"digest {digest} is not one of {', '.join(HASHES)}")
    certificates = _certificates(signed)
    return _Parts(
        certificates=certificates,
        signer=_find(signer["sid"], certificates),
        digest=digest,
        message_digest=message_digest,
        content_type=content_type,
        signed_bytes=signer["signed_attrs"].untag().dump(),
        signature=signer["signature"].native,
    )


def _attributes(signer: cms.SignerInfo) -> tuple[str, bytes]:
    """The two attributes that RFC 5652 section 11 demands, exactly once and with one value each."""
    values: dict[str, list[Any]] = {"content_type": [], "message_digest": []}
    for attribute in signer["signed_attrs"]:
        if attribute["type"].native in values:
            values[attribute["type"].native] += [value.native for value in attribute["values"]]
    for name, found in values.items():
        if len(found) != 1:
            raise ValueError(f"signed attribute {name} has {len(found)} values, wanted 1")
    return values["content_type"][0], values["message_digest"][0]


def _certificates(signed: cms.SignedData) -> tuple[x509.Certificate, ...]:
    choices = [choice for choice in signed["certificates"] if choice.name == "certificate"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # cryptography only warns of some malformed certificates
        try:
            return tuple(x509.load_der_x509_certificate(choice.chosen.dump()) for choice in choices)
        except Warning as error:
            raise ValueError(str(error)) from error


def _find(sid: cms.SignerIdentifier, certificates: tuple[x509.Certificate, ...]) -> x509.Certificate:
    for certificate in certificates:
        if sid.name == "issuer_and_serial_number":
            issuer, serial = sid.chosen["issuer"].dump(), sid.chosen["serial_number"].native
            if certificate.issuer.public_bytes() == issuer and certificate.serial_number == serial:
                return certificate
        elif _key_identifier(certificate) == sid.native:
            return certificate
    raise ValueError("the signer's certificate is not inside")


def _key_identifier(certificate: x509.Certificate) -> bytes:
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return b""


def _check_key(parts: _Parts) -> None:
    algorithm = HASHES[parts.digest]
    try:
        key = parts.signer.public_key()
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(parts.signature, parts.signed_bytes, ec.ECDSA(algorithm))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(parts.signature, parts.signed_bytes, padding.PKCS1v15(), algorithm)
        else:
            raise MaterialError("the signer's key is neither ECDSA nor RSA")
    except InvalidSignature as error:
        raise MaterialError("signature was not made by the key of the certificate inside") from error
    except (UnsupportedAlgorithm, ValueError) as error:
        raise MaterialError(f"the signer's key cannot be used: {error}") from error
