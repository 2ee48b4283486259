import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.drone.firmware.statements import make_openvex, make_vex, write_statements
from harness.errors import MaterialError
from harness.supply import vex as module
from harness.supply.vex import read_vex

CYCLONEDX, OPENVEX = write_statements(make_vex()), write_statements(make_openvex())


def cyclonedx(**analysis):
    entry = {"id": "CVE-1", "analysis": analysis, "affects": [{"ref": "x"}]}
    (statement,) = read_vex(json.dumps({"bomFormat": "CycloneDX", "vulnerabilities": [entry]}).encode())
    return statement


def openvex(**statement):
    whole = {"vulnerability": {"name": "CVE-1"}, "products": [{"@id": "x"}]} | statement
    document = {"@context": "https://openvex.dev/ns/v0.2.0", "statements": [whole]}
    (read,) = read_vex(json.dumps(document).encode())
    return read


def test_the_drones_statements_dispose_of_their_flaws():
    (one,), (two,) = read_vex(CYCLONEDX), read_vex(OPENVEX)
    assert (one.problem, two.problem) == ("", "")
    assert one.flaws == {"DEMO-2026-0001"}
    assert two.products == {"pkg:generic/dronecert-demo-kk/companion@1.4.2"}


@pytest.mark.parametrize(
    ("analysis", "problem"),
    [
        ({"state": "not_affected", "justification": "code_not_reachable"}, ""),
        ({"state": "not_affected"}, "'not affected' without a justification"),
        ({"state": "not_affected", "detail": "we are quite sure of it"}, "'not affected' without a justification"),
        ({"state": "not_affected", "justification": "because"}, "'not affected' without a justification"),
        ({"state": "false_positive"}, "'false positive' without a justification"),
        ({"state": "false_positive", "detail": "another product of that name"}, ""),
        ({"state": "resolved"}, "'resolved' without a word on how"),
        ({"state": "resolved", "detail": "patch 17 was backported"}, ""),
        ({"state": "resolved_with_pedigree"}, ""),
        ({"state": "exploitable", "detail": "we know, we know"}, "the state 'exploitable' leaves it open"),
        ({"state": "in_triage"}, "the state 'in_triage' leaves it open"),
        ({"state": "\x1b"}, r"the state '\x1b' leaves it open"),
        ({}, "no state is given"),
    ],
)
def test_a_cyclonedx_statement_disposes_or_says_why_not(analysis, problem):
    assert cyclonedx(**analysis).problem == problem


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ({"status": "not_affected", "justification": "component_not_present"}, ""),
        ({"status": "not_affected", "impact_statement": "it is all fine"}, "'not affected' without a justification"),
        ({"status": "fixed"}, "'fixed' without a word on how"),
        ({"status": "fixed", "status_notes": "patched in our fork"}, ""),
        ({"status": "affected", "action_statement": "update soon"}, "the status 'affected' leaves it open"),
        ({"status": "under_investigation"}, "the status 'under_investigation' leaves it open"),
        ({"status": "fine"}, "the status 'fine' leaves it open"),
    ],
)
def test_an_openvex_statement_disposes_or_says_why_not(statement, problem):
    assert openvex(**statement).problem == problem


def test_names_are_read_in_all_their_forms():
    parts = [{"@id": "a"}, {"identifiers": {"purl": "pkg:b/c"}}]
    statement = {
        "status": "fixed",
        "vulnerability": {"@id": "https://nvd.example/vuln/cve-2", "name": "", "aliases": ["GHSA-1"]},
        "products": [{"@id": "root", "subcomponents": parts}, {"@id": "other"}],
    }
    document = {"@context": "https://openvex.dev/ns/v0.2.0", "statements": [statement]}
    one, two = read_vex(json.dumps(document).encode())
    assert one.flaws == two.flaws == {"CVE-2", "GHSA-1"}
    assert (one.products, one.within) == ({"a", "pkg:b/c"}, {"root"})
    assert (two.products, two.within) == ({"other"}, frozenset())
    assert openvex(status="fixed", vulnerability="cve-3").flaws == {"CVE-3"}


def test_a_bom_link_is_the_reference_behind_it():
    entry = {"id": "CVE-1", "references": [{"id": "GHSA-1"}, {}], "affects": [{"ref": "urn:cdx:a/1#x"}]}
    (read,) = read_vex(json.dumps({"bomFormat": "CycloneDX", "vulnerabilities": [entry]}).encode())
    assert (read.products, read.flaws, read.bills) == ({"x"}, {"CVE-1", "GHSA-1"}, {"a"})


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", "not JSON"),
        (b"{}", "neither CycloneDX nor OpenVEX"),
        (b'{"bomFormat": "CycloneDX"}', "vulnerabilities: missing key"),
        (OPENVEX.replace(b'"status"', b'"state"'), r"statements\[0\]\.status: missing key"),
        (CYCLONEDX.replace(b'"not_affected"', b"17"), r"analysis\.state"),
        (b'{"@context": "https://openvex.dev/ns", "statements": [{"vulnerability": 7, "status": "fixed"}]}', "vuln"),
    ],
)
def test_what_is_no_document_is_refused(data, wanted):
    with pytest.raises(MaterialError, match=wanted):
        read_vex(data)


def test_too_many_statements_are_refused(monkeypatch):
    monkeypatch.setattr(module, "MOST_STATEMENTS", 0)
    with pytest.raises(MaterialError, match="more than 0 statements"):
        read_vex(OPENVEX)


@given(st.sampled_from([CYCLONEDX, OPENVEX]), st.integers(0, 10_000), st.binary(max_size=3))
def test_any_document_is_read_or_refused(data, place, piece):
    place %= len(data)
    try:
        statements = read_vex(data[:place] + piece + data[place + 1 :])
    except MaterialError as error:
        assert str(error).isprintable()
    else:
        assert all(statement.status.isprintable() for statement in statements)
