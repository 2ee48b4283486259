"""One record of several workers' parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import EvidenceError
from harness.evidence.union import unite

CASES = ("a", "b", "c", "d")


def event(kind, case="", **fields):
    return {"seq": 0, "t_wall": "2026-11-30T00:00:00.000+00:00", "t_test": None, "case": case, "type": kind, **fields}


def part(*cases, end=True, expected=CASES):
    plan = event("plan", expected=[["R", case, "q"] for case in expected])
    flown = [event(kind, case, worker=cases[0]) for case in cases for kind in ("case_start", "measure", "case_end")]
    return [plan, event("rig", target="embedded"), *flown, *([event("end", exitstatus=0)] if end else [])]


@given(st.lists(st.sampled_from(range(3)), min_size=4, max_size=4))
def test_whoever_flew_a_case_the_record_is_that_of_one(workers):
    shares = [[case for case, worker in zip(CASES, workers, strict=True) if worker == number] for number in range(3)]
    united = unite([part(*share) for share in shares if share])
    assert [item["seq"] for item in united] == list(range(len(united)))
    assert [item["case"] for item in united if item["type"] == "case_start"] == list(CASES)
    assert [item["type"] for item in united if not item["case"]] == ["plan", "rig", "end"]


def test_a_run_has_ended_when_each_part_has():
    assert unite([part("a"), part("b", end=False)])[-1]["type"] == "case_end"
    assert unite([part("a"), part("b")])[-1]["type"] == "end"


def test_a_part_that_died_before_its_plan_has_not_ended():
    assert "end" not in [item["type"] for item in unite([part("a"), []])]


def test_a_part_that_ends_twice_does_not_end_for_another():
    twice = [*part("a"), event("end", exitstatus=0)]
    assert "end" not in [item["type"] for item in unite([twice, part("b", end=False)])]


def test_the_run_began_when_the_first_worker_did():
    early = [{**item, "t_wall": "2026-11-29T00:00:00.000+00:00"} for item in part("b")]
    assert unite([part("a"), early])[0]["t_wall"].startswith("2026-11-29")


def test_parts_of_two_runs_are_not_joined():
    with pytest.raises(EvidenceError, match="different plans"):
        unite([part("a"), part("b", expected=("b",))])


def test_a_case_that_two_workers_flew_stays_twice():
    assert sum(item["type"] == "case_start" for item in unite([part("a"), part("a")])) == 2
