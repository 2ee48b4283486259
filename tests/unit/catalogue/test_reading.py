import os
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field

from harness.catalogue.model import Many, Model, Speed, Text
from harness.catalogue.reading import MAX_BYTES, MAX_LINE, read_document, read_model
from harness.errors import FileError


class Part(Model):
    name: Text
    speed: Speed | None = None


class Thing(Model):
    title: Text
    kind: Literal["a", "b"] = "a"
    parts: Many[Part] = ()
    words: Many[Text] | None = Field(default=None, min_length=1)


GOOD = 'title = "t"\n[[parts]]\nname = "one"\nspeed = "36 km/h"\n'


@pytest.fixture
def write(tmp_path):
    def make(content):
        path = tmp_path / "thing.toml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


def said_of(path, model=Thing):
    with pytest.raises(FileError) as caught:
        read_model(path, model)
    text = str(caught.value)
    assert text.isprintable(), "one line, fit for a terminal"
    assert text.startswith(str(path))
    return text.removeprefix(str(path))


def test_a_good_file_is_read(write):
    thing = read_model(write(GOOD), Thing)
    assert thing.parts[0].speed == pytest.approx(10.0)


def test_a_byte_order_mark_and_windows_lines_are_no_mistake(write):
    assert read_model(write(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()), Thing).title == "t"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", ": is empty"),
        ("  \n\n", ": is empty"),
        (b"\xff\xfe\x00", ":1: is not UTF-8 text: byte 0xff"),
        (b"a = 1\n\x80", ":2: is not UTF-8 text: byte 0x80"),
        ('title = "t\n', ":1: is not TOML: Illegal character '\\n'"),
        ("a = 1\na = 2\n", ":2: is not TOML: Cannot overwrite a value"),
        ("a = 1\n\n[b", ":3: is not TOML: Expected ']' at the end of a table declaration"),
        ("a = " + "[\n" * 20000, ": is not TOML that can be read: nested too deeply"),
        ("a = " + "9" * (MAX_LINE + 1), f":1: line of more than {MAX_LINE} characters: break it"),
        (b"#" * 10 + b"\n" * MAX_BYTES, f": is larger than {MAX_BYTES} bytes"),
        (GOOD.replace("title", "titel"), ":1: titel: unknown key, did you mean 'title'? (and 1 more)"),
        ('title = "t"\n[a.b]\n', ":2: a: unknown key, known are title, kind, parts, words"),
        (GOOD.replace("speed", "zzz"), ":4: parts[0].zzz: unknown key, known are name, speed"),
        (GOOD.replace("36 km/h", "36 kg"), ":4: parts[0].speed: wrong unit: '36 kg' is a mass, wanted a speed in m/s"),
        (GOOD.replace('"36 km/h"', "true"), ":4: parts[0].speed: input should be a valid number, got True"),
        (GOOD.replace('"36 km/h"', "nan"), ":4: parts[0].speed: input should be a finite number, got nan"),
        (GOOD.replace('"36 km/h"', "-1"), ":4: parts[0].speed: input should be greater than or equal to 0, got -1"),
        (GOOD.replace('name = "one"\n', ""), ":2: parts[0].name: missing key"),
        (GOOD.replace('title = "t"\n', ""), ": title: missing key"),
        (GOOD.replace('"t"', '" "'), ":1: title: is empty"),
        (GOOD.replace('"t"', "3"), ":1: title: input should be a valid string, got 3"),
        ('title = "t"\nwords = [1]\n', ":2: words[0]: input should be a valid string, got 1"),
        ('title = "t"\nwords = []\n', ":2: words: tuple should have at least 1 item after validation, not 0, got []"),
        ('title = "t"\nkind = "c"\n', ":2: kind: input should be 'a' or 'b', got 'c'"),
        ("parts = 3\nkind = 1\n", ":1: parts: input should be a valid tuple, got 3 (and 2 more)"),
    ],
)
def test_each_mistake_is_one_line_with_key_and_line(write, content, said):
    assert said_of(write(content)) == said


def test_a_key_with_control_characters_is_escaped(write):
    text = said_of(write('title = "t"\n"od\\nd\\u001b" = 1\n'))
    assert text == ": 'od\\nd\\x1b': unknown key, known are title, kind, parts, words"


def test_an_absent_file_a_folder_and_a_pipe(tmp_path):
    assert said_of(tmp_path / "absent.toml") == ": no such file"
    assert said_of(tmp_path) == ": is a folder, wanted a TOML file"
    os.mkfifo(tmp_path / "pipe.toml")
    assert said_of(tmp_path / "pipe.toml") == ": is not a regular file, wanted a TOML file"
    assert said_of(tmp_path / ("x" * 300)) == ": cannot be read: File name too long"
    (tmp_path / "file").write_text("a = 1")
    assert "cannot be read" in said_of(tmp_path / "file" / "inner.toml")


def test_an_absurd_path_is_no_path(tmp_path):
    with pytest.raises(FileError, match=r"no such file|is no path"):
        read_model(tmp_path / "a\0b", Thing)


def test_an_error_found_later_names_its_line(write):
    document = read_document(write(GOOD), Thing)
    error = document.error(("parts", 0, "speed"), "too fast")
    assert str(error) == f"{document.path}:4: parts[0].speed: too fast"
    assert error.line == 4


def test_many_mistakes_end_in_time(write):
    assert "unknown key" in said_of(write('title = "t"\n' + "".join(f"k{index} = 1\n" for index in range(20000))))


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_random_bytes_are_read_or_refused_in_one_line(write, content):
    try:
        read_model(write(content), Thing)
    except FileError as error:
        assert str(error).isprintable()
