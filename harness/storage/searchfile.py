"""The TOML files that say what a scan looks for: canaries, and keys that must not be found.

::

    [[text]]
    name = "scene text"
    text = "CANARY-71d3..."

    [[place]]
    name = "take-off"
    latitude = 35.6762        # deg
    longitude = 139.6503      # deg
    box = 0.001               # half width, deg; the default

    [[key]]
    name = "volume key"
    hex = "00112233445566778899aabbccddeeff"    # or text = "passphrase"
"""

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from harness.errors import FileError, UsageError
from harness.storage.search.canary import CanarySet, CoordinateCanary, TextCanary
from harness.storage.search.keysearch import Secret

T = TypeVar("T")
LARGEST = 1 << 20
MOST_ENTRIES = 100


def read_canaries(path: Path) -> CanarySet:
    """The canaries of a file with tables ``[[text]]`` and ``[[place]]``.

    Raises:
        FileError: the file cannot be read, or an entry is wrong.
    """
    document = _document(path, {"text", "place"})
    return CanarySet(
        texts=tuple(_entries(path, document, "text", _text)),
        coordinates=tuple(_entries(path, document, "place", _place)),
    )


def read_keys(path: Path) -> tuple[Secret, ...]:
    """The secrets of a file with tables ``[[key]]``.

    Raises:
        FileError: the file cannot be read, or an entry is wrong; no message holds a secret.
    """
    return tuple(_entries(path, _document(path, {"key"}), "key", _secret))


def _document(path: Path, tables: set[str]) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST + 1)
        document = tomllib.loads(text.decode()) if len(text) <= LARGEST else None
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise FileError(path, f"is no TOML: byte {error.start} is not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        # the place only: the rest of the message could hold a key
        place = re.search(r"at (line \d+, column \d+|end of document)", str(error))
        raise FileError(path, f"is no TOML{f' {place.group()}' if place else ''}") from error
    except RecursionError as error:
        raise FileError(path, "is no TOML that can be read: nested too deeply") from error
    if document is None:
        raise FileError(path, f"has more than {LARGEST} bytes")
    unknown = sorted(document.keys() - tables)
    if unknown or not document:
        wanted = " and ".join(f"[[{name}]]" for name in sorted(tables))
        raise FileError(path, f"wanted tables {wanted}", key=unknown[0] if unknown else "")
    return document


def _entries(path: Path, document: dict[str, Any], table: str, make: Callable[[dict[str, Any]], T]) -> Iterator[T]:
    entries = document.get(table, [])
    if not isinstance(entries, list) or len(entries) > MOST_ENTRIES:
        raise FileError(path, f"wanted at most {MOST_ENTRIES} tables [[{table}]]", key=table)
    for number, entry in enumerate(entries, 1):
        place = f"{table} {number}"
        if not isinstance(entry, dict):
            raise FileError(path, f"wanted a table [[{table}]]", key=place)
        try:
            made = make(dict(entry))
        except UsageError as error:
            raise FileError(path, str(error), key=place) from error
        yield made


def _text(entry: dict[str, Any]) -> TextCanary:
    made = TextCanary(_word(entry, "name"), _word(entry, "text"))
    return _nothing_left(entry, made)


def _place(entry: dict[str, Any]) -> CoordinateCanary:
    box = _number(entry, "box") if "box" in entry else 0.001
    made = CoordinateCanary(_word(entry, "name"), _number(entry, "latitude"), _number(entry, "longitude"), box)
    return _nothing_left(entry, made)


def _secret(entry: dict[str, Any]) -> Secret:
    name = _word(entry, "name")
    if ("hex" in entry) == ("text" in entry):
        raise UsageError("wanted hex or text, one of both")
    if "text" in entry:
        value = _word(entry, "text").encode()
    else:
        try:
            value = bytes.fromhex(_word(entry, "hex"))
        except ValueError as error:
            raise UsageError("hex: wanted pairs of hexadecimal digits") from error
    return _nothing_left(entry, Secret(name=name, value=value))


def _word(entry: dict[str, Any], key: str) -> str:
    value = entry.pop(key, None)
    if not isinstance(value, str) or not value:
        raise UsageError(f"{key}: wanted a text")
    return value


def _number(entry: dict[str, Any], key: str) -> float:
    value = entry.pop(key, None)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise UsageError(f"{key}: wanted a number, in degrees")
    return float(value)


def _nothing_left(entry: dict[str, Any], made: T) -> T:
    if entry:
        raise UsageError(f"unknown key {next(iter(entry))!r}")
    return made
