"""The exception tree: who is at fault, and errors of files."""

import inspect
from pathlib import Path

import pytest

from harness import errors
from harness.errors import (
    EvidenceError,
    FileError,
    HarnessError,
    MaterialError,
    NotOffered,
    RigError,
    RigTimeout,
    UsageError,
    VehicleError,
    VehicleTimeout,
    did_you_mean,
)


@pytest.mark.parametrize(
    ("error", "parent"),
    [
        (HarnessError, Exception),
        (UsageError, HarnessError),
        (FileError, UsageError),
        (RigError, HarnessError),
        (RigTimeout, RigError),
        (NotOffered, RigError),
        (VehicleError, HarnessError),
        (VehicleTimeout, VehicleError),
        (EvidenceError, HarnessError),
        (MaterialError, HarnessError),
    ],
)
def test_the_tree(error, parent):
    assert error.__bases__ == (parent,)


def test_the_tree_in_the_docstring_draws_every_error():
    names = [name for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, Exception)]
    assert len(names) == 11
    assert [name for name in names if name not in errors.__doc__] == []


def test_no_party_is_blamed_for_anothers_fault():
    parties = [UsageError, RigError, VehicleError, EvidenceError, MaterialError]
    assert not [(a, b) for a in parties for b in parties if a is not b and issubclass(a, b)]


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ({}, "rig.toml: is a folder"),
        ({"line": 7}, "rig.toml:7: is a folder"),
        ({"key": "roles.wind"}, "rig.toml: roles.wind: is a folder"),
        ({"key": "roles.wind", "line": 7}, "rig.toml:7: roles.wind: is a folder"),
        ({"line": 0}, "rig.toml:0: is a folder"),
    ],
)
def test_a_file_error_is_one_line_with_what_is_known(where, text):
    assert str(FileError("rig.toml", "is a folder", **where)) == text


def test_a_file_error_keeps_its_parts():
    error = FileError("rigs/x.toml", "unknown key", key="roles.wnd", line=3)
    assert (error.path, error.problem, error.key, error.line) == (Path("rigs/x.toml"), "unknown key", "roles.wnd", 3)


@pytest.mark.parametrize(
    ("name", "says"),
    [("wind-01", "'WIND-01'"), ("late-failsave", "'late-failsafe'"), ("WIND_01", "'WIND-01'"), ("zzz", ""), ("", "")],
)
def test_the_nearest_name_is_told_whatever_its_letters(name, says):
    said = did_you_mean(name, ["WIND-01", "late-failsafe"])
    assert said == (f", did you mean {says}?" if says else "")
