import pytest

from harness.supply.fitted import check_fitted, parse_identifiers
from harness.supply.hbom import Identifier


def ids(*lines):
    return tuple(parse_identifiers(lines))


def mismatches(declared, read, **more):
    return [str(item) for item in check_fitted(ids(*declared), ids(*read), **more).mismatched]


def test_what_is_fitted_and_declared_agrees():
    report = check_fitted(ids("usb 1209:0001", "can a.b"), ids("can a.b", "usb 1209:0001"))
    assert (report.compared, report.mismatched, report.unread) == (2, (), ())


def test_both_directions_are_told():
    assert mismatches(["usb 1"], ["usb 2"]) == [
        "usb 2: is fitted and not declared",
        "usb 1: is declared and not fitted",
    ]
    assert mismatches([], ["usb 1"]) and mismatches(["usb 1"], [])


def test_the_same_value_of_another_kind_is_another_identifier():
    assert len(mismatches(["usb 1209:0001"], ["mavlink 1209:0001"])) == 2


@pytest.mark.parametrize(
    ("block", "good"),
    [
        ("02:00:00", True),
        ("02-00-00", True),
        ("02:00:00:00:00:02", True),
        ("02:00:01", False),
        ("02:00", False),
        ("", False),
    ],
)
def test_an_address_may_be_declared_by_its_block(block, good):
    assert (mismatches([f"mac {block}"], ["mac 02:00:00:00:00:02"]) == []) is good


def test_a_kind_that_nobody_can_read_is_not_missed_but_told():
    report = check_fitted(ids("marking rev C", "usb 1"), ids("usb 1"))
    assert report.mismatched == () and [str(item) for item in report.unread] == ["other marking rev c"]


def test_kinds_of_two_words_are_read_whole():
    assert ids("mavlink uid 00AA", "radio certificate 201-1", "USB 1209:0001") == (
        Identifier(kind="mavlink uid", value="00aa"),
        Identifier(kind="radio certificate", value="201-1"),
        Identifier(kind="usb", value="1209:0001"),
    )
