"""Runs on several workers: one record in parts, the verdicts of a single one, and mistakes told once."""

import pytest

from harness.evidence.record import record_files
from harness.plugin.parallel import group_cases

EMBEDDED = """
id = "embedded"
title = "Nothing is brought up"
article = "article.toml"
allows = ["none"]
[target]
kind = "embedded"
"""
pytest_plugins = "pytester"

KILLS = "__import__('os').kill(__import__('os').getpid(), 9)"


@pytest.fixture
def spread(house):
    """A house whose rig is simulated, and runs in it."""
    house.write("rigs/rig.toml", EMBEDDED)
    for number, domain in enumerate(("strong_wind/test_a.py", "endpoints/test_b.py", "supply_chain/test_c.py")):
        requirement = ("WIND-01", "ENDP-01", "SUP-01")[number]
        house.test(f"fine_{number}", requirement, body=f"measure('error', {number}.5)", place=domain)
    return house


def test_the_parts_tell_what_one_worker_tells(spread):
    serial = spread.child("--evidence", "serial")
    both = spread.child("-n2")
    assert (serial.returncode, both.returncode) == (1, 1), both.stdout + both.stderr
    assert [path.name for path in record_files(spread.run)] == ["run.gw0.jsonl", "run.gw1.jsonl"]
    assert spread.verdicts() == {"fine_0": "PASS", "fine_1": "PASS", "fine_2": "FAIL"}
    assert [case.id for case in spread.results().cases] == [case.id for case in spread.results_of("serial").cases]
    assert len(spread.events("plan")) == len(spread.events("end")) == 1
    assert "FAIL" in both.stdout or "F" in both.stdout.splitlines()[0]


def test_a_worker_that_dies_leaves_its_cases_untested_and_the_run_cut_short(spread):
    spread.test("dies", "WIND-02", body=KILLS, place="strong_wind/test_d.py")
    spread.child("-n2", "--max-worker-restart=0")
    assert spread.verdicts()["dies"] == "NOT_TESTED"
    assert spread.results().ended == "" and spread.results().exit_code != 0


@pytest.mark.parametrize(
    ("mark", "body", "said"),
    [
        ("WIND-77", "measure('error', 1.0)", "no catalogue holds: 'WIND-77'"),
        ("WIND-02", "measure('errors', 1.0)", "measures 'errors', which is not one of"),
    ],
)
def test_a_mistake_of_the_user_is_told_once_and_stops_the_run(spread, mark, body, said):
    spread.test("wrong", mark, body=body, place="strong_wind/test_d.py")
    done = spread.child("-n2")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert done.stdout.count(said) + done.stderr.count(said) == 1
    assert "INTERNALERROR" not in done.stdout + done.stderr


def test_there_is_only_one_of_a_rig_that_is_not_simulated(house):
    house.test("one", "WIND-01")
    done = house.child("-n2")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "the rig stub is in real time, so its cases run one after another" in done.stderr
    assert not record_files(house.run)


def test_what_shows_the_same_requirement_stays_together(house):
    house.test("one", "WIND-01", "WIND-02.error", place="strong_wind/test_a.py")
    house.test("alone", "WIND-03", place="strong_wind/test_a.py")
    house.test("two", "WIND-02", "ENDP-01", place="strong_wind/test_b.py")
    house.test("three", "ENDP-01", place="endpoints/test_c.py")
    groups = group_cases(house.root / "suites")
    together = [groups[f"suites/{name}"] for name in TOGETHER]
    assert set(together) == {"ENDP-01 WIND-01 WIND-02"}
    assert groups["suites/strong_wind/test_a.py::test_alone"] == "WIND-03"


TOGETHER = (
    "strong_wind/test_a.py::test_one",
    "strong_wind/test_b.py::test_two",
    "endpoints/test_c.py::test_three",
)
