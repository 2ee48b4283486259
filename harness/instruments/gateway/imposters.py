"""Servers that no client should speak to: bad certificates and outdated offers, and proof that each is what it says."""

import ssl
import tempfile
import warnings
from dataclasses import dataclass
from enum import Enum

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from harness.errors import RigError
from harness.instruments.gateway.authority import Authority, Presented

BAD_CERTIFICATES = tuple(kind for kind in Presented if kind is not Presented.GOOD)
_LOWEST = "@SECLEVEL=0"
_ROUNDS = 8


class WeakOffer(Enum):
    """All that an outdated server speaks, by name and by OpenSSL's list of cipher suites."""

    TLS_1_0 = ("TLS 1.0 only", "ALL")
    TLS_1_1 = ("TLS 1.1 only", "ALL")
    NO_ENCRYPTION = ("TLS 1.2 without encryption", "eNULL")
    NO_CERTIFICATE = ("TLS 1.2 without a certificate", "aNULL")
    STATIC_RSA = ("TLS 1.2 with static RSA", "kRSA")
    SHA_1 = ("TLS 1.2 in CBC mode with SHA-1", "ECDHE-ECDSA-AES128-SHA")


_NEWEST = {WeakOffer.TLS_1_0: ssl.TLSVersion.TLSv1, WeakOffer.TLS_1_1: ssl.TLSVersion.TLSv1_1}


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What two clients of the bench say of a server.

    Attributes:
        agreed: what one gets that checks nothing and admits all, as ``TLSv1.2 NULL-SHA256``; empty for no session.
        refusal: why one refuses that checks everything; empty where it does not.
    """

    agreed: str
    refusal: str


def weak_context(authority: Authority, name: str, offer: WeakOffer) -> ssl.SSLContext:
    """TLS server settings with the good certificate of host `name` that speak nothing but that offer."""
    if offer is WeakOffer.STATIC_RSA:
        context = authority.issue(name, rsa.generate_private_key(public_exponent=65537, key_size=2048))
    else:
        context = authority.issue(name, ec.generate_private_key(ec.SECP256R1()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = _NEWEST.get(offer, ssl.TLSVersion.TLSv1_2)
    context.set_ciphers(f"{offer.value[1]}:{_LOWEST}")
    return context


def try_server(server: ssl.SSLContext, name: str, trust_root: str) -> Trial:
    """Speak to a server with two clients of the bench: one that admits anything, one that checks everything."""
    careless = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    careless.check_hostname = False
    careless.verify_mode = ssl.CERT_NONE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        careless.minimum_version = ssl.TLSVersion.TLSv1
    careless.set_ciphers(f"ALL:eNULL:aNULL:{_LOWEST}")
    agreed, _ = shake(server, careless, name)
    _, refusal = shake(server, strict_client(trust_root), name)
    return Trial(agreed=agreed, refusal=refusal)


def strict_client(trust_root: str) -> ssl.SSLContext:
    """A client of the bench that checks chain, name, dates and revocation and admits RFC 9325's suites only.

    Raises:
        RigError: the list of suites is not known to this OpenSSL.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")
    except ssl.SSLError as error:
        raise RigError(f"OpenSSL of this bench does not know the admitted cipher suites: {error}") from error
    with tempfile.NamedTemporaryFile() as file:
        file.write(trust_root.encode("ascii"))
        file.flush()
        context.load_verify_locations(cafile=file.name)
    context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    return context


def shake(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> tuple[str, str]:
    """Version and suite, and what either end gave up for."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [client.wrap_bio(down, up, server_hostname=name), server.wrap_bio(up, down, server_side=True)]
    for _ in range(_ROUNDS):
        waiting = False
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                waiting = True
            except ssl.SSLError as error:
                return "", getattr(error, "verify_message", "") or error.reason or str(error)
        if not waiting:
            break
    suite = ends[0].cipher()
    return (f"{ends[0].version()} {suite[0]}", "") if suite else ("", "no session")
