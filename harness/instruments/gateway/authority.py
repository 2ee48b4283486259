"""A test certificate authority, and the good and bad server certificates of one test session."""

import datetime
import ssl
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from harness.errors import RigError

# OpenSSL checks validity against the machine's clock, not the test clock: good for a lifetime, or long past
_VALID = (datetime.datetime(2020, 1, 1), datetime.datetime(2119, 12, 31))
_PAST = (datetime.datetime(2018, 1, 1), datetime.datetime(2019, 1, 1))
_FUTURE = (datetime.datetime(2118, 1, 1), datetime.datetime(2119, 1, 1))
_REVOKED_NUMBERS = 32
ServerKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class Presented(Enum):
    """Which certificate a server shows."""

    GOOD = "good"
    UNTRUSTED_ROOT = "untrusted root"
    WRONG_NAME = "wrong name"
    EXPIRED = "expired"
    SELF_SIGNED = "self-signed"
    NOT_YET_VALID = "not yet valid"
    NOT_A_CA = "issued by what is no authority"
    REVOKED = "revoked"


_DATES = {Presented.EXPIRED: _PAST, Presented.NOT_YET_VALID: _FUTURE}


@dataclass(frozen=True, kw_only=True)
class _Issuer:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    # what a server sends with its own certificate
    chain: tuple[x509.Certificate, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Root:
    """What an article is made to trust.

    Attributes:
        certificate: of the root, signed by itself.
        key: its private key.
        revocations: the list of what it has revoked, issued by it.
    """

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    revocations: x509.CertificateRevocationList


@dataclass(frozen=True, kw_only=True)
class _Order:
    subject: str
    valid: tuple[datetime.datetime, datetime.datetime]
    is_root: bool = False
    number: int | None = None


class Authority:
    """A root that an article is made to trust, a second one that it is not, and what both have issued.

    Keys are ECDSA P-256 (RSA where an offer needs it) from the system's random source and never leave this process,
    but for the moment that ``ssl`` needs to read one from a private temporary file.

    Args:
        root: one that was made before; a new one where none is given.
    """

    def __init__(self, root: Root | None = None) -> None:
        root = root or make_root()
        self._roots = {Presented.GOOD: _Issuer(certificate=root.certificate, key=root.key)}
        self._contexts: dict[tuple[str, Presented], ssl.SSLContext] = {}
        self._revoked = [entry.serial_number for entry in root.revocations]
        self._list = root.revocations.public_bytes(serialization.Encoding.PEM).decode("ascii")

    @property
    def trust_root(self) -> str:
        """PEM of the root to install in the article, and of its revocation list."""
        return _pem(self._roots[Presented.GOOD].certificate).decode("ascii") + self._list

    def context(self, name: str, presented: Presented = Presented.GOOD) -> ssl.SSLContext:
        """TLS server settings (1.2 or later) with a certificate for host `name`; made once per name and kind."""
        if (name, presented) not in self._contexts:
            key = ec.generate_private_key(ec.SECP256R1())
            self._contexts[name, presented] = self.issue(name, key, presented)
        return self._contexts[name, presented]

    def issue(self, name: str, key: ServerKey, presented: Presented = Presented.GOOD) -> ssl.SSLContext:
        """TLS server settings with a certificate for `key`, made out for host `name`.

        Raises:
            RigError: more certificates are to be revoked than the list has numbers for.
        """
        subject = "elsewhere.invalid" if presented is Presented.WRONG_NAME else name
        number = self._next_revoked() if presented is Presented.REVOKED else None
        order = _Order(subject=subject, valid=_DATES.get(presented, _VALID), number=number)
        issuer = None if presented is Presented.SELF_SIGNED else self._issuer(presented)
        signer = _Signer(issuer=issuer, key=key)
        return _load((_sign(order, key, signer), *(issuer.chain if issuer else ())), key)

    def _next_revoked(self) -> int:
        if not self._revoked:
            raise RigError(f"the bench's revocation list has {_REVOKED_NUMBERS} numbers, and all are in use")
        return self._revoked.pop()

    def _issuer(self, presented: Presented) -> _Issuer:
        kind = presented if presented in (Presented.UNTRUSTED_ROOT, Presented.NOT_A_CA) else Presented.GOOD
        if kind not in self._roots:
            untrusted = kind is Presented.UNTRUSTED_ROOT
            self._roots[kind] = _make_root("some other root") if untrusted else self._make_impostor()
        return self._roots[kind]

    def _make_impostor(self) -> _Issuer:
        """A server that signs as if it were an authority: its own certificate says that it is none."""
        key, root = ec.generate_private_key(ec.SECP256R1()), self._roots[Presented.GOOD]
        order = _Order(subject="some.server.invalid", valid=_VALID)
        certificate = _sign(order, key, _Signer(issuer=root, key=key))
        return _Issuer(certificate=certificate, key=key, chain=(certificate,))


@dataclass(frozen=True, kw_only=True)
class _Signer:
    """Who signs: an issuer, or (None) the holder of `key` itself."""

    issuer: _Issuer | None
    key: ServerKey


def make_root(name: str = "dronecert test root", until: datetime.datetime = _VALID[1]) -> Root:
    """A new root of that name, valid from 2020 (articles boot with old clocks) to `until`."""
    issuer = _make_root(name, until)
    numbers = [x509.random_serial_number() for _ in range(_REVOKED_NUMBERS)]
    return Root(certificate=issuer.certificate, key=issuer.key, revocations=_revocation_list(issuer, numbers, until))


def _make_root(name: str, until: datetime.datetime = _VALID[1]) -> _Issuer:
    key = ec.generate_private_key(ec.SECP256R1())
    order = _Order(subject=name, valid=(_VALID[0], until), is_root=True)
    return _Issuer(certificate=_sign(order, key, _Signer(issuer=None, key=key)), key=key)


def _revocation_list(root: _Issuer, numbers: Sequence[int], until: datetime.datetime) -> x509.CertificateRevocationList:
    builder = x509.CertificateRevocationListBuilder().issuer_name(root.certificate.subject)
    builder = builder.last_update(_VALID[0]).next_update(until)
    for number in numbers:
        entry = x509.RevokedCertificateBuilder().serial_number(number).revocation_date(_VALID[0]).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(root.key, hashes.SHA256())


def _sign(order: _Order, key: ServerKey, by: _Signer) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, order.subject)])
    issuer = by.issuer
    public, signer = key.public_key(), by.key if issuer is None else issuer.key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.certificate.subject)
        .public_key(public)
        .serial_number(order.number or x509.random_serial_number())
        .not_valid_before(order.valid[0])
        .not_valid_after(order.valid[1])
        .add_extension(x509.BasicConstraints(ca=order.is_root, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .add_extension(_key_usage(order.is_root, isinstance(key, rsa.RSAPrivateKey)), critical=True)
    )
    if not order.is_root:
        names = x509.SubjectAlternativeName([x509.DNSName(order.subject)])
        builder = builder.add_extension(names, critical=False)
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        builder = builder.add_extension(usage, critical=False)
    return builder.sign(signer, hashes.SHA256())


def _key_usage(is_root: bool, encipher: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_root,
        key_cert_sign=is_root,
        crl_sign=is_root,
        content_commitment=False,
        key_encipherment=encipher,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _load(chain: Sequence[x509.Certificate], key: ServerKey) -> ssl.SSLContext:
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    with tempfile.NamedTemporaryFile() as file:
        file.write(secret + b"".join(map(_pem, chain)))
        file.flush()
        context.load_cert_chain(file.name)
    return context
