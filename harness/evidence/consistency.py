"""Whether a measurement of the record says what its own figures and the plan say."""

from collections.abc import Mapping
from typing import Any

from harness.evidence.exposures import finite
from harness.evidence.quantities import QuantityInfo
from harness.judgement import Count, DecisionRule, Estimate, Measurement, Verdict

JUDGED = (Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.INVALID)


def recorded_verdict(measured: Mapping[str, Any]) -> Verdict:
    """The verdict that a measurement was recorded with; INVALID where a figure was not finite.

    Raises:
        ValueError: no measurement has such a verdict.
    """
    verdict = Verdict(measured["verdict"])
    if verdict not in JUDGED:
        raise ValueError(f"{verdict} is no verdict of a measurement")
    return Verdict.INVALID if None in (finite(measured["value"]), finite(measured["U"])) else verdict


def contradiction(
    triple: tuple[str, str, str], measured: Mapping[str, Any], quantity: QuantityInfo, rule: DecisionRule
) -> str:
    """Why a recorded verdict does not follow from its figures and the plan: no view shows what it cannot judge anew."""
    verdict, value, U = recorded_verdict(measured), finite(measured["value"]), finite(measured["U"])
    limit, stated = quantity.limit, measured["limit"]
    if (measured["unit"], stated["lower"], stated["upper"]) != (limit.unit, limit.lower, limit.upper):
        return f"the record contradicts itself: measured against another limit than the {limit} of the plan"
    if value is None or U is None:
        return ""
    trials = measured["trials"]
    given = Estimate(value=value, U=U) if trials is None else Count(events=int(value), trials=trials)
    anew = Measurement.judged(triple, given, limit, rule)
    if (anew.verdict, anew.rule, anew.measured.value, anew.measured.U) != (verdict, measured["rule"], value, U):
        kind = f"{measured['rule']} acceptance" if trials is None else f"{trials} trials"
        told = f"{value:g} (U {U:g}) against {limit} with {kind} is recorded as {verdict}"
        return f"the record contradicts itself: {told}, by the plan it is {anew.verdict} ({anew.rule})"
    return ""
