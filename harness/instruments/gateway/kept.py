"""The bench's own authority in a file, so that it is installed in an article once and not for each case.

One PEM file, mode 0600: the private key, the certificate, and the list of what it has revoked.
"""

import os
import re
import secrets
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from harness.errors import FileError, RigError
from harness.instruments.gateway.authority import Root, make_root

LIFE = timedelta(days=3650)
# clocks of articles are set 400 days ahead (ENDP-07), and a campaign takes its time
LEAST_LEFT = timedelta(days=500)
MOST_BYTES = 64 << 10
_ANOTHER = "move it away, and the bench makes another one, which the article has to be given then"
_PART = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.+?-----END \1-----", re.DOTALL)
_KEY, _CERTIFICATE, _LIST = b"PRIVATE KEY", b"CERTIFICATE", b"X509 CRL"


def open_root(path: Path) -> tuple[Root, bool]:
    """The authority kept in a file, and whether it was made now since there was no such file.

    Raises:
        FileError: the file cannot be read, written, or is no such authority.
        RigError: others may read it, or it ends too soon.
    """
    if not path.exists():
        return _make(path), True
    root = _read(path)
    left = root.certificate.not_valid_after_utc - datetime.now(UTC)
    if left < LEAST_LEFT:
        ends = root.certificate.not_valid_after_utc.date()
        raise RigError(f"the bench's authority {path} ends on {ends}, {LEAST_LEFT.days} days are wanted: {_ANOTHER}")
    return root, False


def _make(path: Path) -> Root:
    # certificates tell whole seconds
    until = (datetime.now(UTC) + LIFE).replace(microsecond=0, tzinfo=None)
    root = make_root(f"dronecert bench authority {secrets.token_hex(4)}", until)
    key = root.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem = serialization.Encoding.PEM
    whole = key + root.certificate.public_bytes(pem) + root.revocations.public_bytes(pem)
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(whole)
            file.flush()
            os.fsync(file.fileno())
        # a half written authority is never there, and one that somebody else has just made stays
        os.link(new, path)
    except OSError as error:
        raise FileError(path, f"the bench's authority cannot be written there: {error.strerror}") from error
    finally:
        with suppress(OSError):
            new.unlink()
    return root


def _read(path: Path) -> Root:
    try:
        with path.open("rb") as file:
            mode, data = os.fstat(file.fileno()).st_mode, file.read(MOST_BYTES + 1)
    except OSError as error:
        raise FileError(path, f"the bench's authority cannot be read: {error.strerror}") from error
    if mode & 0o077:
        raise RigError(
            f"the bench's authority {path} may be read by others, and whoever has its key is taken for any server: "
            f"chmod 600 {path}; if others had it, {_ANOTHER}"
        )
    parts = {match[1]: match[0] + b"\n" for match in _PART.finditer(data)}
    try:
        root = Root(
            certificate=x509.load_pem_x509_certificate(parts[_CERTIFICATE]),
            key=_as_key(serialization.load_pem_private_key(parts[_KEY], None)),
            revocations=x509.load_pem_x509_crl(parts[_LIST]),
        )
        _assert_sound(root)
    except (KeyError, ValueError, TypeError, UnsupportedAlgorithm, x509.ExtensionNotFound) as error:
        raise FileError(path, f"is no authority of a bench ({error}): {_ANOTHER}") from error
    return root


def _as_key(key: object) -> ec.EllipticCurvePrivateKey:
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("its key is not one of ECDSA")
    return key


def _assert_sound(root: Root) -> None:
    public = root.key.public_key()
    if root.certificate.public_key() != public:
        raise ValueError("its certificate is of another key")
    if not root.certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
        raise ValueError("its certificate is not one of an authority")
    if not root.revocations.is_signature_valid(public):
        raise ValueError("its list of revocations is not its own")
