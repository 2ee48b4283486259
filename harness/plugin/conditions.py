"""Conditions of the suites: tables in ``conditions.toml`` beside a test become its cases."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.errors import FileError

FILE = "conditions.toml"
DEPTHS = ("short", "lab")
# a rig's first run in real time: what its tables leave out is taken from the short ones
COMMISSIONING, BASIS = "commissioning", "short"


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One row of a condition table; its values are attributes, in the unit that the table's comment states."""

    id: str
    source: str
    values: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the table says what it is
        values: Mapping[str, Any] = object.__getattribute__(self, "values")
        if name not in values:
            raise AttributeError(f"{self.source} has no value {name!r}; it has {', '.join(values)}")
        return values[name]

    def __repr__(self) -> str:
        return self.id


def read_conditions(path: Path, depth: str, table: str) -> tuple[Condition, ...]:
    """The rows of one table at a depth; a table without ``cases`` is one row.

    Raises:
        FileError: the file is no TOML, or the table is not there or not of that form.
    """
    tables = _tables(path, depth)
    if table not in tables:
        raise FileError(path, f"there is no such table, there are {', '.join(tables)}", key=f"{depth}.{table}")
    raw = dict(tables[table])
    rows = raw.pop("cases", [{}])
    if not (isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows)):
        raise FileError(path, "wants a list of tables that is not empty", key=f"{depth}.{table}.cases")
    source = f"{path}: {depth}.{table}"
    return tuple(Condition(id=_row_id(row) or depth, source=source, values={**raw, **row}) for row in rows)


def parametrize(metafunc: pytest.Metafunc, depth: str) -> None:
    """Make a case of each row of the tables that a test takes as arguments."""
    path = metafunc.definition.path.parent / FILE
    if not path.is_file():
        return
    tables = _tables(path, depth)
    for name in metafunc.fixturenames:
        if name in tables:
            rows = read_conditions(path, depth, name)
            metafunc.parametrize(name, rows, ids=[row.id for row in rows])


def _tables(path: Path, depth: str) -> Mapping[str, Mapping[str, Any]]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise FileError(path, f"cannot be read: {error}") from error
    tables = document.get(BASIS if depth == COMMISSIONING else depth)
    own = document.get(COMMISSIONING, {})
    if set(document) - {*DEPTHS, COMMISSIONING} or not isinstance(tables, dict) or not isinstance(own, dict):
        raise FileError(path, f"wants the tables {' and '.join(DEPTHS)} only", key=depth)
    if depth == COMMISSIONING:
        tables = {**tables, **own}
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise FileError(path, f"wants a table, got {table!r}", key=f"{depth}.{name}")
    return tables


def _row_id(row: Mapping[str, Any]) -> str:
    return "-".join(f"{key}={value}" for key, value in row.items())
