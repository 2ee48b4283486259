"""The first page says what was tested, and first of all what was not demonstrated, why, and what follows."""

import dataclasses

from harness.judgement import Verdict
from harness.reports import front
from harness.reports.front import front_facts, more, not_demonstrated, remedies
from harness.reports.wording import REMEDIES


def test_article_rig_time_seed_and_signature_are_told(result):
    facts = dict(front_facts(result, demo=True))
    assert list(facts) == ["Article", "Profile", "Rig", "Tested", "Signed"]
    assert facts["Tested"].endswith(f"seed {result.plan['seed']}") and "UTC" in facts["Tested"]
    assert "simulated" in facts["Rig"]
    assert "demo key" in facts["Signed"]
    assert "demo key" not in dict(front_facts(result, demo=False))["Signed"]


def test_a_run_cut_short_says_so(result):
    cut = dataclasses.replace(result, ended="")
    assert "cut short" in dict(front_facts(cut, demo=False))["Tested"]


def test_what_was_not_shown_comes_worst_first_with_its_reason(result, monkeypatch):
    monkeypatch.setattr(front, "MOST_ON_FRONT", 99)
    rows = not_demonstrated(result)
    assert [row[1] for row in rows][:2] == ["FAIL", "FAIL"]
    assert "PASS" not in [row[1] for row in rows] and "NOT_APPLICABLE" not in [row[1] for row in rows]
    (untested,) = [row for row in rows if row[0] == "RADIO-10"]
    assert untested[1] == "NOT_TESTED" and untested[3] == "no test of the suites shows it yet"
    (radio,) = [row for row in rows if row[0] == "RADIO-01"]
    assert radio[4:] == ["7.50 s", "<= 5 s"]


def test_what_has_no_room_is_counted(result, monkeypatch):
    monkeypatch.setattr(front, "MOST_ON_FRONT", 1)
    open_ones = sum(item.verdict not in front.SHOWN for item in result.scope)
    assert (len(not_demonstrated(result)), more(result)) == (1, open_ones - 1)


def test_each_verdict_that_occurs_has_its_remedy(result):
    told = [word for word, _ in remedies(result)]
    assert told == [item.value for item in REMEDIES if result.count(item)]
    assert Verdict.PASS not in REMEDIES
