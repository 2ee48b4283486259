"""Every way in which a case can end, and that only a good measurement with good controls and a good end is PASS."""

import re

import pytest

from harness.errors import RigError, UsageError, VehicleError
from harness.judgement import Verdict
from harness.plugin.outcome import CaseBroken, CaseFailed, blame, stop_on_usage_error

pytest_plugins = "pytester"

# test of stub/endings.py: verdict, and a piece of the reason
ENDINGS = {
    "good": ("PASS", ""),
    "two_requirements": ("PASS", ""),
    "worst_case[1.0_0]": ("PASS", ""),
    "worst_case[1.0_1]": ("PASS", ""),
    "worst_case[3.0]": ("FAIL", "error = 3 m, limit <= 2 m"),
    "over_the_limit": ("FAIL", "error = 3 m, limit <= 2 m"),
    "both_seen": ("FAIL", "error = 3 m, limit <= 2 m"),
    "worst_first": ("FAIL", "delay = 9 s, limit <= 5 s"),
    "in_the_guard_band": ("INCONCLUSIVE", "error = 1.9 m (U 0.2), limit <= 2 m"),
    "not_finite[nan]": ("INVALID", "error = nan"),
    "not_finite[inf]": ("INVALID", "error = inf"),
    "not_finite[-inf]": ("INVALID", "error = -inf"),
    "uncertainty_not_finite": ("INVALID", "U nan"),
    "exposed[11.0-1.0]": ("INCONCLUSIVE", "PASS at wind 11 m/s only"),
    "exposed[11.0-3.0]": ("FAIL", "error = 3 m, limit <= 2 m"),
    "exposed[13.0-1.0]": ("PASS", ""),
    "exposed[13.0-3.0]": ("INVALID", "missed beyond what it was to be exposed to: wind 13 m/s for 12 m/s"),
    "exception": ("INVALID", "ZeroDivisionError: no idea"),
    "exception_without_text": ("INVALID", "RuntimeError"),
    "assertion": ("INVALID", "AssertionError: assert 3.14"),
    "refused_with_witness": ("FAIL", "refused to arm"),
    "refused_without_witness": ("INVALID", "no independent observer saw it: refused to arm"),
    "refused_after_measuring": ("FAIL", "the article failed after everything was measured: refused to arm"),
    "refused_after_half": ("FAIL", "refused to arm"),
    "refused_after_failing": ("FAIL", "error = 3 m, limit <= 2 m"),
    "refused_and_skipped_in_teardown": ("FAIL", "refused to arm"),
    "refused_and_marked_xfail": ("FAIL", "refused to arm"),
    "refused_in_setup": ("FAIL", "refused to arm"),
    "timeout_of_the_article": ("INVALID", "no independent observer saw it: waited 5 s"),
    "not_the_article[RigError]": ("INVALID", "RigError: the bench broke"),
    "not_the_article[RigTimeout]": ("INVALID", "RigTimeout: the bench broke"),
    "not_the_article[EvidenceError]": ("INVALID", "EvidenceError: the bench broke"),
    "not_the_article[MaterialError]": ("INVALID", "MaterialError: the bench broke"),
    "not_the_article[HarnessError]": ("INVALID", "HarnessError: the bench broke"),
    "failed_control": ("INVALID", "control twin.obeys failed: the same order"),
    "quiet_control": ("INVALID", "control quiet failed: seen by nobody"),
    "quiet_control_and_skip": ("INVALID", "control quiet failed: seen by nobody"),
    "not_offered[1.0]": ("NOT_TESTED", "there is one unit on this bench"),
    "not_offered[3.0]": ("FAIL", "error = 3 m, limit <= 2 m"),
    "not_offered_and_control": ("INVALID", "control quiet failed: seen by nobody"),
    "skip": ("NOT_TESTED", "no time"),
    "skip_after_failing": ("FAIL", "error = 3 m, limit <= 2 m"),
    "skip_mark": ("NOT_TESTED", "out of order"),
    "xfail_that_passes": ("NOT_TESTED", "marked xfail"),
    "xfail_that_raises": ("INVALID", "ZeroDivisionError"),
    "strict_xfail_that_passes": ("NOT_TESTED", "marked xfail"),
    "strict_xfail_that_fails": ("FAIL", "error = 3 m, limit <= 2 m"),
    "xfail_that_does_not_run": ("NOT_TESTED", "NOTRUN"),
    "xfail_in_the_body": ("NOT_TESTED", "known"),
    "timeout": ("INVALID", "Timeout (>0.2s) from pytest-timeout"),
    "setup_error": ("INVALID", "ZeroDivisionError: in setup"),
    "teardown_error": ("INVALID", "the article could not be restored: ZeroDivisionError: in teardown"),
    "refused_in_teardown": ("INVALID", "the article could not be restored: VehicleError: refused to arm"),
    "unmeasured": ("NOT_TESTED", "not measured: WIND-30.error"),
    "half_measured": ("NOT_TESTED", "not measured: RADIO-01.delay"),
    "missing_role": ("NOT_TESTED", "no radio role on the rig stub"),
    "unknown_fixture": ("INVALID", "FixtureLookupError"),
    "fail": ("INVALID", "Failed: I say so"),
    "value_of_another_kind": ("INVALID", "TypeError: WIND-34.error was measured as '1.0', which is no number"),
    "none": ("INVALID", "TypeError"),
    "warning": ("INVALID", "UserWarning: late"),
    "coroutine": ("INVALID", "async def functions are not natively supported"),
    "returns": ("INVALID", "PytestReturnNotNoneWarning"),
    "system_exit": ("INVALID", "SystemExit: 0"),
}


@pytest.fixture(scope="module")
def judged(endings):
    """The read model's word on each case, by the name of its test."""
    house, _ = endings
    return {case.id.removeprefix("strong_wind/"): case for case in house.results().cases}


@pytest.mark.parametrize("name", ENDINGS)
def test_an_ending_has_its_verdict_and_says_why(judged, name):
    verdict, reason = ENDINGS[name]
    assert judged[name].verdict is Verdict(verdict)
    assert reason in judged[name].reason
    assert bool(judged[name].reason) == (verdict != "PASS")


def test_no_ending_was_forgotten(judged):
    # the last stands for the quantity of RADIO-04 that no test shows
    assert judged.keys() == {*ENDINGS, "no test"}


def test_a_requirement_gets_the_worst_of_its_cases(endings):
    verdicts = {item.id: item.verdict for item in endings[0].results().requirements}
    assert verdicts["WIND-40"] is Verdict.FAIL
    assert verdicts["WIND-39"] is verdicts["WIND-01"] is Verdict.PASS


@pytest.mark.parametrize("name", ENDINGS)
def test_pytest_says_the_same_and_lets_no_bad_ending_pass(endings, name):
    verdict = ENDINGS[name][0]
    # a loaded machine may reach the deadline between two phases, where nothing captures what pytest-timeout prints
    said = re.sub(r"\++ Timeout \++\n.*?\++ Timeout \++\n", "", endings[1].stdout, flags=re.DOTALL)
    lines = [line for line in said.splitlines() if f"::test_{name} " in line and "%]" in line]
    assert lines, endings[1].stdout
    # the last phase has the last word
    assert lines[-1].split()[1] == verdict
    assert any(line.split()[1] != "PASS" for line in lines) == (verdict != "PASS")


def test_a_bad_ending_fails_the_run(endings):
    assert endings[1].returncode == pytest.ExitCode.TESTS_FAILED
    assert "INTERNALERROR" not in endings[1].stdout + endings[1].stderr


@pytest.mark.parametrize(
    "body",
    [
        "measure('error', 9.0)",
        "measure('error', float('nan'))",
        "from harness.judgement import Estimate; measure('error', Estimate(value=1.9, U=0.2))",
        "measure('error', 1.0); case.control('quiet', 'positive', False, 'seen by nobody')",
    ],
)
def test_whoever_looks_at_pytests_exit_code_alone_sees_it_too(house, certify, body):
    text = f'\n@requirement("WIND-01")\ndef test_it(measure, case):\n    """Title."""\n    {body}\n'
    house.suite(text)
    assert certify().ret == pytest.ExitCode.TESTS_FAILED


def test_what_was_not_finite_is_kept_as_text(endings):
    values = [event["value"] for event in endings[0].events("measure") if "/not_finite[" in event["case"]]
    assert values == ["nan", "inf", "-inf"]


def test_a_second_quantity_is_seen_after_the_first_failed(endings):
    seen = [event["quantity"] for event in endings[0].events("measure") if event["case"].endswith("both_seen")]
    assert seen == ["error", "delay"]


@pytest.mark.parametrize("body", ["measure('error', 1.0); measure('error', 1.0)", "measure('speed', 1.0)"])
def test_a_mistake_of_the_suite_stops_the_run(house, certify, body):
    house.test("first", "WIND-01", body=body)
    house.test("second", "WIND-02")
    done = certify()
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert "usage error: suites/strong_wind/test_it.py::test_first measures" in done.stdout.str()
    assert house.verdicts() == {"first": "NOT_TESTED", "second": "NOT_TESTED"}
    assert [event["exitstatus"] for event in house.events("end")] == [pytest.ExitCode.USAGE_ERROR]


@pytest.mark.parametrize(("error", "phase", "party"), [
    (CaseFailed("x"), "call", ""),
    (CaseBroken("x"), "call", ""),
    (VehicleError("x"), "setup", "article"),
    (VehicleError("x"), "call", "article"),
    (VehicleError("x"), "teardown", "rig"),
    (RigError("x"), "call", "rig"),
    (AssertionError("x"), "call", "rig"),
    (pytest.skip.Exception("x"), "call", "skipped"),
    (pytest.xfail.Exception("x"), "setup", "skipped"),
    (pytest.fail.Exception("x"), "call", "rig"),
])  # fmt: skip
def test_each_error_has_its_party(error, phase, party):
    assert blame(error, phase)[0] == party


def test_a_reason_is_one_line():
    assert blame(ValueError("one\ntwo"), "call") == ("rig", "ValueError: one")


def test_only_a_usage_error_stops():
    with pytest.raises(pytest.exit.Exception, match="usage error: wrong") as caught:
        stop_on_usage_error(UsageError("wrong"))
    assert caught.value.returncode == pytest.ExitCode.USAGE_ERROR
    stop_on_usage_error(RigError("broken"))
