"""Frozen models of what is judged or judged with, and the two ways in: the judge's TOML files, a stranger's JSON.

A wrong TOML file is the user's mistake (`FileError`), a wrong JSON document its author's (`MaterialError`).
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Strict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from harness.errors import FileError, MaterialError
from harness.supply.document import load_json

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
MAX_BYTES = 1 << 20
# tomllib needs time in the cube of a dotted key's length
MAX_LINE = 2000
MAX_SHOWN = 120


class Own(BaseModel):
    """A table of our own format: an unknown key is a mistake."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Foreign(BaseModel):
    """A part of somebody else's format: what is not read here is left alone, what is read has its type."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    if not line:
        raise ValueError("is empty")
    if not line.isprintable():
        raise ValueError("has control characters")
    return line


# TOML and JSON have lists; a frozen model keeps tuples
Many = Annotated[tuple[T, ...], Strict(False)]
Line = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_one_line)]
Name = Annotated[str, StringConstraints(max_length=300), AfterValidator(_one_line)]


def read_table(path: Path, model: type[M]) -> M:
    """A TOML file of the judge's, of at most 1 MiB and 2000 characters a line.

    Raises:
        FileError: absent, no regular file, too large, not TOML, or not what `model` describes; names key or line.
    """
    return parse_table(path, read_bytes(path), model)


def parse_table(path: Path, data: bytes, model: type[M]) -> M:
    """As `read_table`, of a file's bytes.

    Raises:
        FileError: as `read_table`.
    """
    text = _text(path, data)
    try:
        return model.model_validate(tomllib.loads(text))
    except ValidationError as error:
        key, problem = _first(error)
        raise FileError(path, problem, key=key) from None
    except RecursionError:
        raise FileError(path, "is not TOML that can be read: nested too deeply") from None
    except ValueError as error:
        raise FileError(path, f"is not TOML: {shown(error)}") from None


def read_json(data: bytes, model: type[M], what: str) -> M:
    """A JSON document of a stranger.

    Args:
        data: the document.
        model: what it should be.
        what: what to call it in an error, as "the VEX document".

    Raises:
        MaterialError: not JSON within the bounds of `load_json`, or not what `model` describes.
    """
    try:
        return parse(load_json(data), model, what)
    except MaterialError as error:
        text = str(error)
        raise MaterialError(text if text.startswith(what) else f"{what}: {text}") from None


def parse(document: object, model: type[M], what: str) -> M:
    """A JSON value that was read within bounds.

    Raises:
        MaterialError: it is not what `model` describes.
    """
    try:
        return model.model_validate(document)
    except ValidationError as error:
        key, problem = _first(error)
        raise MaterialError(f"{what} at {key or 'its top'}: {problem}") from None


def shown(value: object) -> str:
    """A stranger's text, short and fit for a terminal."""
    text = ascii(str(value))[1:-1]
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "..."


def read_bytes(path: Path, most: int = MAX_BYTES) -> bytes:
    """A regular file of at most `most` bytes.

    Raises:
        FileError: absent, no regular file, or larger.
    """
    try:
        # a pipe or a device could keep a reader for ever
        if path.exists() and not path.is_file():
            raise FileError(path, "is not a regular file")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise FileError(repr(str(path)), "is no path") from error
    if len(data) > most:
        raise FileError(path, f"has more than {most} bytes: split it")
    return data


def _text(path: Path, data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(path, "is not UTF-8 text") from error
    long = next((number for number, line in enumerate(text.split("\n"), 1) if len(line) > MAX_LINE), None)
    if long is not None:
        raise FileError(path, f"line of more than {MAX_LINE} characters: break it", line=long)
    return text


def _first(error: ValidationError) -> tuple[str, str]:
    """Key and words of the first mistake; what is there and wrong goes before what is missing."""
    every = error.errors(include_url=False)
    # a list is called too short when an element of it is wrong
    around = {mistake["loc"][:size] for mistake in every for size in range(len(mistake["loc"]))}
    mistakes = [mistake for mistake in every if mistake["loc"] not in around]
    first = min(mistakes, key=lambda mistake: mistake["type"] == "missing")
    more = f" (and {len(mistakes) - 1} more)" if len(mistakes) > 1 else ""
    return _dotted(first["loc"]), _said(first) + more


def _said(mistake: ErrorDetails) -> str:
    if mistake["type"] == "missing":
        return "missing key"
    if mistake["type"] == "extra_forbidden":
        return "unknown key"
    if mistake["type"] == "value_error":
        return shown(mistake["ctx"]["error"])
    message = mistake["msg"][0].lower() + mistake["msg"][1:]
    return f"{shown(message)}, got {shown(repr(_stub(mistake['input'])))}"


def _stub(value: Any) -> Any:  # noqa: ANN401 - whatever stood in the document
    return value if isinstance(value, str | int | float | bool | None) else f"a {type(value).__name__}"


def _dotted(location: Sequence[str | int]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return shown(text.removeprefix("."))
