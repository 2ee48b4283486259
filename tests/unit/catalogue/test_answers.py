import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.catalogue.answers import read_answers
from harness.errors import FileError


def test_a_text_and_a_list_of_texts_are_answers(tmp_path):
    (tmp_path / "a.toml").write_text('[answers]\n"wind.set" = "done"\n"crew.mass" = ["1.5", "2.4"]\n')
    assert read_answers(tmp_path / "a.toml") == {"wind.set": "done", "crew.mass": ("1.5", "2.4")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("[answers]\na = 1\n", r":2: answers\.a"),
        ("[answers]\na = []\n", r":2: answers\.a"),
        ('[answers]\na = ["x", 1]\n', r":2: answers\.a"),
        ("[answers]\n[other]\n", ":2: other: unknown key"),
        ("answers = ", "line 1|:1:"),
    ],
)
def test_what_is_no_answer_file_is_named_with_key_and_line(tmp_path, text, said):
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(FileError, match=said):
        read_answers(tmp_path / "a.toml")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200))
def test_any_bytes_are_borne(tmp_path, data):
    (tmp_path / "a.toml").write_bytes(data)
    try:
        read_answers(tmp_path / "a.toml")
    except FileError as error:
        assert "\n" not in str(error)
