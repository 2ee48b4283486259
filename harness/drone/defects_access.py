"""Defects of the companion's network: each is spoken over real connections, as a bad product would."""

from harness.drone.defect import Defect, part
from harness.drone.network.tls_checks import TlsChecks

ACCESS_DEFECTS = (
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
        name="ftp-without-login",
        summary="MAVLink FTP serves a log of where it is to whoever asks, without a login",
        caught_by=("ENDP-08",),
        change=part("mavlink", open_files=True),
    ),
    Defect(
        name="serial-shell",
        summary="SERIAL_CONTROL opens a system shell",
        caught_by=("ENDP-08",),
        change=part("mavlink", serial_shell=True),
    ),
    Defect(
        name="debug-bridge",
        summary="an Android debug bridge on TCP port 5555 asks for no key",
        caught_by=("ENDP-05", "ENDP-08"),
        change=part("network", debug_bridge=True),
    ),
    Defect(
        name="admin-admin",
        summary="telnet opens a shell for admin with the password admin",
        caught_by=("ENDP-09", "ENDP-08", "ENDP-05"),
        change=part("network", admin_login=True),
    ),
    Defect(
        name="serial-code",
        summary="the operator's code is the end of the serial number that is printed on the unit",
        caught_by=("ENDP-09",),
        change=part("recorder", serial_code=True),
    ),
    Defect(
        name="shared-radio-key",
        summary="the signing key of the radio is the same in every unit",
        caught_by=("ENDP-09",),
        change=part("mavlink", model_key=True),
    ),
    Defect(
        name="old-tls",
        summary="agrees to TLS 1.0 and to any cipher suite",
        caught_by=("ENDP-06",),
        change=part("network", tls_checks=TlsChecks(current=False)),
    ),
)
