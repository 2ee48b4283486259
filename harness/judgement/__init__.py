"""Measured value against limit: verdicts, decision rules, uncertainty, counts. Pure, no I/O.

Must not import anything of the harness but ``harness.errors``.
"""

from harness.judgement.counts import Count, trials_needed, upper_bound, zero_failure_bound, zero_failure_rate
from harness.judgement.credit import Exposure, credit
from harness.judgement.decision import DecisionRule, judge, judge_count
from harness.judgement.estimate import Estimate, estimate
from harness.judgement.limit import Limit
from harness.judgement.measurement import Measurement
from harness.judgement.verdict import Verdict, worst

__all__ = [
    "Count",
    "DecisionRule",
    "Estimate",
    "Exposure",
    "Limit",
    "Measurement",
    "Verdict",
    "credit",
    "estimate",
    "judge",
    "judge_count",
    "trials_needed",
    "upper_bound",
    "worst",
    "zero_failure_bound",
    "zero_failure_rate",
]
