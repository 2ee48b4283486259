import pytest

from harness.errors import MaterialError
from harness.supply.bill import Component, check_unique


def test_references_are_unique_but_for_empty_ones():
    check_unique(["a", "", "b", ""])
    with pytest.raises(MaterialError, match="reference a names two entries"):
        check_unique(["a", "b", "a"])


@pytest.mark.parametrize(
    ("values", "title"),
    [({"name": "a", "version": "1"}, "a 1"), ({"ref": "r"}, "r"), ({}, "a component without a name")],
)
def test_a_component_has_a_title_whatever_its_bill_leaves_out(values, title):
    blank = {"ref": "", "name": "", "version": "", "supplier": "", "identifiers": (), "sha256": ()}
    assert Component(**blank | {"hashed": False, "licensed": False, "location": ""} | values).title == title
