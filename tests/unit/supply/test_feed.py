import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import MaterialError
from harness.supply import feed as module
from harness.supply.feed import Range, join, read_feed

LISTS = Path(__file__).parents[3] / "rigs" / "lists"
OWN, KEV = ((LISTS / name).read_bytes() for name in ("demo-flaws.json", "demo-exploited.json"))


def test_the_demonstration_feeds_say_what_they_are():
    own, kev = read_feed(OWN), read_feed(KEV)
    assert (own.kind, own.date, len(own.flaws), own.exploited) == ("dronecert-flaws/1", date(2026, 11, 25), 4, set())
    assert (kev.kind, kev.date, len(kev.flaws)) == ("CISA KEV", date(2026, 11, 24), 2)
    assert b"made up for the demonstration" in OWN
    assert b"invented" in KEV


def test_the_catalogue_of_exploited_flaws_marks_those_of_the_other_feed():
    joined = join([read_feed(OWN), read_feed(KEV)])
    assert [(flaw.id[-1], flaw.exploited) for flaw in joined] == [("1", True), ("2", False), ("3", True), ("4", False)]


def test_what_only_that_catalogue_knows_stays_by_its_product():
    joined = join([read_feed(KEV)])
    assert [(flaw.exploited, flaw.critical, flaw.affected[0].name) for flaw in joined] == [
        (True, False, "Radio Modem")
    ] * 2


OSV = {
    "schema_version": "1.6.0",
    "id": "GHSA-xxxx",
    "modified": "2026-11-20T01:02:03Z",
    "aliases": ["CVE-2026-1"],
    "database_specific": {"severity": "MODERATE"},
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "Lib", "purl": "pkg:pypi/lib"},
            "ranges": [
                {"type": "GIT", "events": [{"introduced": "0"}, {"fixed": "abc"}]},
                {
                    "type": "ECOSYSTEM",
                    "events": [{"introduced": "0"}, {"fixed": "1.2"}, {"introduced": "2.0"}, {"last_affected": "2.3"}],
                },
                {"type": "SEMVER", "events": [{"introduced": "3.0"}]},
            ],
            "versions": ["1.1"],
        }
    ],
}


def test_an_osv_record_is_read():
    feed = read_feed(json.dumps(OSV).encode())
    (flaw,) = feed.flaws
    assert (feed.kind, feed.date, flaw.names, flaw.severity) == (
        "OSV",
        date(2026, 11, 20),
        {"GHSA-XXXX", "CVE-2026-1"},
        "medium",
    )
    assert flaw.affected[0].ranges == (
        Range(introduced="0", fixed="1.2"),
        Range(introduced="2.0", last_affected="2.3"),
        Range(introduced="3.0"),
    )
    assert read_feed(json.dumps({"vulns": [OSV]}).encode()).flaws == feed.flaws


def test_an_osv_record_without_severity_counts_as_critical():
    for rated in ({}, {"database_specific": {"severity": "ODD"}}, {"database_specific": 7}):
        record = {key: value for key, value in OSV.items() if key != "database_specific"} | rated
        assert read_feed(json.dumps(record).encode()).flaws[0].critical


def own(**flaw):
    whole = {"id": "A-1", "affected": [{"purl": "pkg:generic/a/b"}]} | flaw
    return json.dumps({"format": "dronecert-flaws/1", "date": "2026-11-25", "source": "s", "flaws": [whole]}).encode()


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", "not JSON"),
        (b"{}", "neither dronecert-flaws/1 nor OSV nor the KEV"),
        (own().replace(b"2026-11-25", b"soon"), "date: wanted a date"),
        (own(severity="bad"), r"flaws\[0\]\.severity"),
        (own(affected=[]), r"flaws\[0\]\.affected"),
        (own(affected=[{}]), "wanted one of purl, cpe, name"),
        (own(affected=[{"purl": "pkg:a/b", "name": "b"}]), "wanted one of purl, cpe, name"),
        (own(hidden=1), "unknown key"),
        (own(id="\x1b[2J"), r"flaws\[0\]\.id"),
        (KEV.replace(b"2026-11-24T15", b"yesterday"), "has the date"),
        (KEV.replace(b'"product"', b'"produce"'), r"vulnerabilities\[0\]\.product: missing key"),
        (b'{"vulns": []}', "OSV list is empty"),
        (json.dumps(OSV | {"affected": 1}).encode(), "the OSV record at affected"),
        (b"[" * 100_000, "nested deeper"),
    ],
)
def test_what_is_no_feed_is_refused(data, wanted):
    with pytest.raises(MaterialError, match=wanted):
        read_feed(data)


def test_a_feed_too_long_to_match_is_refused(monkeypatch):
    monkeypatch.setattr(module, "MOST_FLAWS", 3)
    with pytest.raises(MaterialError, match="has 4 flaws, more than the 3"):
        read_feed(OWN)


@given(st.sampled_from([OWN, KEV, json.dumps(OSV).encode()]), st.integers(0, 10_000), st.binary(max_size=3))
def test_any_feed_is_read_or_refused(data, place, piece):
    place %= len(data)
    try:
        feed = read_feed(data[:place] + piece + data[place + 1 :])
    except MaterialError as error:
        assert str(error).isprintable()
    else:
        assert feed.date
