"""A MAVLink 2 signing key in a file: as bytes, in hexadecimal, or as the passphrase that ground stations ask for."""

import hashlib
import re
from pathlib import Path

from harness.errors import FileError

KEY_BYTES = 32
_MOST_BYTES = 1024
_HEX = re.compile(rb"[0-9A-Fa-f]{64}")
_PASSPHRASE = re.compile(rb"[\x20-\x7e]+")


def read_key(path: Path) -> bytes:
    """The 32 bytes of the key.

    A file holds, and a line's end behind the last two does not count:

    - 64 hexadecimal digits, or
    - one line of printable ASCII: a passphrase. Its SHA-256 is the key, as MAVProxy (``signing key PASSPHRASE``) and
      Mission Planner make it; or
    - 32 bytes, not all of them printable: the key itself.

    Raises:
        FileError: it cannot be read, or holds none of these.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror}", key="--signing-key") from error
    line = data.removesuffix(b"\n").removesuffix(b"\r")
    if _HEX.fullmatch(line):
        return bytes.fromhex(line.decode())
    if _PASSPHRASE.fullmatch(line) and len(data) <= _MOST_BYTES:
        return hashlib.sha256(line).digest()
    if len(data) == KEY_BYTES:
        return data
    wanted = "32 bytes, 64 hexadecimal digits, or a passphrase in one line of ASCII"
    raise FileError(path, f"holds no signing key: wanted {wanted}", key="--signing-key")


def is_open_to_others(path: Path) -> bool:
    """Whether other users of this machine may read the file."""
    return bool(path.stat().st_mode & 0o044)
