from datetime import date
from pathlib import Path

import pytest

from harness.errors import FileError
from harness.supply.decisions import Decisions, read_decisions
from harness.supply.screening import read_entities

LISTS = Path(__file__).parents[3] / "rigs" / "lists"
LISTED = read_entities(LISTS / "demo-restricted.toml")
TODAY = date(2026, 11, 30)
NAME = "Palisade Optics Laboratory"


def settled(name=NAME, decisions=None, on=TODAY):
    decisions = read_decisions(LISTS / "demo-decisions.toml") if decisions is None else decisions
    (match,) = LISTED.screen(name)
    return decisions.settle(name, match, LISTED, on=on)


def test_an_undecided_hit_is_open():
    hit = settled(decisions=Decisions())
    assert (hit.open, hit.restricted) == (True, False)
    assert "open" in str(hit)


def test_a_decided_hit_is_not():
    hit = settled()
    assert (hit.open, hit.restricted) == (False, False)
    assert "A. Analyst, 2026-11-10" in str(hit)


def test_a_hit_decided_as_the_same_is_restricted():
    (entry,) = read_decisions(LISTS / "demo-decisions.toml").entries
    hit = settled(decisions=Decisions((entry.model_copy(update={"same": True}),)))
    assert (hit.open, hit.restricted) == (False, True)


@pytest.mark.parametrize(("day", "on"), [(date(2026, 10, 31), TODAY), (date(2026, 11, 10), date(2026, 11, 9))])
def test_a_decision_before_the_list_or_after_the_test_decides_nothing(day, on):
    (entry,) = read_decisions(LISTS / "demo-decisions.toml").entries
    hit = settled(decisions=Decisions((entry.model_copy(update={"date": day}),)), on=on)
    assert hit.open
    assert "is not between the list" in str(hit)


def test_a_decision_of_another_spelling_or_entity_decides_nothing():
    (entry,) = read_decisions(LISTS / "demo-decisions.toml").entries
    for change in ({"name": "Palisade Optics Labs"}, {"entity": "Nagare Cloud Services"}):
        assert settled(decisions=Decisions((entry.model_copy(update=change),))).open


def test_a_clear_match_needs_no_decision_and_hears_none():
    hit = settled("Palisade Imaging")
    assert (hit.open, hit.restricted, hit.decision) == (False, True, None)


GOOD = (LISTS / "demo-decisions.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (GOOD + GOOD[GOOD.index("[[") :], r"decisions\[1\]: decides one hit twice"),
        (GOOD.replace("same = false", ""), r"decisions\[0\].same: missing key"),
        (GOOD.replace("same = false", 'same = "no"'), r"decisions\[0\].same: "),
        (
            '[[decisions]]\nname = "a"\nentity = "b"\nsame = false\nreason = "no"\nanalyst = "c"\ndate = 2026-01-01',
            "reason",
        ),
        (GOOD.replace('analyst = "A. Analyst"', ""), r"analyst: missing key"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path, text, wanted):
    path = tmp_path / "decisions.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileError, match=wanted):
        read_decisions(path)


def test_an_empty_file_decides_nothing(tmp_path):
    path = tmp_path / "decisions.toml"
    path.write_text("")
    assert read_decisions(path) == Decisions(())
