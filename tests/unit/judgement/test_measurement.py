"""A measurement judges what it is given: a number, an estimate or a count."""

import math

import pytest

from harness.judgement import Count, DecisionRule, Estimate, Limit, Measurement, Verdict, estimate, zero_failure_bound

TRIPLE = ("WIND-01", "steady-15", "r95")


def judged(value, rule=DecisionRule.GUARDED, **bounds):
    return Measurement.judged(TRIPLE, value, Limit(unit="m", **(bounds or {"upper": 2.0})), rule)


def test_keeps_where_it_belongs():
    measurement = judged(1.0)
    assert (measurement.requirement, measurement.case, measurement.quantity) == TRIPLE
    assert measurement.limit == Limit(unit="m", upper=2.0)


def test_a_bare_number_has_no_uncertainty():
    measurement = judged(2)
    assert measurement.measured == Estimate(value=2.0, U=0.0)
    assert measurement.verdict is Verdict.PASS


@pytest.mark.parametrize("value", [True, False, "1.0", ""])
def test_what_is_no_number_is_not_taken_for_one(value):
    with pytest.raises(TypeError, match="which is no number"):
        judged(value)


def test_an_estimate_brings_its_guard_band():
    near = estimate(1.9, sensor=0.1)
    assert judged(near).verdict is Verdict.INCONCLUSIVE
    assert judged(near, DecisionRule.SIMPLE).verdict is Verdict.PASS
    assert judged(near).measured is near


def test_a_count_states_what_its_trials_support():
    measurement = judged(Count(events=0, trials=59), upper=0)
    assert measurement.verdict is Verdict.PASS
    assert measurement.rule is DecisionRule.SIMPLE
    assert measurement.trials == 59
    assert measurement.bound == pytest.approx(zero_failure_bound(59))


def test_one_event_over_a_limit_of_none_fails():
    assert judged(Count(events=1, trials=10_000), upper=0).verdict is Verdict.FAIL


def test_a_number_has_neither_trials_nor_bound():
    assert (judged(1.0).trials, judged(1.0).bound) == (None, None)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, Estimate(value=1.0, U=math.nan)])
@pytest.mark.parametrize("rule", DecisionRule)
@pytest.mark.parametrize("bounds", [{"upper": 2.0}, {"lower": -2.0}, {"lower": -2.0, "upper": 2.0}])
def test_what_is_not_finite_is_invalid(value, rule, bounds):
    assert judged(value, rule, **bounds).verdict is Verdict.INVALID
