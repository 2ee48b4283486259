import hashlib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import FileError
from harness.instruments.network.credentials import (
    LONGEST_FILE,
    Credential,
    derive_passwords,
    passwords_of,
    read_published,
)

SHIPPED = Path(__file__).parents[4] / "suites" / "endpoints" / "default-credentials.toml"


def test_the_list_beside_the_suite_is_dated_and_holds_the_classics():
    listed = read_published(SHIPPED)
    assert listed.dated >= date(2026, 11, 30)
    assert {Credential(name="admin", password="admin"), Credential(name="", password="0000")} <= set(listed.credentials)
    assert len(set(listed.credentials)) == len(listed.credentials)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "dated: wants the date"),
        ("dated = 2026-11-30\n", "credentials: wants 1 to"),
        ("dated = 2026-11-30T00:00:00Z\ncredentials = []\n", "dated: wants the date"),
        ("dated = 2026-11-30\ncredentials = []\n", "credentials: wants 1 to"),
        ('dated = 2026-11-30\ncredentials = [{ name = "a" }]\n', "credentials: wants 1 to"),
        ('dated = 2026-11-30\ncredentials = [{ name = "a", password = 1 }]\n', "credentials: wants 1 to"),
        ("dated =", "cannot be read as a list"),
        ("#" * (LONGEST_FILE + 1), "is larger than"),
    ],
)
def test_a_list_that_is_none_is_one_clear_error(tmp_path, text, problem):
    path = tmp_path / "list.toml"
    path.write_text(text)
    with pytest.raises(FileError, match=problem):
        read_published(path)


def test_a_list_that_is_not_there_is_one_clear_error(tmp_path):
    with pytest.raises(FileError, match="cannot be read"):
        read_published(tmp_path / "list.toml")
    (tmp_path / "list.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(FileError, match="cannot be read"):
        read_published(tmp_path / "list.toml")


def test_what_is_printed_is_tried_whole_in_parts_backwards_and_hashed():
    made = derive_passwords({"serial": "AB-1234", "mac": "02:00:00:00:00:02"})
    assert {"AB-1234", "AB1234", "ab1234", "4321BA", "1234", "AB12", "020000000002", "0002"} <= set(made)
    assert hashlib.md5(b"AB-1234").hexdigest()[:8] in made
    assert len(made) == len(set(made))


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=30), max_size=4))
def test_any_label_makes_passwords_or_none(printed):
    assert all(derive_passwords(printed))


def test_without_a_name_both_texts_are_tried():
    pairs = (Credential(name="pi", password="raspberry"), Credential(name="", password="0000"))
    assert passwords_of(pairs) == ("pi", "raspberry", "0000")
