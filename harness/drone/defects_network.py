"""Defects of the companion's network: each is spoken over real connections, as a bad product would."""

from harness.drone.defect import Defect, part
from harness.drone.network.tls_checks import TlsChecks

NETWORK_DEFECTS = (
    Defect(
        name="any-certificate",
        summary="takes any certificate of any server",
        caught_by=("ENDP-06",),
        also_touches={"ENDP-11": "a genuine update is taken from whoever poses as the update host"},
        change=part("network", tls_checks=TlsChecks(chain=False)),
    ),
    Defect(
        name="any-name",
        summary="checks the chain of a certificate, but not whom it was made out for",
        caught_by=("ENDP-06",),
        change=part("network", tls_checks=TlsChecks(name=False)),
    ),
    Defect(
        name="any-date",
        summary="takes certificates that have expired",
        caught_by=("ENDP-06",),
        change=part("network", tls_checks=TlsChecks(dates=False)),
    ),
    Defect(
        name="never-revoked",
        summary="does not look into the list of revoked certificates",
        caught_by=("ENDP-06",),
        change=part("network", tls_checks=TlsChecks(revocation=False)),
    ),
    Defect(
        name="old-tls",
        summary="agrees to TLS 1.0 and to any cipher suite",
        caught_by=("ENDP-06",),
        change=part("network", tls_checks=TlsChecks(current=False)),
    ),
)
