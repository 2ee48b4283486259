"""A test certificate authority, and the good and bad server certificates of one test session."""

import datetime
import ssl
import tempfile
from dataclasses import dataclass
from enum import Enum

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# OpenSSL checks validity against the machine's clock, not the test clock: good for a lifetime, or long past
_VALID = (datetime.datetime(2020, 1, 1), datetime.datetime(2119, 12, 31))
_PAST = (datetime.datetime(2018, 1, 1), datetime.datetime(2019, 1, 1))


class Presented(Enum):
    """Which certificate a server shows."""

    GOOD = "good"
    UNTRUSTED_ROOT = "untrusted root"
    WRONG_NAME = "wrong name"
    EXPIRED = "expired"
    SELF_SIGNED = "self-signed"


@dataclass(frozen=True, kw_only=True)
class _Issuer:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


@dataclass(frozen=True, kw_only=True)
class _Order:
    subject: str
    valid: tuple[datetime.datetime, datetime.datetime]
    is_root: bool = False


class Authority:
    """A root that an article is made to trust, a second one that it is not, and what both have issued.

    Keys are ECDSA P-256 from the system's random source and never leave this process, but for the moment that
    ``ssl`` needs to read one from a private temporary file.
    """

    def __init__(self) -> None:
        self._roots = {Presented.GOOD: _make_root("dronecert test root")}
        self._contexts: dict[tuple[str, Presented], ssl.SSLContext] = {}

    @property
    def trust_root(self) -> str:
        """PEM of the root to install in the article."""
        return _pem(self._roots[Presented.GOOD].certificate).decode("ascii")

    def context(self, name: str, presented: Presented = Presented.GOOD) -> ssl.SSLContext:
        """TLS server settings (1.2 or later) with a certificate for host `name`; made once per name and kind."""
        if (name, presented) not in self._contexts:
            self._contexts[name, presented] = self._make_context(name, presented)
        return self._contexts[name, presented]

    def _make_context(self, name: str, presented: Presented) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = "elsewhere.invalid" if presented is Presented.WRONG_NAME else name
        order = _Order(subject=subject, valid=_PAST if presented is Presented.EXPIRED else _VALID)
        issuer = None if presented is Presented.SELF_SIGNED else self._issuer(presented)
        return _load(_sign(order, key, issuer), key)

    def _issuer(self, presented: Presented) -> _Issuer:
        kind = Presented.UNTRUSTED_ROOT if presented is Presented.UNTRUSTED_ROOT else Presented.GOOD
        if kind not in self._roots:
            self._roots[kind] = _make_root("some other root")
        return self._roots[kind]


def _make_root(name: str) -> _Issuer:
    key = ec.generate_private_key(ec.SECP256R1())
    return _Issuer(certificate=_sign(_Order(subject=name, valid=_VALID, is_root=True), key, None), key=key)


def _sign(order: _Order, key: ec.EllipticCurvePrivateKey, issuer: _Issuer | None) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, order.subject)])
    public, signer = key.public_key(), key if issuer is None else issuer.key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.certificate.subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(order.valid[0])
        .not_valid_after(order.valid[1])
        .add_extension(x509.BasicConstraints(ca=order.is_root, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .add_extension(_key_usage(order.is_root), critical=True)
    )
    if not order.is_root:
        names = x509.SubjectAlternativeName([x509.DNSName(order.subject)])
        builder = builder.add_extension(names, critical=False)
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        builder = builder.add_extension(usage, critical=False)
    return builder.sign(signer, hashes.SHA256())


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


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _load(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> ssl.SSLContext:
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    with tempfile.NamedTemporaryFile() as file:
        file.write(secret + _pem(certificate))
        file.flush()
        context.load_cert_chain(file.name)
    return context
