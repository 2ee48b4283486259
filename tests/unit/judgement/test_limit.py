"""Limits: what is one, what is none, how it prints."""

import math

import pytest

from harness.errors import UsageError
from harness.judgement import Limit


@pytest.mark.parametrize(
    ("bounds", "text"),
    [
        ({"upper": 2.0}, "<= 2 m"),
        ({"lower": 0.5}, ">= 0.5 m"),
        ({"lower": -1.0, "upper": 1.0}, "-1 to 1 m"),
        ({"lower": 0.0, "upper": 0.0}, "0 to 0 m"),
    ],
)
def test_prints_with_its_unit(bounds, text):
    assert str(Limit(unit="m", **bounds)) == text


def test_the_unit_one_is_not_printed():
    assert str(Limit(unit="1", upper=0)) == "<= 0"


@pytest.mark.parametrize(
    ("bounds", "problem"),
    [
        ({}, "needs a lower or an upper"),
        ({"upper": math.nan}, "must be finite"),
        ({"upper": math.inf}, "must be finite"),
        ({"lower": -math.inf, "upper": 1.0}, "must be finite"),
        ({"lower": 2.0, "upper": 1.0}, "lower limit 2.0 is above the upper limit 1.0"),
    ],
)
def test_what_is_no_limit_is_refused(bounds, problem):
    with pytest.raises(UsageError, match=problem):
        Limit(unit="m", **bounds)
