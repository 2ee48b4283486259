"""Attribute results: k events in n trials, and what n trials can support."""

import math
from dataclasses import dataclass

from harness.errors import UsageError

CONFIDENCE = 0.95
NEGLIGIBLE = 1e-17


@dataclass(frozen=True, kw_only=True)
class Count:
    """`events` unwanted events seen in `trials` independent trials."""

    events: int
    trials: int

    def __post_init__(self) -> None:
        if self.trials < 1 or not 0 <= self.events <= self.trials:
            raise UsageError(f"{self.events} events of {self.trials} trials is not a count")

    def __str__(self) -> str:
        return f"{self.events} of {self.trials}"

    def __add__(self, other: "Count") -> "Count":
        """The trials of both."""
        return Count(events=self.events + other.events, trials=self.trials + other.trials)


def zero_failure_bound(trials: int, confidence: float = CONFIDENCE) -> float:
    """Greatest event rate that zero events in `trials` do not exclude at `confidence`.

    Solves (1 - p)^n = 1 - C, the success-run theorem: 59 trials support 95 % at 95 % confidence.

    Raises:
        UsageError: no trials, or a confidence that is not between 0 and 1.
    """
    if trials < 1 or not 0.0 < confidence < 1.0:
        raise UsageError(f"{trials} trials at a confidence of {confidence} bound nothing")
    return float(-math.expm1(math.log1p(-confidence) / trials))


def zero_failure_rate(exposure: float, confidence: float = CONFIDENCE) -> float:
    """Greatest rate that no event in an `exposure` does not exclude, in events for each unit of the exposure.

    Solves exp(-rate T) = 1 - C for events at a constant rate: 3 h without one support 1.0 per hour at 95 %.

    Raises:
        UsageError: no exposure, or a confidence that is not between 0 and 1.
    """
    if not (exposure > 0.0 and 0.0 < confidence < 1.0):
        raise UsageError(f"an exposure of {exposure} at a confidence of {confidence} bounds nothing")
    return -math.log1p(-confidence) / exposure


def trials_needed(reliability: float, confidence: float = CONFIDENCE) -> int:
    """Trials without an event that support `reliability` at `confidence`: n >= ln(1 - C) / ln(R).

    Raises:
        UsageError: a reliability or confidence that is not between 0 and 1.
    """
    if not (0.0 < reliability < 1.0 and 0.0 < confidence < 1.0):
        raise UsageError(f"no number of trials supports a reliability of {reliability} at a confidence of {confidence}")
    return math.ceil(math.log1p(-confidence) / math.log(reliability))


def upper_bound(count: Count, confidence: float = CONFIDENCE) -> float:
    """One-sided Clopper-Pearson upper bound on the event rate, by bisection of the binomial tail."""
    if count.events == count.trials:
        return 1.0
    low, high = count.events / count.trials, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _tail(count, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _tail(count: Count, rate: float) -> float:
    """P(X <= events), summed from its greatest term down to where the rest no longer shows."""
    term = math.exp(_log_probability(count.trials, count.events, rate))
    total, odds = term, (1 - rate) / rate
    for k in range(count.events, 0, -1):
        term *= odds * k / (count.trials - k + 1)
        total += term
        if term <= total * NEGLIGIBLE:
            break
    return total


def _log_probability(n: int, k: int, rate: float) -> float:
    choose = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return choose + k * math.log(rate) + (n - k) * math.log1p(-rate)
