import pytest

from harness.supply.identifiers import is_cpe, is_purl, said, short


@pytest.mark.parametrize(
    ("text", "good"), [("pkg:generic/x@1", True), ("pkg:pypi/a", True), ("pkg:", False), ("x@1", False), ("", False)]
)
def test_package_urls(text, good):
    assert is_purl(text) is good


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("cpe:2.3:a:maker:product:1.0:*:*:*:*:*:*:*", True),
        ("cpe:/a:maker:product", True),
        ("cpe:2.3:a:maker", False),
        ("", False),
    ],
)
def test_cpe_names(text, good):
    assert is_cpe(text) is good


@pytest.mark.parametrize("text", ["", "  ", "Unknown", "NOASSERTION", "n/a", "?"])
def test_what_says_nothing_is_not_said(text):
    assert said(text) == ""
    assert said(" a ") == "a"


def test_a_strangers_value_is_short_and_one_line():
    assert short("a\nb") == "a\\nb" and short(["x"]) == "['x']"
    assert len(short("x" * 1000)) == 163
