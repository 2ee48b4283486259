"""Credentials that are no secret: published defaults, and what can be made of what is printed on a unit."""

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from harness.errors import FileError

LONGEST_FILE, MOST = 1 << 20, 10_000
_ENDS = (4, 6, 8)
_HASHES = ("md5", "sha1", "sha256")


@dataclass(frozen=True, kw_only=True)
class Credential:
    """A name, empty where a login asks for none, and a password."""

    name: str
    password: str


@dataclass(frozen=True, kw_only=True)
class PublishedList:
    """Published defaults, and the date of the list."""

    dated: date
    credentials: tuple[Credential, ...]


def read_published(path: Path) -> PublishedList:
    """Read a list: ``dated``, and ``credentials`` as tables of ``name`` and ``password``.

    Raises:
        FileError: it cannot be read, is too large, or is not of that form.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LONGEST_FILE + 1)
        if len(data) > LONGEST_FILE:
            raise FileError(path, f"is larger than {LONGEST_FILE} bytes: split the list of credentials")
        document = tomllib.loads(data.decode("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise FileError(path, f"cannot be read as a list of credentials: {error}") from error
    dated, rows = document.get("dated"), document.get("credentials")
    if type(dated) is not date:
        raise FileError(path, "wants the date of the list, as 2026-11-30", key="dated")
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST or not all(map(_is_credential, rows)):
        raise FileError(path, f"wants 1 to {MOST} tables of name and password, both text", key="credentials")
    return PublishedList(dated=dated, credentials=tuple(Credential(**row) for row in rows))


def _is_credential(row: object) -> bool:
    fits = isinstance(row, dict) and set(row) == {"name", "password"}
    return fits and all(isinstance(text, str) for text in row.values())  # type: ignore[attr-defined]


def derive_passwords(printed: Mapping[str, str]) -> tuple[str, ...]:
    """What one would try who has read the label: each text whole, its ends, backwards, and digests of it."""
    found: list[str] = []
    for text in printed.values():
        plain = "".join(letter for letter in text if letter.isalnum())
        for form in dict.fromkeys((text, plain, plain.lower(), plain.upper())):
            found += [form, form[::-1], *(form[-end:] for end in _ENDS), *(form[:end] for end in _ENDS)]
            found += [hashlib.new(name, form.encode()).hexdigest()[:8] for name in _HASHES]
    return tuple(dict.fromkeys(text for text in found if text))


def passwords_of(credentials: Sequence[Credential]) -> tuple[str, ...]:
    """For a login that asks for no name: every name and every password, once."""
    texts = [text for each in credentials for text in (each.name, each.password)]
    return tuple(dict.fromkeys(text for text in texts if text))
