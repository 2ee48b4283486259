"""The decision rule: guard band, one- and two-sided limits, symmetries, and what can never pass."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.judgement import Count, DecisionRule, Estimate, Limit, Verdict, judge, judge_count, worst

GUARDED, SIMPLE = DecisionRule.GUARDED, DecisionRule.SIMPLE
PASS, FAIL, INCONCLUSIVE, INVALID = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.INVALID

# Eighths are exact in binary, so sums and differences of them are too and boundaries can be hit.
exact = st.integers(-8000, 8000).map(lambda n: n / 8)
widths = st.integers(0, 800).map(lambda n: n / 8)
finite = st.floats(allow_nan=False, allow_infinity=False)
not_finite = st.sampled_from([math.nan, math.inf, -math.inf])
rules = st.sampled_from(DecisionRule)


def upper(x, bound, U=0.0, rule=GUARDED):
    return judge(Estimate(value=x, U=U), Limit(unit="m", upper=bound), rule)


def lower(x, bound, U=0.0, rule=GUARDED):
    return judge(Estimate(value=x, U=U), Limit(unit="m", lower=bound), rule)


@st.composite
def limits(draw):
    low, high = sorted([draw(exact), draw(exact)])
    return Limit(unit="m", **draw(st.sampled_from([{"lower": low}, {"upper": high}, {"lower": low, "upper": high}])))


@pytest.mark.parametrize(
    ("x", "verdict"),
    [(-9.0, PASS), (1.75, PASS), (1.8, INCONCLUSIVE), (2.0, INCONCLUSIVE), (2.25, INCONCLUSIVE), (2.3, FAIL)],
)
def test_upper_limit_with_guard_band(x, verdict):
    assert upper(x, 2.0, U=0.25) is verdict


@pytest.mark.parametrize(
    ("x", "verdict"),
    [(9.0, PASS), (2.25, PASS), (2.2, INCONCLUSIVE), (2.0, INCONCLUSIVE), (1.75, INCONCLUSIVE), (1.7, FAIL)],
)
def test_lower_limit_mirrors_it(x, verdict):
    assert lower(x, 2.0, U=0.25) is verdict


@pytest.mark.parametrize(("x", "verdict"), [(1.9, PASS), (2.1, INCONCLUSIVE)])
def test_the_bounds_of_the_guard_band_are_as_the_report_prints_them(x, verdict):
    """1.9 <= 2.0 - 0.1 and not 2.1 > 2.0 + 0.1, though neither is exact in binary."""
    assert upper(x, 2.0, U=0.1) is verdict


@pytest.mark.parametrize(
    ("x", "verdict"),
    [(0.0, FAIL), (0.9, INCONCLUSIVE), (1.5, PASS), (2.1, INCONCLUSIVE), (3.0, FAIL)],
)
def test_two_sided_limit(x, verdict):
    assert judge(Estimate(value=x, U=0.25), Limit(unit="m", lower=1.0, upper=2.0), GUARDED) is verdict


def test_a_band_narrower_than_its_guard_bands_can_never_pass():
    limit = Limit(unit="m", lower=1.0, upper=1.2)
    assert {judge(Estimate(value=x / 100, U=0.2), limit, GUARDED) for x in range(50, 200)} == {FAIL, INCONCLUSIVE}


@given(exact, exact, widths)
def test_upper_limit_is_the_rule_in_exact_arithmetic(x, bound, U):
    value, limit, w = Fraction(x), Fraction(bound), Fraction(U)
    expected = PASS if value <= limit - w else FAIL if value > limit + w else INCONCLUSIVE
    assert upper(x, bound, U) is expected


@given(finite, finite, st.floats(0, 1e300), rules)
def test_mirror(x, bound, U, rule):
    assert upper(x, bound, U, rule) is lower(-x, -bound, U, rule)


@given(exact, exact, widths, exact, rules)
def test_shift(x, bound, U, shift, rule):
    assert upper(x, bound, U, rule) is upper(x + shift, bound + shift, U, rule)


@given(exact, exact, exact, widths, rules)
def test_farther_beyond_an_upper_limit_is_never_better(x, more, bound, U, rule):
    near, far = sorted([x, more])
    assert worst([upper(near, bound, U, rule), upper(far, bound, U, rule)]) is upper(far, bound, U, rule)


@given(exact, widths, widths, limits())
def test_a_greater_uncertainty_never_decides_what_a_smaller_did_not(x, U, more, limit):
    sharp = judge(Estimate(value=x, U=U), limit, GUARDED)
    blurred = judge(Estimate(value=x, U=U + more), limit, GUARDED)
    assert blurred in (sharp, INCONCLUSIVE)


@given(exact, widths, limits())
def test_simple_acceptance_ignores_the_uncertainty_and_always_decides(x, U, limit):
    inside = (limit.lower is None or x >= limit.lower) and (limit.upper is None or x <= limit.upper)
    assert judge(Estimate(value=x, U=U), limit, SIMPLE) is (PASS if inside else FAIL)


@given(exact, widths, exact, exact, rules)
def test_two_sides_are_the_worse_of_one_and_one(x, U, a, b, rule):
    low, high = sorted([a, b])
    both = judge(Estimate(value=x, U=U), Limit(unit="m", lower=low, upper=high), rule)
    assert both is worst([lower(x, low, U, rule), upper(x, high, U, rule)])


@given(exact, widths, limits())
def test_pass_means_that_the_whole_interval_is_inside(x, U, limit):
    inside = (limit.upper is None or x <= limit.upper - U) and (limit.lower is None or x >= limit.lower + U)
    assert (judge(Estimate(value=x, U=U), limit, GUARDED) is PASS) == inside


@given(not_finite, finite, limits(), rules)
def test_a_value_that_is_not_finite_is_invalid(x, U, limit, rule):
    assert judge(Estimate(value=x, U=abs(U)), limit, rule) is INVALID


@given(exact, st.one_of(not_finite, st.floats(max_value=-1e-300, allow_infinity=False)), limits(), rules)
def test_an_uncertainty_that_is_not_finite_or_negative_is_invalid(x, U, limit, rule):
    assert judge(Estimate(value=x, U=U), limit, rule) is INVALID


@given(st.integers(0, 50), st.integers(0, 50))
def test_a_count_has_no_guard_band(events, most):
    count = Count(events=events, trials=50)
    assert judge_count(count, Limit(unit="1", upper=most)) is (PASS if events <= most else FAIL)
