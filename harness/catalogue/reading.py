"""TOML file to frozen model, every mistake as one line with path, key and line.

The rig layer reads its files through here too.
"""

import re
import reprlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from harness.catalogue.fields import model_at
from harness.catalogue.lines import Location, key_lines, line_of
from harness.errors import FileError, did_you_mean

M = TypeVar("M", bound=BaseModel)

# ten times the longest file of the project; the worst hostile one tried of this size takes 5 s and 0.4 GB
MAX_BYTES = 1 << 18
# tomllib needs time in the cube of a dotted key's length: a long line could keep it busy for hours
MAX_LINE = 1000

_PLACE = re.compile(r" \(at (?:line ([0-9]+), column [0-9]+|end of document)\)$")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")


@dataclass(frozen=True, kw_only=True)
class Document(Generic[M]):
    """A file that was read: its model, and the lines of its keys for errors found later.

    Attributes:
        path: the file.
        model: what it says.
        lines: line of each key, by its location such as ``("floors", 0, "key")``.
    """

    path: Path
    model: M
    lines: Mapping[Location, int]

    def error(self, location: Sequence[str | int], problem: str) -> FileError:
        """A `FileError` on the key at `location`, to be raised by the caller."""
        return file_error(self.path, dict(self.lines), tuple(location), problem)


def read_model(path: Path, model: type[M]) -> M:
    """Read the TOML file `path` as `model`.

    Raises:
        FileError: the file is absent, a folder, empty, too large, not UTF-8, not TOML, or not what `model` describes.
    """
    return read_document(path, model).model


def read_document(path: Path, model: type[M]) -> Document[M]:
    """As `read_model`, with the place of every key.

    Raises:
        FileError: as `read_model`. Of several mistakes the first is named and the others are counted.
    """
    text = _read_text(path)
    try:
        data, lines = tomllib.loads(text), key_lines(text)
    except RecursionError:
        raise FileError(path, "is not TOML that can be read: nested too deeply") from None
    except ValueError as problem:
        raise _syntax_error(path, text, str(problem)) from None
    return Document(path=path, model=_validated(path, model, data, lines), lines=lines)


def file_error(path: Path, lines: dict[Location, int], location: Location, problem: str) -> FileError:
    """A `FileError` with the dotted key of `location` and the line of the nearest key that the file has."""
    return FileError(path, problem, key=_dotted(location), line=line_of(lines, location))


def _read_text(path: Path) -> str:
    raw = _read_bytes(path)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        raise FileError(path, f"is not UTF-8 text: byte 0x{raw[problem.start]:02x}", line=line) from None
    if not text.strip():
        raise FileError(path, "is empty")
    for number, line_text in enumerate(text.split("\n"), 1):
        if len(line_text) > MAX_LINE:
            raise FileError(path, f"line of more than {MAX_LINE} characters: break it", line=number)
    return text


def _read_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise FileError(path, "is a folder, wanted a TOML file")
        if path.exists() and not path.is_file():
            raise FileError(path, "is not a regular file, wanted a TOML file")
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise FileError(path, "no such file") from None
    except OSError as problem:
        raise FileError(path, f"cannot be read: {problem.strerror}") from None
    except ValueError:
        raise FileError(repr(str(path)), "is no path") from None
    if len(raw) > MAX_BYTES:
        raise FileError(path, f"is larger than {MAX_BYTES} bytes")
    return raw


def _syntax_error(path: Path, text: str, problem: str) -> FileError:
    place = _PLACE.search(problem)
    if place is None:
        return FileError(path, f"is not TOML: {problem}")
    line = int(place[1]) if place[1] else text.rstrip().count("\n") + 1
    return FileError(path, f"is not TOML: {problem[: place.start()]}", line=line)


def _validated(path: Path, model: type[M], data: dict[str, Any], lines: dict[Location, int]) -> M:
    try:
        return model.model_validate(data)
    except ValidationError as problem:
        errors = _own_errors(problem)
    # what is there and wrong goes first: a misspelt key is reported, not the one that is missing for it
    first = min(errors, key=lambda error: (error["type"] == "missing", line_of(lines, error["loc"]) or 0))
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    # pydantic marks a fault in the key itself of a table with a part of its own
    location = first["loc"][:-1] if first["loc"][-1:] == ("[key]",) else first["loc"]
    raise file_error(path, lines, location, _said(first, model) + more)


def _own_errors(problem: ValidationError) -> list[ErrorDetails]:
    """The errors less those that only follow from another: a list is called too short when an element is wrong."""
    errors = problem.errors(include_url=False)
    around = {error["loc"][:size] for error in errors for size in range(len(error["loc"]))}
    return [error for error in errors if error["loc"] not in around]


def _said(error: ErrorDetails, model: type[BaseModel]) -> str:
    """What is wrong, in words for the author of the file."""
    if error["type"] == "missing":
        return "missing key"
    if error["type"] == "extra_forbidden":
        return "unknown key" + _suggestion(error["loc"], model)
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    message = error["msg"][0].lower() + error["msg"][1:]
    return f"{message}, got {reprlib.repr(error['input'])}"


def _suggestion(location: Location, model: type[BaseModel]) -> str:
    owner = model_at(model, location[:-1])
    known = list(owner.model_fields) if owner else []
    near = did_you_mean(str(location[-1]), known)
    return near or (f", known are {', '.join(known)}" if len(known) <= 12 else "")


def _dotted(location: Location) -> str:
    text = ""
    for part in location:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += "." * bool(text) + (part if _BARE_KEY.fullmatch(part) else reprlib.repr(part))
    return text
