"""Text that other parties wrote, made fit to print: nothing invisible, nothing endless, nothing lost.

Names, titles and reasons come from suites, makers and labs. What a reader could not see (control characters,
bidirectional overrides, lone surrogates) is shown as its escape, so that no view is misled by it or broken.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

LONGEST = 1000
DIGEST = re.compile(r"\b[0-9a-fA-F]{64}\b")
GROUP = 8


def visible(text: object, longest: int = LONGEST) -> str:
    """One line in which every character can be seen; cut to `longest` characters, and says so when it was."""
    line = "".join(_seen(character) for character in str(text)[: longest + 1])
    line = " ".join(line.split())
    return line if len(str(text)) <= longest else f"{line[:longest]} ... (cut, whole text in the record)"


def _seen(character: str) -> str:
    if character in "\n\r\t":
        return " "
    return escaped(character) if unicodedata.category(character).startswith("C") else character


def escaped(character: str) -> str:
    """The character as Python would write it, for instance ``\\x07`` or ``\\u202e``."""
    return (
        character.encode("ascii", "backslashreplace").decode() if ord(character) > 0x7F else f"\\x{ord(character):02x}"
    )


def grouped(text: str) -> str:
    """`text` with every SHA-256 in hex broken in groups of 8 digits, so that it can be read aloud and wrapped."""
    return DIGEST.sub(lambda match: " ".join(_chunks(match.group(), GROUP)), text)


def _chunks(text: str, size: int) -> Iterator[str]:
    for start in range(0, len(text), size):
        yield text[start : start + size]


def flattened(value: object, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Leaves of nested mappings and sequences as (path, text), for parts of a record whose keys are open.

    Empty leaves are left out: a reader is told what is known.
    """
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from flattened(item, f"{prefix} {key}".strip())
    elif isinstance(value, Sequence) and not isinstance(value, str):
        if all(isinstance(item, str | int | float) for item in value):
            yield from flattened(", ".join(str(item) for item in value), prefix)
        else:
            for number, item in enumerate(value, 1):
                yield from flattened(item, f"{prefix} {number}".strip())
    elif value not in (None, ""):
        yield visible(prefix), visible(value)


def first_text(mapping: Mapping[str, Any], *names: str) -> str:
    """The first of `names` that `mapping` states, as one line of text, or ""."""
    return next((text for name in names if (text := described(mapping.get(name)))), "")


def described(value: object) -> str:
    """A value of open shape as one line: ``name: text; address: text``, or "" where nothing is stated."""
    return "; ".join(f"{path}: {text}" if path else text for path, text in flattened(value))


_PRINTABLE = ((0x20, 0x250), (0x2B0, 0x500), (0x2010, 0x2041), (0x2070, 0x20D0), (0x2190, 0x2300), (0x2500, 0x2600))
_RUN = re.compile(r"\S{25,}")
_BREAK = "\u200b"


def ink(text: object) -> str:
    """`text` for the PDF: one line, only characters that typst's own fonts draw, breakable everywhere needed.

    Other characters are shown as their escapes; PDF/A forbids a glyph that is missing.
    """
    line = grouped(visible(text))
    line = "".join(letter if _drawn(ord(letter)) else escaped(letter) for letter in line)
    return _RUN.sub(lambda run: _breakable(run.group()), line)


def _drawn(code: int) -> bool:
    return any(low <= code < high for low, high in _PRINTABLE)


def _breakable(run: str) -> str:
    parts = re.sub(r"([/_.,;:\-\[\]=])", rf"\1{_BREAK}", run).split(_BREAK)
    return _BREAK.join(piece for part in parts for piece in _chunks(part, 20))
