import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import RigError
from harness.instruments.wind.exposure import ISA_DENSITY, Terms
from harness.judgement import Verdict, credit
from harness.judgement.credit import EXCESS

INCONCLUSIVE = Verdict.INCONCLUSIVE
densities, speeds, uncertainties = st.floats(0.5, 1.5), st.floats(1.0, 40.0), st.floats(0.0, 0.5)


@given(densities, densities, uncertainties, speeds)
def test_a_wind_that_is_as_it_was_aimed_is_credited_at_its_level(density, declared, uncertainty, level):
    terms = Terms(density=density, declared=declared, uncertainty=uncertainty)
    exposure = terms.exposure("wind", level, terms.aim(level))
    assert exposure.credited == pytest.approx(level)
    assert credit(Verdict.PASS, [exposure])[0] is Verdict.PASS
    assert credit(Verdict.FAIL, [exposure])[0] is Verdict.FAIL


@given(uncertainties, speeds, st.floats(0.0, 0.0099))
def test_a_source_with_slack_may_fall_short_by_it(uncertainty, level, short):
    terms = Terms(uncertainty=uncertainty, slack=0.01)
    fallen = terms.exposure("wind", level, terms.aim(level) - short * level)
    for verdict in (Verdict.PASS, Verdict.FAIL):
        assert credit(verdict, [fallen])[0] is verdict
    assert credit(Verdict.PASS, [terms.exposure("wind", level, terms.aim(level) - 0.011 * level)])[0] is INCONCLUSIVE
    told = terms.series("mean", told=terms.aim(level), realised=terms.aim(level) - short * level)
    assert credit(Verdict.PASS, [told])[0] is Verdict.PASS


@pytest.mark.parametrize("slack", [-0.01, 0.02, math.nan])
def test_a_slack_that_is_none_is_refused(slack):
    with pytest.raises(RigError, match="slack is 0 or more and below"):
        Terms(slack=slack)


@given(densities, densities, speeds)
def test_winds_of_equal_dynamic_pressure_count_as_equal(density, declared, level):
    terms = Terms(density=density, declared=declared)
    assert density * terms.aim(level) ** 2 == pytest.approx(declared * level**2)


@given(uncertainties, speeds, st.floats(0.01, 0.3))
def test_less_wind_is_credited_at_less_and_more_is_seen(uncertainty, level, share):
    terms = Terms(uncertainty=uncertainty)
    short = terms.exposure("wind", level, (1.0 - share) * terms.aim(level))
    assert credit(Verdict.PASS, [short])[0] is Verdict.INCONCLUSIVE
    beyond = terms.exposure("wind", level, (1.0 + EXCESS + share) * terms.aim(level))
    assert credit(Verdict.FAIL, [beyond])[0] is Verdict.INVALID


@given(uncertainties, speeds, st.floats(0.01, 0.3))
def test_a_series_stands_for_what_its_seed_made_of_it(uncertainty, told, share):
    terms = Terms(uncertainty=uncertainty)
    assert credit(Verdict.PASS, [terms.series("mean", told=told, realised=told)])[0] is Verdict.PASS
    assert credit(Verdict.FAIL, [terms.series("mean", told=told, realised=told)])[0] is Verdict.FAIL
    short = terms.series("mean", told=told, realised=(1.0 - share) * told)
    assert credit(Verdict.PASS, [short])[0] is Verdict.INCONCLUSIVE


def test_the_basis_says_both_densities_and_the_term_is_the_anemometers():
    exposure = Terms(density=1.0, uncertainty=0.1).exposure("wind", 12.0, 14.0)
    assert exposure.basis == "equivalent airspeed at 1.225 kg/m3, blown at 1 kg/m3"
    assert exposure.realised.terms == {"anemometer": pytest.approx(0.1 * math.sqrt(1.0 / ISA_DENSITY))}


def test_a_calm_is_aimed_at_as_a_calm():
    assert Terms(uncertainty=0.1).aim(0.0) == 0.0


@pytest.mark.parametrize("number", [0.0, -1.0, math.nan, math.inf])
def test_what_is_no_air_is_refused(number):
    with pytest.raises(RigError, match="density above 0"):
        Terms(density=number)
    with pytest.raises(RigError, match="density above 0"):
        Terms(declared=number)


@pytest.mark.parametrize("number", [-0.1, math.nan, math.inf])
def test_what_is_no_uncertainty_is_refused(number):
    with pytest.raises(RigError, match="uncertainty"):
        Terms(uncertainty=number)
