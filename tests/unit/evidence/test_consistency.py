"""A verdict that does not follow from its figures and the plan counts for nothing."""

import pytest

from harness.judgement import Verdict


@pytest.mark.parametrize(
    "edited",
    [
        {"value": 9.0},
        {"value": 1.95},
        {"value": 1.0, "U": 5.0},
        {"value": 1.0, "U": -0.1},
        {"value": 1.0, "limit": {"lower": None, "upper": 3.0}},
        {"value": 1.0, "limit": {"lower": 0.0, "upper": 2.0}},
        {"value": 1.0, "unit": "km"},
        {"value": 1.95, "rule": "simple"},
        {"value": 1.0, "rule": "simple"},
        {"value": 1.0, "rule": "lenient"},
        {"value": 1.95, "U": 0.1, "rule": "simple", "trials": 5},
        {"value": 1.5, "U": 0.0, "rule": "simple", "trials": 5},
        {"value": 1.0, "U": 0.0, "rule": "guarded", "trials": 5},
        {"value": 3.0, "U": 0.0, "rule": "simple", "trials": 5},
    ],
)
def test_a_pass_that_does_not_follow_from_its_figures_is_no_pass(simple, judged, edited):
    told = simple.start("steady").measure("steady", "WIND-01", "r95", **edited).control("steady").end("steady")
    (requirement,) = judged(told).requirements
    assert requirement.verdict is Verdict.INVALID
    assert "the record contradicts itself" in requirement.reason


def test_a_fail_that_does_not_follow_from_its_figures_is_not_held_against_the_article(simple, judged):
    told = simple.start("steady").measure("steady", "WIND-01", "r95", "FAIL", value=1.0).end("steady")
    (requirement,) = judged(told).requirements
    assert requirement.verdict is Verdict.INVALID
    assert requirement.reason.endswith("is recorded as FAIL, by the plan it is PASS (guarded)")
