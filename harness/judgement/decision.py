"""The decision rule: how a value, its uncertainty and a limit become a verdict.

Follows ILAC-G8:09/2019: with a guard band w = U the risk of false acceptance is below 2.5 %.
"""

import math
from enum import StrEnum

from harness.judgement.counts import Count
from harness.judgement.estimate import Estimate
from harness.judgement.limit import Limit
from harness.judgement.verdict import Verdict, worst


class DecisionRule(StrEnum):
    """How wide the guard band is: w = U, or none."""

    GUARDED = "guarded"
    SIMPLE = "simple"

    def guard_band(self, U: float) -> float:
        """Width of the guard band in the unit of `U`."""
        return U if self is DecisionRule.GUARDED else 0.0


def judge(measured: Estimate, limit: Limit, rule: DecisionRule) -> Verdict:
    """Upper limit L, guard band w: PASS if x <= L - w, FAIL if x > L + w, else INCONCLUSIVE; lower limits mirror it.

    A value or an uncertainty that is not finite, or a negative uncertainty, says nothing: INVALID.
    """
    if not (math.isfinite(measured.value) and math.isfinite(measured.U) and measured.U >= 0):
        return Verdict.INVALID
    w = rule.guard_band(measured.U)
    sides = []
    if limit.upper is not None:
        sides.append(_below(measured.value, limit.upper, w))
    if limit.lower is not None:
        sides.append(_below(-measured.value, -limit.lower, w))
    return worst(sides)


def judge_count(count: Count, limit: Limit) -> Verdict:
    """A count has no uncertainty: it is within its limit or it is not."""
    return judge(Estimate(value=float(count.events)), limit, DecisionRule.SIMPLE)


def _below(x: float, L: float, w: float) -> Verdict:
    if x <= L - w:
        return Verdict.PASS
    return Verdict.FAIL if x > L + w else Verdict.INCONCLUSIVE
