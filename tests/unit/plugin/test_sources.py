"""Marks read from source."""

import pytest

from harness.errors import FileError
from harness.plugin import marks
from harness.plugin.sources import DECORATOR, read_sources

TEXT = """
from harness.plugin.marks import requirement
@requirement("WIND-01", "WIND-07.tilt")
def test_one():
    raise SystemExit
@other("WIND-02")
def test_none():
    pass
"""


@pytest.fixture
def suite(tmp_path):
    (tmp_path / "strong_wind").mkdir()
    return tmp_path / "strong_wind" / "test_it.py"


def test_nothing_is_run_and_each_name_has_its_place(suite):
    suite.write_text(TEXT)
    found = [(mark.path.name, mark.line, mark.test) for mark in read_sources(suite.parents[1])]
    assert found == [("test_it.py", 3, "test_one")] * 2
    named = [(mark.requirement, mark.quantity) for mark in read_sources(suite.parents[1])]
    assert named == [("WIND-01", ""), ("WIND-07", "tilt")]


def test_the_decorator_is_the_one_that_suites_use():
    assert marks.requirement.__name__ == DECORATOR == marks.MARKER


@pytest.mark.parametrize("data", [b"def (", b"\x00", b"\xff\xfe"])
def test_what_is_no_source_is_told_with_its_path(suite, data):
    suite.write_bytes(data)
    with pytest.raises(FileError, match=r"test_it\.py.*is no test file"):
        list(read_sources(suite.parents[1]))
