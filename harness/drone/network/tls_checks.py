"""What the companion checks of a server before it speaks to it; a seeded defect leaves one check out."""

import ssl
import tempfile
from dataclasses import dataclass

# X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which Python does not name
_NO_CHECK_TIME = 0x200000
# ephemeral keys and authenticated encryption only, as RFC 9325 recommends
SUITES = "ECDHE+AESGCM:ECDHE+CHACHA20"
_ANY_SUITE = "ALL:@SECLEVEL=0"


@dataclass(frozen=True, kw_only=True)
class TlsChecks:
    """The checks, each there as shipped.

    Attributes:
        chain: the certificate leads to the trusted authority.
        name: it is made out for the host that was asked for.
        dates: it is valid now.
        revocation: the list in the trust store does not name it.
        current: TLS 1.2 or later, with admitted cipher suites.
    """

    chain: bool = True
    name: bool = True
    dates: bool = True
    revocation: bool = True
    current: bool = True


def apply_checks(context: ssl.SSLContext, trust_root: str, checks: TlsChecks) -> None:
    """Make a client's settings check that; `trust_root` is PEM: the authority's certificate and revocation list."""
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(SUITES)
    _trust(context, trust_root)
    if checks.revocation and "X509 CRL" in trust_root:
        context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    if not checks.dates:
        context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)
    if not (checks.name and checks.chain):
        context.check_hostname = False
    if not checks.chain:
        context.verify_mode = ssl.CERT_NONE
    if not checks.current:
        # OpenSSL admits SHA-1 and TLS 1.0 at its lowest security level only
        context.set_ciphers(_ANY_SUITE)
        context.options &= ~(ssl.OP_NO_TLSv1 | ssl.OP_NO_TLSv1_1)
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED


def _trust(context: ssl.SSLContext, trust_root: str) -> None:
    # Python takes certificates from memory, revocation lists from a file only
    with tempfile.NamedTemporaryFile() as file:
        file.write(trust_root.encode("ascii"))
        file.flush()
        context.load_verify_locations(cafile=file.name)
