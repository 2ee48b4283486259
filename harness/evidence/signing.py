"""Who signs the evidence: a lab's certificate and key, or the demo identity of this user."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs7,
)
from cryptography.x509.oid import NameOID

from harness.errors import FileError

DEMO_WORDS = "DEMO - NOT FOR CERTIFICATION"
DEMO_ROOT = "demo-root.pem"
DEMO_SIGNER = "demo-signer.pem"
DEMO_KEY = "demo-signer.key"
DEMO_LIFE = timedelta(days=20 * 365)
LEAST_RSA_BITS = 2048
MAX_FILE = 1024 * 1024

SigningKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, kw_only=True)
class SigningIdentity:
    """A certificate with its private key.

    Attributes:
        certificate: of the signer.
        key: its private key, ECDSA or RSA.
        chain: the issuers above it, nearest first, where known the root last.
        tsa: address of an RFC 3161 timestamp authority, None for none.
        demo: whether this is a demo identity, whose evidence certifies nothing.
    """

    certificate: x509.Certificate
    key: SigningKey = field(repr=False)
    chain: tuple[x509.Certificate, ...] = ()
    tsa: str | None = None
    demo: bool = False

    @property
    def subject(self) -> str:
        """Name of the signer, RFC 4514."""
        return self.certificate.subject.rfc4514_string()

    @property
    def root_fingerprint(self) -> str:
        """SHA-256 of the last certificate of the chain, hex: what a third party compares over another way."""
        return (self.certificate, *self.chain)[-1].fingerprint(SHA256()).hex()

    def certificates_pem(self) -> bytes:
        """Signer and chain, PEM, in that order."""
        return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in (self.certificate, *self.chain))


def demo_identity(folder: Path) -> SigningIdentity:
    """The demo identity kept in a folder, made there on first use.

    Made aside and moved into place whole, so of two processes at once one makes it and both use it. The root's key
    is thrown away at once; the signer's lies in a file of mode 0600 in the folder of mode 0700.

    Raises:
        FileError: the folder cannot be made, or what is in it is not a valid identity.
    """
    if not (folder / DEMO_KEY).exists():
        _make_demo(folder)
    identity = load_identity(folder / DEMO_SIGNER, folder / DEMO_KEY, folder / DEMO_ROOT)
    if not identity.demo:
        raise FileError(folder / DEMO_SIGNER, f"subject lacks the words {DEMO_WORDS!r}: move this folder away")
    return identity


def load_identity(certificate: Path, key: Path, chain: Path | None = None, tsa: str | None = None) -> SigningIdentity:
    """A lab's identity from its files.

    Args:
        certificate: PEM, the signer's certificate.
        key: PEM, its private key without a passphrase, ECDSA or RSA of at least 2048 bits.
        chain: PEM, the issuers above, nearest first.
        tsa: http or https address of an RFC 3161 timestamp authority.

    Raises:
        FileError: a file is missing, malformed or of another kind, the key is not the certificate's, or the
            certificate is expired, not valid yet or not for signatures.
    """
    signer, private = _read_certificates(certificate)[0], _read_key(key)
    if private.public_key() != signer.public_key():
        raise FileError(key, f"is not the key of the certificate in {certificate}")
    _check_usable(signer, certificate)
    return SigningIdentity(
        certificate=signer,
        key=private,
        chain=() if chain is None else _read_certificates(chain),
        tsa=tsa,
        demo=DEMO_WORDS in signer.subject.rfc4514_string(),
    )


def sign_detached(data: bytes, identity: SigningIdentity) -> bytes:
    """Detached CMS signature (RFC 5652) over the data, DER, with the certificate chain inside."""
    builder = pkcs7.PKCS7SignatureBuilder().set_data(data).add_signer(identity.certificate, identity.key, SHA256())
    for issuer in identity.chain:
        builder = builder.add_certificate(issuer)
    return builder.sign(Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary])


def read_roots(path: Path) -> tuple[x509.Certificate, ...]:
    """Trusted certificates from a PEM file.

    Raises:
        FileError: the file is missing or holds none.
    """
    return _read_certificates(path)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror}") from error
    if len(data) > MAX_FILE:
        raise FileError(path, f"has more than the {MAX_FILE} bytes that are read")
    return data


def _read_certificates(path: Path) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(x509.load_pem_x509_certificates(_read(path)))
    except (ValueError, x509.InvalidVersion) as error:
        raise FileError(path, "holds no PEM certificate, or a broken one") from error


def _read_key(path: Path) -> SigningKey:
    try:
        key = load_pem_private_key(_read(path), password=None)
    except TypeError as error:
        raise FileError(path, "needs a passphrase: give a key without, in a file that only you can read") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise FileError(path, "is not a PEM private key") from error
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= LEAST_RSA_BITS:
        return key
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key
    raise FileError(path, f"is not an ECDSA key (best: P-256) or RSA key of at least {LEAST_RSA_BITS} bits")


def _check_usable(certificate: x509.Certificate, path: Path) -> None:
    now = datetime.now(UTC)
    if now > certificate.not_valid_after_utc:
        raise FileError(
            path, f"expired on {certificate.not_valid_after_utc:%Y-%m-%d}: evidence needs a valid certificate"
        )
    if now < certificate.not_valid_before_utc:
        raise FileError(path, f"is not valid before {certificate.not_valid_before_utc:%Y-%m-%d}")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise FileError(path, "is not for signatures: its key usage lacks digitalSignature")


def _make_demo(folder: Path) -> None:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _aside(folder) as fresh:
            _write_demo(fresh)
            _settle(fresh, folder)
    except OSError as error:
        raise FileError(folder, f"cannot make the demo identity here: {error.strerror}") from error


@contextlib.contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))  # mode 0700
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _settle(fresh: Path, folder: Path) -> None:
    """Move into place; when another process was first, its identity stands."""
    try:
        fresh.rename(folder)
    except OSError:
        if not (folder / DEMO_KEY).exists():
            raise


def _write_demo(folder: Path) -> None:
    root_key, signer_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _demo_certificate("root", root_key.public_key(), root_key, None)
    signer = _demo_certificate("signer", signer_key.public_key(), root_key, root)
    secret = signer_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _write_private(folder / DEMO_ROOT, root.public_bytes(Encoding.PEM))
    _write_private(folder / DEMO_SIGNER, signer.public_bytes(Encoding.PEM))
    _write_private(folder / DEMO_KEY, secret)


def _write_private(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)


def _demo_certificate(
    role: str, key: ec.EllipticCurvePublicKey, issuer_key: ec.EllipticCurvePrivateKey, issuer: x509.Certificate | None
) -> x509.Certificate:
    names = ((NameOID.ORGANIZATION_NAME, DEMO_WORDS), (NameOID.COMMON_NAME, f"{DEMO_WORDS} {role}"))
    subject = x509.Name([x509.NameAttribute(oid, value) for oid, value in names])
    now, is_root = datetime.now(UTC).replace(microsecond=0), issuer is None
    builder = x509.CertificateBuilder(
        issuer_name=subject if issuer is None else issuer.subject,
        subject_name=subject,
        public_key=key,
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(hours=1),
        not_valid_after=now + DEMO_LIFE,
    )
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    return (
        builder.add_extension(x509.BasicConstraints(ca=is_root, path_length=0 if is_root else None), critical=True)
        .add_extension(_key_usage(is_root), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(authority, critical=False)
        .sign(issuer_key, SHA256())
    )


def _key_usage(is_root: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_root,
        key_cert_sign=is_root,
        crl_sign=is_root,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
