"""What the article was exposed to, from the record, and what it makes of verdicts."""

import pytest

from harness.judgement import Verdict

PASS, FAIL, INVALID, INCONCLUSIVE = Verdict.PASS, Verdict.FAIL, Verdict.INVALID, Verdict.INCONCLUSIVE


def only(result):
    """The one requirement of a run, after checking that its case agrees with it."""
    (requirement,), (case,) = result.requirements, result.cases
    assert requirement.verdict is case.verdict and requirement.reason == case.reason
    return requirement


def expose(story, case, value=12.0, U=0.0):
    figures = {"level": 12.0, "value": value, "U": U}
    return story.tell("exposure", case, name="wind", unit="m/s", terms={}, basis="at 1.225 kg/m3", **figures)


CREDITS = {
    (12.0, 0.0, PASS): PASS,
    (12.2, 0.2, PASS): PASS,
    (12.0, 0.2, PASS): INCONCLUSIVE,
    (11.5, 0.0, PASS): INCONCLUSIVE,
    (11.5, 0.0, FAIL): FAIL,
    (12.1, 0.2, FAIL): FAIL,
    (12.5, 0.2, FAIL): INVALID,
    (12.5, 0.2, INCONCLUSIVE): INCONCLUSIVE,
    ("nan", 0.2, PASS): INVALID,
    (12.0, "inf", FAIL): INVALID,
}


@pytest.mark.parametrize("realised", CREDITS)
def test_a_verdict_is_credited_at_what_was_realised(simple, judged, realised):
    value, U, measured = realised
    told = (
        expose(simple.start("steady"), "steady", value, U).measure("steady", "WIND-01", "r95", measured).end("steady")
    )
    requirement = only(judged(told))
    assert requirement.verdict is CREDITS[realised]
    assert bool(requirement.reason) is (requirement.verdict is not measured)
    (exposed,) = requirement.exposures
    assert (exposed.case, exposed.exposure.name, exposed.exposure.level) == ("steady", "wind", 12.0)


@pytest.mark.parametrize(("value", "verdict"), [(12.0, FAIL), (11.0, FAIL), (12.5, INVALID)])
def test_a_fall_in_more_wind_than_declared_is_no_failure(simple, judged, value, verdict):
    told = expose(simple.start("steady"), "steady", value).end("steady", "article", "came down")
    requirement = only(judged(told))
    assert requirement.verdict is verdict
    assert "came down" in requirement.reason


def test_a_failed_control_comes_before_the_credit(simple, judged):
    told = expose(simple.start("steady"), "steady", 9.0).control("steady", ok=False)
    assert only(judged(told.measure("steady", "WIND-01", "r95").end("steady"))).verdict is INVALID
