import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.drone.firmware.partners import make_suppliers, write_paper
from harness.errors import MaterialError
from harness.supply.ownership import MOST_PARTIES, Ownership, Party, read_ownership

SHIPPED = write_paper(make_suppliers())


def paper(*entities, **head):
    start = {"format": "dronecert-suppliers/1", "date": "2026-06-01", "entities": list(entities)}
    return json.dumps(start | head).encode()


def company(name, owners=(), **more):
    return {"name": name, "owners": [{"name": n, "share": s} for n, s in owners], **more}


def names(parties):
    return [party.name for party in parties]


def test_the_chain_of_the_drone_is_told_to_its_end():
    ownership = read_ownership(SHIPPED)
    found = ownership.expand([Party(name="DRONECERT demo", role="maker")])
    assert names(found)[1:] == ["Demo Holding KK", "Demo employees' association", "A. Founder", "B. Founder"]
    assert found[1].role == "owner of 80 % of Dronecert Demo KK"
    assert (found[0].country, found[1].country) == ("JP", "JP")
    assert ownership.open_ends(["Dronecert Demo KK", "Example Radio GmbH"]) == ()


def test_other_names_are_followed_and_circles_end():
    ownership = read_ownership(paper(company("A", [("B", 60)], also=["Old A"]), company("B", [("A", 100)])))
    assert names(ownership.expand([Party(name="A", role="x")])) == ["A", "Old A", "B"]
    assert ownership.open_ends(["A"]) == ("A: owners are told for 60 % only",)


def test_a_name_keeps_what_the_first_mention_says():
    ownership = Ownership({})
    found = ownership.expand([Party(name="A", role="first", country="JP"), Party(name="A", role="second")])
    assert [(party.role, party.country) for party in found] == [("first", "JP")]


@pytest.mark.parametrize(
    ("entities", "ends"),
    [
        ((), ("A: owners are told for 0 % only",)),
        ((company("A"),), ("A: owners are told for 0 % only",)),
        ((company("A", [("P", 74)]), {"name": "P", "kind": "person"}), ("A: owners are told for 74 % only",)),
        ((company("A", [("P", 75)]), {"name": "P", "kind": "person"}), ()),
        ((company("A", [("B", 100)]),), ("B: owners are told for 0 % only",)),
        ((company("A", [("B", 25), ("P", 75)]), {"name": "P", "kind": "state"}), ()),
        (({"name": "A", "kind": "project"},), ()),
    ],
)
def test_a_chain_that_does_not_end_is_open(entities, ends):
    assert read_ownership(paper(*entities)).open_ends(["A"]) == ends


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", "the paper of suppliers: document is not JSON"),
        (paper(format="other"), "format: "),
        (paper(date="soon"), "date: wanted a date"),
        (paper(date=20260601), "date: wanted a date"),
        (paper(company("A"), company("a Ltd.")), "names 'a Ltd.' twice"),
        (paper(company("A", [("B", 60), ("C", 60)])), "gives 'A' owners for 120 %"),
        (paper(company("A", [("B", -1)])), "share: "),
        (paper(company("A", [("B", True)])), "share: "),
        (paper(company("A", [("B", "100")])), "share: "),
        (paper(company("N/A")), "an entity without a name"),
        (paper(company("???")), "an entity without a name"),
        (paper(company("A", kind="ghost")), r"entities\[0\]\.kind: "),
        (paper(company("A", hidden=1)), r"entities\[0\]\.hidden: unknown key"),
        (paper(company("A", also=["x"] * MOST_PARTIES)), "more than 5000 names"),
    ],
)
def test_a_wrong_paper_is_refused(data, wanted):
    with pytest.raises(MaterialError, match=wanted):
        read_ownership(data)


@given(st.integers(0, len(SHIPPED) - 1), st.binary(max_size=3))
def test_any_paper_is_read_or_refused(place, piece):
    try:
        ownership = read_ownership(SHIPPED[:place] + piece + SHIPPED[place + 1 :])
    except MaterialError as error:
        assert str(error).isprintable()
    else:
        assert ownership.entities
