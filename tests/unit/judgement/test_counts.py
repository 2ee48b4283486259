"""Counts and what they support: the success-run theorem and Clopper-Pearson, against scipy."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binom, poisson

from harness.errors import UsageError
from harness.judgement import Count, trials_needed, upper_bound, zero_failure_bound, zero_failure_rate


@st.composite
def counts(draw, most=5000):
    trials = draw(st.integers(1, most))
    return Count(events=draw(st.integers(0, trials)), trials=trials)


@pytest.mark.parametrize(("trials", "reliability"), [(59, 0.95), (299, 0.99), (2995, 0.999)])
def test_trials_that_support_a_reliability_at_95_percent_confidence(trials, reliability):
    assert trials_needed(reliability) == trials
    assert zero_failure_bound(trials) <= 1 - reliability < zero_failure_bound(trials - 1)


@pytest.mark.parametrize(("confidence", "trials"), [(0.5, 14), (0.9, 45), (0.99, 90)])
def test_confidence_other_than_the_default(confidence, trials):
    assert trials_needed(0.95, confidence) == trials


@given(st.floats(0.5, 0.9999), st.floats(0.5, 0.999))
def test_trials_needed_is_the_least_number_that_is_enough(reliability, confidence):
    trials = trials_needed(reliability, confidence)
    assert 1 - reliability**trials >= confidence - 1e-12
    assert 1 - reliability ** (trials - 1) < confidence + 1e-12


@given(counts())
def test_upper_bound_is_the_clopper_pearson_bound_of_scipy(count):
    expected = 1.0 if count.events == count.trials else beta.ppf(0.95, count.events + 1, count.trials - count.events)
    assert upper_bound(count) == pytest.approx(expected, abs=1e-9)


@given(counts(most=200), st.floats(0.55, 0.999))
def test_at_the_upper_bound_so_few_events_have_the_chance_that_the_confidence_leaves(count, confidence):
    bound = upper_bound(count, confidence)
    if count.events < count.trials:
        assert binom.cdf(count.events, count.trials, bound) == pytest.approx(1 - confidence, abs=1e-7)
    assert count.events / count.trials <= bound <= 1.0


@given(st.integers(1, 3000))
def test_upper_bound_of_no_events_is_the_zero_failure_bound(trials):
    assert upper_bound(Count(events=0, trials=trials)) == pytest.approx(zero_failure_bound(trials), rel=1e-9)


def test_more_events_never_lower_the_bound():
    bounds = [upper_bound(Count(events=k, trials=30)) for k in range(31)]
    assert bounds == sorted(bounds)


def test_a_capture_of_millions_is_bounded_in_a_moment():
    started = time.monotonic()
    bound = upper_bound(Count(events=1_000_000, trials=3_000_000))
    assert bound == pytest.approx(beta.ppf(0.95, 1_000_001, 2_000_000), rel=1e-6)
    assert time.monotonic() - started < 2.0


@pytest.mark.parametrize(("events", "trials"), [(0, 0), (-1, 5), (6, 5), (0, -3)])
def test_what_is_no_count_is_refused(events, trials):
    with pytest.raises(UsageError, match=f"{events} events of {trials} trials"):
        Count(events=events, trials=trials)


def test_a_count_reads_as_a_person_would_say_it():
    assert str(Count(events=0, trials=59)) == "0 of 59"


def test_a_rate_that_an_exposure_without_events_does_not_exclude():
    assert zero_failure_rate(3.0) == pytest.approx(1.0, abs=0.002)
    assert zero_failure_rate(40.0) == pytest.approx(0.075, abs=0.001)
    assert poisson.cdf(0, zero_failure_rate(7.0, 0.9) * 7.0) == pytest.approx(0.1)


@pytest.mark.parametrize(("exposure", "confidence"), [(0.0, 0.95), (-1.0, 0.95), (1.0, 1.0), (1.0, 0.0)])
def test_no_exposure_bounds_no_rate(exposure, confidence):
    with pytest.raises(UsageError, match="bounds nothing"):
        zero_failure_rate(exposure, confidence)


def test_trials_of_two_ways_are_counted_together():
    assert Count(events=1, trials=5) + Count(events=0, trials=3) == Count(events=1, trials=8)
