"""The official CycloneDX schemas, checked in a time that grows with the document and no faster.

The library's own check of web addresses (format ``iri-reference``) takes a millisecond for each character, so a bill
of usual size would take minutes and one long address for ever. Here an address is looked at by its characters alone.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cyclonedx.schema import SchemaVersion

# RFC 3987 section 2.2: no blanks, none of the excluded characters, whole percent codes, one fragment at most.
ADDRESS = re.compile(r"""(?:[^\s<>"{}|\\^`%#]|%[0-9A-Fa-f]{2})*+(?:\#(?:[^\s<>"{}|\\^`%#]|%[0-9A-Fa-f]{2})*+)?""", re.X)


@dataclass(frozen=True, kw_only=True)
class Departure:
    """The first place where a document is against its schema: keys and indices down to it, and what is wrong."""

    path: tuple[str | int, ...]
    message: str


def open_schema(version: SchemaVersion) -> Callable[[Any], Departure | None]:
    """A check of JSON values against the schema of `version`; None where they follow it."""
    # on first use: jsonschema and its grammars cost every start more than a second
    from cyclonedx.validation.json import JsonValidator
    from jsonschema import Draft7Validator, FormatChecker

    formats = FormatChecker(())
    formats.checkers = dict(Draft7Validator.FORMAT_CHECKER.checkers) | {"iri-reference": (is_address, ())}
    validator = JsonValidator(version)._validator.evolve(format_checker=formats)

    def check(value: object) -> Departure | None:
        error = next(validator.iter_errors(value), None)
        return None if error is None else Departure(path=tuple(error.absolute_path), message=error.message)

    return check


def is_address(value: object) -> bool:
    """Whether a text may be a web address or a reference to one; what is no text is not judged here."""
    return not isinstance(value, str) or ADDRESS.fullmatch(value) is not None
