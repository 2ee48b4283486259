"""The six verdicts and how several make one."""

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """What can be said of a measurement, a case or a requirement."""

    PASS = "PASS"
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"
    INVALID = "INVALID"
    NOT_TESTED = "NOT_TESTED"
    NOT_APPLICABLE = "NOT_APPLICABLE"


WORST_FIRST = (
    Verdict.FAIL,
    Verdict.INVALID,
    Verdict.INCONCLUSIVE,
    Verdict.NOT_TESTED,
    Verdict.PASS,
    Verdict.NOT_APPLICABLE,
)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of a whole from those of its parts: a proven FAIL stands, nothing at all is NOT_TESTED.

    NOT_APPLICABLE ranks last, so it survives only where every part is not applicable.
    """
    return min(verdicts, key=WORST_FIRST.index, default=Verdict.NOT_TESTED)
