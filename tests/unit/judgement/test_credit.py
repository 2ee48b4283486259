"""The credit of a verdict: nothing becomes better by it, and no numbers but those of the rig decide it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.judgement import Estimate, Exposure, Verdict, credit
from harness.judgement.credit import EXCESS
from harness.judgement.verdict import WORST_FIRST

PASS, FAIL, INVALID, INCONCLUSIVE = Verdict.PASS, Verdict.FAIL, Verdict.INVALID, Verdict.INCONCLUSIVE


def wind(level, value, U=0.0, basis=""):
    return Exposure(name="wind", unit="m/s", level=level, realised=Estimate(value=value, U=U), basis=basis)


levels = st.floats(0.1, 100.0)
# far enough from the rounding that is forgiven
shares = st.floats(1e-3, 0.5)


@pytest.mark.parametrize("verdict", Verdict)
def test_without_exposure_and_at_the_level_a_verdict_stands(verdict):
    assert credit(verdict, []) == (verdict, "")
    assert credit(verdict, [wind(12.0, 12.0), wind(16.0, 16.0)]) == (verdict, "")


@given(levels, shares, shares)
def test_a_pass_is_credited_at_the_realised_level_less_its_uncertainty(level, above, U):
    reached = wind(level, level * (1 + above) + level * U, level * U)
    assert credit(PASS, [reached]) == (PASS, "")
    assert reached.credited == pytest.approx(level * (1 + above))


@given(levels, shares, shares)
def test_a_pass_below_the_level_is_inconclusive_at_it_and_says_where_it_holds(level, below, U):
    short = wind(level, level * (1 - below + U), level * U)
    verdict, reason = credit(PASS, [short])
    assert verdict is INCONCLUSIVE
    assert reason.startswith(f"PASS at wind {short.credited:.4g} m/s only")
    assert short.credited < level


@given(levels, shares, shares)
def test_a_miss_above_the_level_its_excess_and_its_uncertainty_is_invalid(level, above, U):
    beyond = wind(level, level * (1 + EXCESS + above + U), level * U)
    verdict, reason = credit(FAIL, [beyond])
    assert verdict is INVALID
    assert "missed beyond" in reason


@given(levels, st.floats(0.0, 0.9), shares)
def test_a_miss_at_the_level_or_below_stands(level, below, U):
    assert credit(FAIL, [wind(level, level * (1 - below), level * U)]) == (FAIL, "")
    # the level is within its uncertainty
    assert credit(FAIL, [wind(level, level * (1 + 0.99 * U), level * U)]) == (FAIL, "")


@given(levels, shares, st.floats(0.01, 0.99))
def test_a_source_that_is_aimed_into_the_excess_brings_either_verdict_to_stand(level, U, part):
    aimed = wind(level, level * (1 + part * EXCESS + U), level * U)
    assert (credit(PASS, [aimed]), credit(FAIL, [aimed])) == ((PASS, ""), (FAIL, ""))


@given(st.sampled_from(Verdict), st.lists(st.builds(wind, levels, levels, st.floats(0.0, 10.0)), max_size=4))
def test_no_verdict_becomes_better_but_a_miss_that_says_nothing(verdict, exposures):
    given, reason = credit(verdict, exposures)
    assert bool(reason) is (given is not verdict)
    assert given is not PASS or verdict is PASS
    assert given is not FAIL or verdict is FAIL
    worse = WORST_FIRST.index(given) <= WORST_FIRST.index(verdict)
    assert worse or (verdict, given) == (FAIL, INVALID)


@given(st.lists(st.builds(wind, levels, levels, st.floats(0.0, 10.0)), min_size=1, max_size=4), st.data())
def test_the_order_of_exposures_does_not_matter_and_one_more_never_helps(exposures, data):
    for verdict in (PASS, FAIL, INCONCLUSIVE):
        whole = credit(verdict, exposures)[0]
        assert credit(verdict, data.draw(st.permutations(exposures)))[0] is whole
        assert credit(verdict, exposures[1:])[0] in (verdict, whole)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("verdict", [PASS, FAIL, INCONCLUSIVE])
def test_numbers_that_say_nothing_make_it_invalid(number, verdict):
    for broken in (wind(12.0, number), wind(12.0, 12.0, number), wind(number, 12.0), wind(12.0, 12.0, -0.1)):
        given, reason = credit(verdict, [wind(12.0, 12.0), broken])
        assert given is INVALID
        assert "nobody knows" in reason


def test_what_rounding_does_is_forgiven_and_no_more_and_little_excess():
    assert credit(PASS, [wind(12.0, 12.0 - 1e-6)])[0] is PASS
    assert credit(FAIL, [wind(12.0, 12.0 + 1e-6)])[0] is FAIL
    assert credit(PASS, [wind(12.0, 11.999)])[0] is INCONCLUSIVE
    assert credit(FAIL, [wind(12.0, 12.23)])[0] is FAIL
    assert credit(FAIL, [wind(12.0, 12.25)])[0] is INVALID
