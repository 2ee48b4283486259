"""Where in a TOML text each key stands. tomllib does not tell, so a small scanner over text it accepted does."""

import re
from collections.abc import Iterator

Location = tuple[str | int, ...]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\[\]{},=.\n]"
    r"|[^\s\[\]{},=.\#\"']+",
    re.DOTALL,
)
_END = ("", 0)


def key_lines(text: str) -> dict[Location, int]:
    """Line (from 1) of every key, table and array element of a valid TOML `text`.

    Raises:
        RecursionError: arrays nested deeper than the interpreter's stack.
    """
    return _Scanner(text).scan()


def line_of(lines: dict[Location, int], location: Location) -> int | None:
    """Line of `location` or of the nearest key around it; None where only the file itself is left."""
    known = (lines[location[:size]] for size in range(len(location), 0, -1) if location[:size] in lines)
    return next(known, None)


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    line = 1
    for match in _TOKEN.finditer(text):
        token = match.group()
        if not token.startswith("#"):
            yield token, line
        line += token.count("\n")


class _Scanner:
    def __init__(self, text: str) -> None:
        self._rest = _tokens(text)
        self._token, self._line = next(self._rest, _END)
        self._lines: dict[Location, int] = {}
        self._last: dict[Location, int] = {}
        self._table: Location = ()

    def scan(self) -> dict[Location, int]:
        while self._line:
            if self._token == "\n":
                self._next()
            elif self._token == "[":
                self._header()
            else:
                self._pair(self._table)
        return self._lines

    def _next(self) -> None:
        self._token, self._line = next(self._rest, _END)

    def _note(self, location: Location, line: int) -> None:
        self._lines.setdefault(location, line)

    def _key(self, end: str) -> list[str]:
        """Parts of a dotted key up to and with the token `end`."""
        parts = []
        while self._token not in (end, ""):
            if self._token != ".":
                parts.append(self._token.strip("\"'"))
            self._next()
        self._next()
        return parts

    def _header(self) -> None:
        line = self._line
        self._next()
        repeated = self._token == "["
        if repeated:
            self._next()
        parts = self._key("]")
        if repeated:
            self._next()
        self._table = self._resolved(parts[:-1]) + tuple(parts[-1:])
        if repeated:
            self._last[self._table] = self._last.get(self._table, -1) + 1
            self._note(self._table, line)
        self._table = self._resolved(parts)
        for size in range(1, len(self._table) + 1):
            self._note(self._table[:size], line)

    def _resolved(self, parts: list[str]) -> Location:
        """Location of a header's key: in an array of tables, that of its last element."""
        location: Location = ()
        for part in parts:
            location += (part,)
            if location in self._last:
                location += (self._last[location],)
        return location

    def _pair(self, table: Location) -> None:
        line, location = self._line, table
        for part in self._key("="):
            location += (part,)
            self._note(location, line)
        self._value(location)

    def _value(self, location: Location) -> None:
        if self._token == "[":
            self._array(location)
        elif self._token == "{":
            self._inline_table(location)
        else:
            while self._token not in (",", "]", "}", "\n", ""):
                self._next()

    def _array(self, location: Location) -> None:
        index = 0
        self._next()
        while self._token not in ("]", ""):
            if self._token in (",", "\n"):
                index += self._token == ","
                self._next()
            else:
                self._note((*location, index), self._line)
                self._value((*location, index))
        self._next()

    def _inline_table(self, location: Location) -> None:
        self._next()
        while self._token not in ("}", ""):
            if self._token in (",", "\n"):
                self._next()
            else:
                self._pair(location)
        self._next()
