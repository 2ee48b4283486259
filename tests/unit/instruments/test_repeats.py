"""Planned repetitions become one figure."""

import pytest

from harness.errors import RigError
from harness.instruments.repeats import sum_of, worst_of
from harness.judgement import Count, Estimate


def test_the_worst_is_the_greatest_with_its_own_uncertainty():
    assert worst_of([Estimate(value=1.0, U=9.0), Estimate(value=3.0, U=0.1)]) == Estimate(value=3.0, U=0.1)


def test_counts_add_up():
    assert sum_of([Count(events=0, trials=1), Count(events=2, trials=5)]) == Count(events=2, trials=6)


@pytest.mark.parametrize("of", [worst_of, sum_of])
def test_of_nothing_there_is_none(of):
    with pytest.raises(RigError, match="nothing was repeated"):
        of([])
