import unicodedata

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.reports.text import described, first_text, flattened, grouped, ink, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("two\n lines\tand tabs ", "two lines and tabs"),
        ("bell\x07 null\x00 delete\x7f", "bell\\x07 null\\x00 delete\\x7f"),
        ("invoice\u202egnp.exe", "invoice\\u202egnp.exe"),
        ("half \ud800 pair", "half \\ud800 pair"),
        ("line\u2028separator", "line separator"),
        ("日本 é 😀", "日本 é 😀"),
    ],
)
def test_what_cannot_be_seen_is_shown_as_its_escape(text, shown):
    assert visible(text) == shown


def test_long_text_is_cut_and_says_so():
    assert visible("a" * 1000) == "a" * 1000
    cut = visible("a" * 10_000_000, 20)
    assert cut.startswith("a" * 20 + " ") and "cut" in cut and len(cut) < 80


@given(st.text())
def test_visible_text_is_one_line_without_invisible_characters(text):
    assert not any(unicodedata.category(letter)[0] == "C" or letter in "\n\r\u2028" for letter in visible(text))


def test_digests_are_grouped_by_eight():
    assert grouped("sha " + "0123456789abcdef" * 4) == "sha " + " ".join(["01234567", "89abcdef"] * 4)
    assert grouped("a" * 63) == "a" * 63


def test_flattened_leaves_and_described():
    value = {"name": "Lab", "units": [{"serial": 1}, {"serial": 2}], "tags": ["a", "b"], "none": None, "empty": ""}
    assert list(flattened(value)) == [
        ("name", "Lab"),
        ("units 1 serial", "1"),
        ("units 2 serial", "2"),
        ("tags", "a, b"),
    ]
    assert described({"name": "Lab", "at": "Here"}) == "name: Lab; at: Here"
    assert first_text({"b": "x"}, "a", "b") == "x"
    assert first_text({}, "a") == ""


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1))
def test_typst_draws_all_ink_as_pdf_a(text):
    compiler = typst.Compiler(
        b"#let t = sys.inputs.text\n#t #strong(t) #emph(t) #raw(t)",
        font_paths=typst.Fonts(include_system_fonts=False),
        sys_inputs={"text": ink(text)},
    )
    assert compiler.compile(pdf_standards="a-2b", timestamp=0)


def test_ink_breaks_long_runs_and_keeps_every_letter():
    name = "strong_wind/holds_point[mean-15-north-east]"
    assert "\u200b" in ink(name) and ink(name).replace("\u200b", "") == name
    assert ink("日") == "\\u65e5"
