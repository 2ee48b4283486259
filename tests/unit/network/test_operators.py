import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import FileError
from harness.network import Endpoint, Policy
from harness.network.operators import (
    Contact,
    country_of,
    is_local,
    judge_contact,
    judge_unseen,
    normalised,
    read_snapshot,
    registry_version,
)

SNAPSHOT = """
date = 2026-11-30
source = "RDAP"
[[networks]]
prefix = "203.0.113.0/24"
operator = "West Hosting Inc."
jurisdiction = "US"
source = "RDAP"
[[networks]]
prefix = "203.0.113.48/28"
operator = "Harbour Cloud Co., Ltd."
registrant = "West Hosting Inc."
jurisdiction = "US"
source = "contract"
[[networks]]
prefix = "2001:db8::/32"
operator = "Nobody's Law"
source = "RDAP"
[[entities]]
name = "Harbour Cloud"
aliases = ["HC Holdings"]
lists = ["entity list of 2026-11-01"]
jurisdiction = "ZZ"
"""


@pytest.fixture
def snapshot(tmp_path):
    path = tmp_path / "operators.toml"
    path.write_text(SNAPSHOT)
    return read_snapshot(path)


def kinds(snapshot, address, policy=None, **endpoint):
    declared = Endpoint(host="a.example", **endpoint) if endpoint else None
    policy = policy or Policy(endpoints=())
    return [one.kind for one in judge_contact(Contact(address=address, endpoint=declared), policy, snapshot)]


def test_the_snapshots_of_the_handbook_and_of_the_embedded_rig_are_such(tmp_path):
    root = Path(__file__).parents[3]
    text = (root / "docs" / "audit.md").read_text().split("```toml\n")[1].split("```")[0]
    (tmp_path / "page.toml").write_text(text)
    page = read_snapshot(tmp_path / "page.toml")
    assert page.entity(page.find("203.0.113.50").operator).lists == ("entity list of 2026-11-01",)
    rig = read_snapshot(root / "rigs" / "articles" / "embedded" / "operators.toml")
    assert rig.entity(rig.find("203.0.113.50").operator).lists


def test_the_smallest_block_says_who_runs_an_address(snapshot):
    assert snapshot.find("203.0.113.50").operator.startswith("Harbour")
    assert snapshot.find("203.0.113.1").operator.startswith("West")
    assert snapshot.find("2001:db8::1").jurisdiction == "" and snapshot.find("192.0.2.1") is None
    assert snapshot.date == "2026-11-30"


def test_an_address_in_one_country_run_by_a_listed_entity_of_another_is_not_permitted(snapshot):
    permitted = Policy(endpoints=(), jurisdictions=frozenset({"us"}))
    assert kinds(snapshot, "203.0.113.50", permitted) == ["operator"]
    assert kinds(snapshot, "203.0.113.1", permitted) == []


def test_laws_and_operators_that_are_not_permitted(snapshot):
    japan = Policy(endpoints=(), jurisdictions=frozenset({"JP"}))
    assert kinds(snapshot, "203.0.113.1", japan) == ["jurisdiction"]
    assert kinds(snapshot, "203.0.113.1", japan, operator="West Hosting", jurisdiction="FR") == ["jurisdiction"] * 2
    assert kinds(snapshot, "2001:db8::1", japan) == ["unattributed"]
    only = Policy(endpoints=(), operators=frozenset({"HC Holdings"}))
    assert kinds(snapshot, "203.0.113.1", only) == ["operator"]


def test_nobody_and_somebody_else(snapshot):
    assert kinds(snapshot, "192.0.2.1") == ["unattributed"]
    assert kinds(snapshot, "192.0.2.1", operator="HC Holdings") == ["unattributed", "operator"]
    assert kinds(snapshot, "203.0.113.1", operator="Dronecert Demo KK") == ["unattributed"]
    assert kinds(snapshot, "203.0.113.1", operator="WEST HOSTING, Incorporated") == []


def test_an_endpoint_that_is_not_called_is_judged_by_its_makers_word(snapshot):
    def unseen(**fields):
        policy = Policy(endpoints=(), jurisdictions=frozenset({"JP"}))
        return [one.kind for one in judge_unseen(Endpoint(host="a.example", **fields), policy, snapshot)]

    assert unseen() == ["unattributed"]
    assert unseen(operator="HC Holdings", jurisdiction="JP") == ["operator"]
    assert unseen(operator="Dronecert", jurisdiction="US") == ["jurisdiction"]


@pytest.mark.parametrize("address", ["10.77.0.1", "fe80::1", "02:00:00:00:00:01", "255.255.255.255", "ff02::1"])
def test_the_site_itself_is_run_by_nobody_else(address):
    assert is_local(address)


def test_the_registry_is_pinned():
    assert country_of("8.8.8.8") == "US" and country_of("192.0.2.1") == "" and not is_local("192.0.2.1")
    assert registry_version().startswith("iptocc 3")


@given(st.text())
def test_normalising_twice_changes_nothing(name):
    assert normalised(normalised(name)) == normalised(name)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("date = ", "is no TOML"),
        ("source = 'x'", "wanted a text at date"),
        ("date = 2026-11-30\nsource = 'x'\nother = 1", "other"),
        ("date = 2026-11-30\nsource = 'x'\nnetworks = 1", "list of tables"),
        (
            "date = 2026-11-30\nsource = 'x'\n[[networks]]\nprefix = '192.0.2.1/24'\noperator = 'a'\nsource = 'b'",
            "192.0.2",
        ),
        ("date = 2026-11-30\nsource = 'x'\n[[networks]]\nprefix = '192.0.2.0/24'\nsource = 'b'", "operator"),
        ("date = 2026-11-30\nsource = 'x'\n[[entities]]\nname = 'a'\nlists = 'b'", "list of texts"),
    ],
)
def test_a_wrong_snapshot_is_one_clear_error(tmp_path, text, says):
    path = tmp_path / "operators.toml"
    path.write_text(text)
    with pytest.raises(FileError, match=says):
        read_snapshot(path)


def test_a_snapshot_may_be_json(tmp_path):
    path = tmp_path / "operators.json"
    path.write_text(json.dumps({"date": "2026-11-30", "source": "RDAP"}))
    assert read_snapshot(path).holdings == ()
    path.write_text("[" * 100_000)
    with pytest.raises(FileError, match="is no JSON"):
        read_snapshot(path)
    with pytest.raises(FileError, match="cannot be read"):
        read_snapshot(tmp_path / "absent.toml")
