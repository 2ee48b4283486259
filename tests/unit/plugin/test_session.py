"""A certifying session: its order, its hazards, its rig, and how it ends when it is cut short."""

import json
import signal

import pytest

from harness.evidence.results import read_results
from harness.plugin.session import STAGES
from harness.rig import registry

pytest_plugins = "pytester"

CONDITIONS = """
[short.wind]
height = 8.0
cases = [{ speed = 1.0 }, { speed = 2.0 }]
[short.calm]
height = 3.0
"""
BLOWS = """
@requirement("WIND-01")
def test_blows(wind, measure):
    '''Title.'''
    measure("error", 1.0)

@requirement("WIND-02")
def test_both(wind, calm, measure):
    '''Title.'''
    measure("error", 1.0)
"""
JOB = """
number = "J-1"
place = "Hall 2"
sampling = "none"
customer = { name = "C", contact = "c" }
laboratory = { name = "L", address = "l" }
operator = { name = "O", role = "o" }
approver = { name = "A", role = "a" }
units = [{ kind = "aircraft", serial = "1", received = 2026-11-20, condition = "new" }]
"""

DEVICE = """
@requirement("{requirement}")
def test_{name}(vehicle, measure):
    '''Title.'''
    {body}
"""


def device(house, name, requirement, body="measure('error', 1.0)"):
    house.suite(DEVICE.format(name=name, requirement=requirement, body=body), f"strong_wind/test_{name}.py")


def order(house):
    return [event["case"].partition("/")[2] for event in house.events("case_start")]


def test_hazards_come_in_their_order_whatever_the_files_are_called(house, certify):
    house.write("rigs/rig.toml", house.rig.replace('"free', '"irreversible", "free'))
    for name, requirement in (("a", "ENDP-03"), ("b", "ENDP-02"), ("c", "ENDP-04"), ("d", "ENDP-01"), ("e", "SUP-01")):
        house.test(name, requirement, place=f"endpoints/test_{name}.py")
    certify("--allow-arming")
    assert order(house) == ["d", "e", "c", "b", "a"]


def test_a_case_counts_by_its_worst_hazard(house, certify):
    house.test("both", "ENDP-01", "ENDP-04", body="pass", place="endpoints/test_a.py")
    house.test("harmless", "SUP-01", place="supply_chain/test_b.py")
    certify()
    assert order(house) == ["harmless", "both"]


def test_no_other_plugin_has_the_last_word_on_the_order(house, certify):
    text = "import pytest\n@pytest.hookimpl(tryfirst=True)\ndef pytest_collection_modifyitems(items): items.reverse()\n"
    house.write("conftest.py", text)
    house.test("first", "WIND-01")
    house.test("second", "WIND-02")
    certify()
    assert order(house) == ["first", "second"]


def test_the_stages_are_those_of_the_catalogue():
    from harness.catalogue import Hazard

    assert set(STAGES) == {str(hazard) for hazard in Hazard}


@pytest.mark.parametrize("outside", ["ENDP-02", "ENDP-03", "ENDP-05"])
def test_what_is_out_of_scope_is_as_dangerous_as_before(house, certify, outside):
    house.test("both", "ENDP-01", outside, place="endpoints/test_it.py", body="measure('ENDP-01.error', 1.0)")
    certify("--requirement=ENDP-01", "--allow-arming")
    (case,) = house.results().cases
    assert case.verdict == "NOT_TESTED"
    assert outside in case.reason


@pytest.mark.parametrize(
    ("requirement", "options", "reason"),
    [
        ("ENDP-01", (), ""),
        ("ENDP-02", (), "ENDP-02 needs --allow-arming on a rig that is not simulated"),
        (
            "ENDP-02",
            ("--allow-arming",),
            "ENDP-02 moves the article, and this rig has no emergency stop and no take",
        ),
        ("ENDP-04", ("--allow-arming",), ""),
        ("ENDP-05", (), "the rig stub does not allow the hazard class 'RF emission' of ENDP-05"),
        ("ENDP-05", ("--allow-arming",), "does not allow the hazard class 'RF emission'"),
    ],
)
def test_a_rig_does_only_what_it_is_allowed(house, certify, requirement, options, reason):
    device(house, "it", requirement)
    certify(*options)
    (case,) = house.results().cases
    assert reason in case.reason
    assert case.verdict == ("NOT_TESTED" if reason else "PASS")
    # what is not allowed does not even bring the target up
    assert bool(house.events("rig")) == (not reason)


@pytest.mark.parametrize(
    ("consent", "reason"),
    [
        ("", "ENDP-03 is irreversible, and no job file has it under consent_irreversible"),
        ('consent_irreversible = ["ENDP-02"]\n', "ENDP-03 is irreversible, and no job file has it"),
        ('consent_irreversible = ["ENDP-03"]\n', ""),
        (None, "ENDP-03 is irreversible, and no job file has it"),
    ],
)
def test_nothing_irreversible_is_done_to_a_real_article_without_its_owners_consent(house, certify, consent, reason):
    house.write("rigs/rig.toml", house.rig.replace('"free', '"irreversible", "free'))
    device(house, "it", "ENDP-03")
    job = () if consent is None else ("--job", house.write("job.toml", consent + JOB.strip()))
    certify("--allow-arming", *job)
    (case,) = house.results().cases
    assert (case.verdict, reason in case.reason) == ("NOT_TESTED" if reason else "PASS", True)


def test_a_real_article_moves_when_its_interlocks_are_proven(house, certify):
    house.write("rigs/rig.toml", house.rig + '[roles.estop]\nmake = "stub"\n[roles.takeover]\nmake = "stub"\n')
    device(house, "it", "ENDP-02")
    assert certify("--allow-arming").ret == 0
    assert house.verdicts() == {"it": "PASS"}


def test_a_simulated_rig_needs_no_permission_to_arm(house, certify, monkeypatch):
    monkeypatch.setitem(registry.TARGETS, "embedded", "stub_rig:StubTarget")
    house.write("rigs/rig.toml", house.rig.replace('kind = "stub"', 'kind = "embedded"'))
    device(house, "it", "ENDP-02")
    assert certify().ret == 0
    assert house.results().plan["rig"]["simulated"] is True
    assert house.verdicts() == {"it": "PASS"}


def test_the_record_says_what_stood_on_the_bench(house, certify):
    device(house, "it", "WIND-01")
    device(house, "again", "WIND-02")
    certify()
    (event,) = house.events("rig")
    assert event["target"] == {"kind": "stub", "simulated": False}
    assert event["article"]["firmware_obtained"] == "dumped"
    assert set(event["roles"]) == {"vehicle", "observer"}


def test_a_target_that_does_not_come_up_is_the_rigs_fault(house, certify):
    house.write("rigs/rig.toml", house.rig + '[target.settings]\nfails = "rig"\n')
    device(house, "it", "WIND-01")
    device(house, "again", "WIND-02")
    assert certify().ret == pytest.ExitCode.TESTS_FAILED
    assert set(house.verdicts().values()) == {"INVALID"}
    assert "the target does not come up" in house.results().cases[0].reason


def test_a_target_that_cannot_be_identified_is_let_go(house, certify, tmp_path):
    house.write("rigs/rig.toml", house.rig + f'[target.settings]\nnameless = "{tmp_path}/closed"\n')
    device(house, "it", "WIND-01")
    certify()
    assert "does not say what it is" in house.results().cases[0].reason
    assert (tmp_path / "closed").exists()


def test_a_rig_that_cannot_do_what_was_asked_stops_the_run(house, certify):
    house.write("rigs/rig.toml", house.rig + '[target.settings]\nfails = "usage"\n')
    device(house, "it", "WIND-01")
    done = certify()
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert "usage error:" in done.stdout.str()
    assert house.verdicts() == {"it": "NOT_TESTED"}


def test_an_expired_calibration_is_invalid(house, certify):
    calibration = '[roles.observer.calibration]\ncertificate = "C-1"\ndue = 2020-01-01\nuncertainty = 0.1\n'
    house.write("rigs/rig.toml", house.rig + calibration)
    device(house, "it", "WIND-01")
    certify()
    assert house.verdicts() == {"it": "INVALID"}
    # the report names the equipment all the same
    assert house.events("rig")[0]["roles"]["observer"]["calibration"]["certificate"] == "C-1"


def test_a_rig_without_an_observer_cannot_fail_an_article(house, certify):
    house.write("rigs/rig.toml", house.rig.replace('[roles.observer]\nmake = "stub"\n', ""))
    device(house, "it", "WIND-01", "vehicle.refuse()")
    certify()
    assert house.verdicts() == {"it": "INVALID"}


def test_files_of_the_basis_are_in_the_record(house, certify):
    house.test("one", "WIND-01")
    certify()
    assert [item.name for item in house.results().run_attachments] == ["rig file", "declaration", "profile"]


def test_conditions_and_job_are_in_the_record(house, certify):
    house.write("suites/strong_wind/conditions.toml", CONDITIONS)
    house.write("job.toml", JOB)
    house.suite(BLOWS)
    house.test("other", "SUP-01", place="supply_chain/test_other.py")
    certify("--job", "job.toml")
    names = [item.name for item in house.results().run_attachments]
    assert names == ["rig file", "declaration", "profile", "job", "conditions of strong_wind"]
    assert {case.id.partition("/")[2]: case.conditions for case in house.results().cases if case.conditions} == {
        "blows[speed=1.0]": {"height": "8.0", "speed": "1.0"},
        "blows[speed=2.0]": {"height": "8.0", "speed": "2.0"},
        "both[speed=1.0-short]": {"wind.height": "8.0", "wind.speed": "1.0", "calm.height": "3.0"},
        "both[speed=2.0-short]": {"wind.height": "8.0", "wind.speed": "2.0", "calm.height": "3.0"},
    }


def test_at_the_end_it_says_where_the_record_is(house, certify):
    house.test("one", "WIND-01")
    line = "record  run  (report and bag of it: dronecert report run)"
    assert line in certify().stdout.lines
    # certify says it in its own words
    assert line not in certify("--no-summary", "--evidence", "other").stdout.lines


def test_the_end_is_recorded_with_the_exit_status(house, certify):
    house.test("one", "WIND-01", body="measure('error', 9.0)")
    assert certify().ret == pytest.ExitCode.TESTS_FAILED
    assert [event["exitstatus"] for event in house.events("end")] == [1]
    assert house.results().exit_code == 1


def test_nothing_to_do_is_not_passed(house, certify):
    house.test("one", "WIND-01")
    assert certify("--requirement", "SUP-01").ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert (house.results().verdict, house.results().exit_code) == ("NOT_TESTED", 2)


ENDS_ITSELF = """
@pytest.fixture
def safe(vehicle):
    yield
    open("left-safe", "w").close()

@requirement("WIND-01")
def test_first(measure):
    '''Title.'''
    measure("error", 1.0)

@requirement("WIND-02")
def test_killed(safe, measure):
    '''Title.'''
    import os, signal
    measure("error", 1.0)
    os.kill(os.getpid(), signal.{signal})
    signal.pause()

@requirement("WIND-03")
def test_third(measure):
    '''Title.'''
    measure("error", 1.0)
"""
VERDICTS = {"first": "PASS", "killed": "NOT_TESTED", "third": "NOT_TESTED"}


def test_a_run_that_is_told_to_stop_leaves_the_article_safe_and_a_whole_record(house):
    house.suite(ENDS_ITSELF.replace("{signal}", "SIGTERM"))
    done = house.child()
    assert done.returncode == pytest.ExitCode.INTERRUPTED
    assert (house.root / "left-safe").exists()
    assert house.verdicts() == VERDICTS
    assert [event["exitstatus"] for event in house.events("end")] == [2]
    assert house.results().exit_code == 2


def test_a_run_that_is_killed_leaves_what_it_measured(house):
    house.suite(ENDS_ITSELF.replace("{signal}", "SIGKILL"))
    assert house.child().returncode == -signal.SIGKILL
    assert house.verdicts() == VERDICTS
    assert house.events("end") == []
    assert [event["case"] for event in house.events("measure")] == ["strong_wind/first", "strong_wind/killed"]


def test_an_exit_out_of_a_test_does_not_pass_the_rest(house, certify):
    house.test("first", "WIND-01")
    house.test("leaves", "WIND-02", body="measure('error', 1.0); pytest.exit('enough', 0)")
    house.test("third", "WIND-03")
    certify()
    assert house.verdicts() == {"first": "PASS", "leaves": "NOT_TESTED", "third": "NOT_TESTED"}


def test_a_case_that_runs_twice_is_invalid(house, certify):
    house.write("conftest.py", "def pytest_collection_modifyitems(items): items.append(items[0])\n")
    house.test("one", "WIND-01")
    certify()
    assert house.verdicts() == {"one": "INVALID"}


def test_what_a_rerun_plugin_does_inside_a_case_cannot_pass(house, certify):
    text = (
        "import pytest\nfrom _pytest.runner import runtestprotocol\n"
        "@pytest.hookimpl(tryfirst=True)\n"
        "def pytest_runtest_protocol(item, nextitem):\n"
        "    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)\n"
        "    for _ in range(2):\n"
        "        runtestprotocol(item, nextitem=nextitem)\n"
        "    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)\n"
        "    return True\n"
    )
    house.write("conftest.py", text)
    house.test("one", "WIND-01", body="measure('error', 1.0 if item_seen() else 9.0)")
    path = house.root / "suites/strong_wind/test_it.py"
    path.write_text(path.read_text() + "\nSEEN = []\ndef item_seen():\n    SEEN.append(1)\n    return len(SEEN) > 1\n")
    certify()
    assert "PASS" not in house.verdicts().values()


def test_the_record_and_the_folder_stand_alone(house, certify):
    house.test("one", "WIND-01")
    certify()
    moved = house.root / "moved"
    house.run.rename(moved)
    assert read_results(moved).cases[0].verdict == "PASS"
    assert all(json.loads(line)["type"] for line in (moved / "run.jsonl").read_text().splitlines())


def test_an_event_of_a_case_has_the_test_clock_while_there_is_a_world(house, certify):
    house.test("one", "WIND-01", body="measure('error', 1.0)")
    path = house.root / "suites/strong_wind/test_it.py"
    path.write_text(path.read_text().replace("def test_one(measure", "def test_one(bench, measure"))
    certify()
    assert [event["t_test"] for event in house.events("measure")] == [12.5]
    assert [event["t_test"] for event in house.events("plan", "case_start", "end")] == [None] * 3
