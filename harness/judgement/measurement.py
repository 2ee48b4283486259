"""One measured quantity of one case, judged."""

from dataclasses import dataclass

from harness.judgement.counts import CONFIDENCE, Count, upper_bound
from harness.judgement.decision import DecisionRule, judge, judge_count
from harness.judgement.estimate import Estimate
from harness.judgement.limit import Limit
from harness.judgement.verdict import Verdict

Value = float | int | Count | Estimate


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """A quantity as the record keeps it.

    Attributes:
        requirement: id of the requirement, as ``WIND-01``.
        case: id of the case that measured it.
        quantity: name of the quantity within the requirement.
        measured: value and expanded uncertainty in ``limit.unit``.
        limit: the admissible range.
        rule: decision rule applied.
        verdict: the outcome.
        trials: number of trials behind a count, else None.
        bound: for counts, the event rate not excluded at 95 % confidence, else None.
    """

    requirement: str
    case: str
    quantity: str
    measured: Estimate
    limit: Limit
    rule: DecisionRule
    verdict: Verdict
    trials: int | None = None
    bound: float | None = None

    @classmethod
    def judged(cls, triple: tuple[str, str, str], value: Value, limit: Limit, rule: DecisionRule) -> "Measurement":
        """Judge `value` for (requirement, case, quantity); a count is judged without a guard band.

        Raises:
            TypeError: `value` is a truth value or a text, which Python would take for a number.
        """
        requirement, case, quantity = triple
        if isinstance(value, bool | str):
            raise TypeError(f"{requirement}.{quantity} was measured as {value!r}, which is no number")
        if isinstance(value, Count):
            measured, used = Estimate(value=float(value.events)), DecisionRule.SIMPLE
            verdict, trials, bound = judge_count(value, limit), value.trials, upper_bound(value, CONFIDENCE)
        else:
            measured = value if isinstance(value, Estimate) else Estimate(value=float(value))
            used, trials, bound = rule, None, None
            verdict = judge(measured, limit, rule)
        return cls(
            requirement=requirement,
            case=case,
            quantity=quantity,
            measured=measured,
            limit=limit,
            rule=used,
            verdict=verdict,
            trials=trials,
            bound=bound,
        )
