"""Expanded uncertainty from standard uncertainties."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.judgement import Estimate, estimate

terms = st.dictionaries(st.sampled_from(["gps", "sampling", "time", "site"]), st.floats(0, 1e6))


def test_three_four_five():
    measured = estimate(10.0, sensor=3.0, time=4.0)
    assert (measured.value, measured.U) == (10.0, 10.0)
    assert measured.terms == {"sensor": 3.0, "time": 4.0}


def test_no_terms_is_no_uncertainty():
    assert estimate(1.5) == Estimate(value=1.5, U=0.0, terms={})


@given(terms)
def test_U_is_twice_the_root_of_the_sum_of_squares(sources):
    expected = 2 * math.hypot(*sources.values())
    assert math.isclose(estimate(0.0, **sources).U, expected, rel_tol=1e-9, abs_tol=1e-150)


@given(terms, st.floats(0, 1e6))
def test_another_source_never_lowers_U(sources, more):
    assert estimate(0.0, **sources, extra=more).U >= estimate(0.0, **sources).U


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_term_that_is_not_finite_is_not_lost(bad):
    assert not math.isfinite(estimate(1.0, sensor=bad, time=0.1).U)
