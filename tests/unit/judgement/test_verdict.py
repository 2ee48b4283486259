"""The order of verdicts."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.judgement import Verdict, worst

ORDER = ["FAIL", "INVALID", "INCONCLUSIVE", "NOT_TESTED", "PASS", "NOT_APPLICABLE"]
verdicts = st.lists(st.sampled_from(Verdict))


@pytest.mark.parametrize(("bad", "good"), list(itertools.combinations(ORDER, 2)))
def test_the_worse_of_two_stands_in_either_order(bad, good):
    assert worst([Verdict(bad), Verdict(good)]) is Verdict(bad)
    assert worst([Verdict(good), Verdict(bad)]) is Verdict(bad)


def test_nothing_at_all_is_not_tested():
    assert worst([]) is Verdict.NOT_TESTED
    assert worst(iter(())) is Verdict.NOT_TESTED


@given(verdicts.filter(bool), verdicts.filter(bool))
def test_parts_may_be_grouped_as_one_likes(first, second):
    assert worst([worst(first), worst(second)]) is worst(first + second)


@given(verdicts, st.randoms())
def test_order_of_the_parts_does_not_matter(parts, random):
    shuffled = random.sample(parts, len(parts))
    assert worst(shuffled) is worst(parts)


@given(verdicts)
def test_pass_needs_at_least_one_pass_and_nothing_worse(parts):
    passed = worst(parts) is Verdict.PASS
    assert passed == (Verdict.PASS in parts and set(parts) <= {Verdict.PASS, Verdict.NOT_APPLICABLE})


def test_a_verdict_prints_and_compares_as_its_name():
    assert [str(verdict) for verdict in Verdict] == [verdict.name for verdict in Verdict]
    assert Verdict("NOT_TESTED") is Verdict.NOT_TESTED
