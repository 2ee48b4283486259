"""One figure out of planned repetitions, all of which were flown: the worst value, the sum of counts."""

from collections.abc import Sequence

from harness.errors import RigError
from harness.judgement import Count, Estimate


def worst_of(estimates: Sequence[Estimate]) -> Estimate:
    """The greatest of several values, with its own uncertainty.

    Raises:
        RigError: there is none.
    """
    if not estimates:
        raise RigError("nothing was repeated: the table of conditions wants at least one run")
    return max(estimates, key=lambda estimate: estimate.value)


def sum_of(counts: Sequence[Count]) -> Count:
    """All events of all trials.

    Raises:
        RigError: there is none.
    """
    if not counts:
        raise RigError("nothing was repeated: the table of conditions wants at least one run")
    return Count(events=sum(count.events for count in counts), trials=sum(count.trials for count in counts))
