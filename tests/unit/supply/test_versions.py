import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.supply.versions import compare, read_version

NUMBERS = st.lists(st.integers(0, 99), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("1.2", "1.10"),
        ("1.9.9", "2"),
        ("v3.6.1", "3.6.2"),
        ("1.0.0-rc.1", "1.0.0"),
        ("1.0-beta", "1.0.1"),
        ("0", "0.0.1"),
    ],
)
def test_versions_in_their_order(older, newer):
    assert (compare(older, newer), compare(newer, older)) == (-1, 1)


@pytest.mark.parametrize(("left", "right"), [("1.2", "1.2.0"), ("v1", "1.0"), ("1.0+a", "1.0+b"), (" x ", "x")])
def test_versions_that_are_the_same(left, right):
    assert compare(left, right) == 0


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("1.1.1w", "1.1.1x"),
        ("1.0-rc.1", "1.0-rc.2"),
        ("r17", "r18"),
        ("", "1"),
        ("2026-01", "2026-02"),
        ("1" * 101, "1"),
    ],
)
def test_versions_that_cannot_be_told_apart(left, right):
    assert compare(left, right) is None


def test_an_ending_does_not_hide_other_numbers():
    assert compare("1.1.0z", "1.1.1a") == -1


@given(NUMBERS, NUMBERS)
def test_the_order_is_that_of_the_numbers(left, right):
    one, two = ([int(part) for part in text.split(".")] + [0] * 4 for text in (left, right))
    wanted = (one[:4] > two[:4]) - (one[:4] < two[:4])
    assert compare(left, right) == wanted == -compare(right, left)


@given(st.text(max_size=120), st.text(max_size=120))
def test_any_texts_are_compared_or_not(left, right):
    there, back = compare(left, right), compare(right, left)
    assert there == (None if back is None else -back)
    assert read_version(left) is None or read_version(left).numbers


@pytest.mark.parametrize("version", ["2:1.2.11", "2!1.2.11"])
def test_an_epoch_is_no_number_to_compare(version):
    assert compare(version, "1.3.1") is compare("1.3.1", version) is None
    assert compare(version, version) == 0
