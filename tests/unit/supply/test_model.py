import os
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import FileError, MaterialError
from harness.supply.model import MAX_BYTES, MAX_LINE, Foreign, Line, Many, Name, Own, read_json, read_table, shown


class Entry(Own):
    name: Name
    day: date


class Table(Own):
    title: Line
    entries: Many[Entry] = ()


class Part(Foreign):
    name: Name
    parts: Many[Name] = ()


GOOD = 'title = "a"\n[[entries]]\nname = "x  y"\nday = 2026-01-02\n'


def written(tmp_path, data):
    path = tmp_path / "t.toml"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_a_table_is_read(tmp_path):
    table = read_table(written(tmp_path, GOOD), Table)
    assert table.entries[0].name == "x y"
    assert table.entries[0].day == date(2026, 1, 2)


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        ("", "title: missing key"),
        (b"\xff", "is not UTF-8 text"),
        ("title = ", "is not TOML"),
        ("x = " + "[" * 1900, "is not TOML"),
        ("a\n" * 3 + "x" * (MAX_LINE + 1), r"t\.toml:4: line of more than 2000 characters"),
        (b"#" * (MAX_BYTES + 1), "has more than 1048576 bytes"),
        (GOOD + "extra = 1\n", r"entries\[0\]\.extra: unknown key"),
        (GOOD.replace("2026-01-02", '"2026-01-02"'), r"entries\[0\]\.day: "),
        (GOOD.replace('"x  y"', "1"), r"entries\[0\]\.name: .*, got 1"),
        (GOOD.replace('"x  y"', r'"\u001b[2J"'), r"entries\[0\]\.name: has control characters"),
        (GOOD.replace('"x  y"', '"  "'), r"entries\[0\]\.name: is empty"),
        (GOOD.replace('"x  y"', '"' + "x" * 301 + '"'), r"entries\[0\]\.name: .*300"),
    ],
)
def test_a_wrong_table_is_its_authors_fault(tmp_path, data, wanted):
    path = written(tmp_path, data)
    with pytest.raises(FileError, match=wanted) as caught:
        read_table(path, Table)
    assert str(caught.value).startswith(str(path))
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("kind", ["absent", "folder", "pipe", "nul"])
def test_what_is_no_file_is_told(tmp_path, kind):
    path = tmp_path / ("a\0b" if kind == "nul" else kind)
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    with pytest.raises(FileError, match=r"cannot be read|is not a regular file|is no path"):
        read_table(path, Table)


def test_a_foreign_document_may_say_more_than_is_read():
    assert read_json(b'{"name": "x", "more": [1], "parts": ["y"]}', Part, "the part") == Part(name="x", parts=("y",))


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", "the part: document is not JSON"),
        (b"[]", "the part: .*wanted an object"),
        (b"{}", "the part at name: missing key"),
        (b'{"name": 1}', "the part at name: .*got 1"),
        (b'{"name": {"a": 1}}', "the part at name: .*got 'a dict'"),
        (b'{"name": "x", "parts": ["\\u001b"]}', r"the part at parts\[0\]: has control characters"),
        (b'{"name": "x", "name": "y"}', "repeats a key"),
    ],
)
def test_a_wrong_document_is_refused(data, wanted):
    with pytest.raises(MaterialError, match=wanted) as caught:
        read_json(data, Part, "the part")
    assert str(caught.value).isprintable()


@given(st.binary(max_size=60) | st.from_regex(rb'\{("name"|"parts"|[\[\]{},:0-9"a])*\}', fullmatch=True))
def test_any_bytes_are_read_or_refused(data):
    try:
        part = read_json(data, Part, "the part")
    except MaterialError as error:
        assert str(error).isprintable()
    else:
        assert part.name


def test_a_strangers_text_is_shortened():
    assert shown("\x1b[2J" + "x" * 500) == "\\x1b[2J" + "x" * 113 + "..."
