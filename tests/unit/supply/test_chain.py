from datetime import date
from pathlib import Path

from harness.supply.chain import Screener
from harness.supply.decisions import Decisions, read_decisions
from harness.supply.ownership import Party
from harness.supply.screening import EntityList, read_entities

LISTS = Path(__file__).parents[3] / "rigs" / "lists"
LISTED = read_entities(LISTS / "demo-restricted.toml")
DECISIONS = read_decisions(LISTS / "demo-decisions.toml")


def screened(*parties, decisions=DECISIONS, lists=(LISTED,)):
    found = Screener(lists=lists, decisions=decisions, day=date(2026, 11, 30)).screen(parties)
    assert found.screened == len(parties)
    return found.restricted, found.open


def party(name, country=""):
    return Party(name=name, role="supplier", country=country)


def test_each_name_counts_once():
    assert screened(party("ZWA Systems"), party("Zwielicht Avionik", "XZ"), lists=(LISTED, LISTED)) == (
        ("ZWA Systems", "Zwielicht Avionik"),
        (),
    )


def test_a_jurisdiction_restricts_whoever_is_under_it():
    assert screened(party("Anybody", "XZ"), party("Somebody", "JP")) == (("Anybody",), ())


def test_an_ambiguous_name_is_open_until_decided():
    assert screened(party("Palisade Optics Laboratory")) == ((), ())
    assert screened(party("Palisade Optics Laboratory"), decisions=Decisions()) == ((), ("Palisade Optics Laboratory",))


def test_what_is_no_name_is_open():
    assert screened(party("unknown")) == ((), ("unknown",))


def test_an_empty_list_finds_nothing_which_a_control_must_notice():
    assert screened(party("ZWA Systems"), lists=()) == ((), ())


def test_each_name_is_looked_up_once_and_each_party_has_its_hits(monkeypatch):
    seen = []
    original = EntityList.screen
    monkeypatch.setattr(EntityList, "screen", lambda self, name: seen.append(name) or original(self, name))
    parties = [Party(name="ZWA Systems", role=f"of part {number}") for number in range(50)]
    report = Screener(lists=(LISTED,), decisions=DECISIONS, day=date(2026, 11, 30)).screen(parties)
    assert (seen, report.screened, len(report.hits)) == (["ZWA Systems"], 50, 50)
