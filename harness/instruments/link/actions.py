"""Whether an article acted on silences of its ground station when it had to, and only then."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.errors import RigError
from harness.instruments.link.beats import Silence
from harness.judgement import Count

# an action is seen this much after it began, and a heartbeat is heard this much after it passed the probe, s
SLACK = 0.2


@dataclass(frozen=True, kw_only=True)
class Owing:
    """What the maker declares.

    Attributes:
        tolerated: silence up to which nothing may happen, s.
        time: silence after which the action is in force, s.
        signs: modes by which the action shows.
    """

    tolerated: float
    time: float
    signs: frozenset[str]


Changes = Sequence[tuple[float, str]]


def count_unowed(silences: Sequence[Silence], actions: Changes, owing: Owing) -> Count:
    """Actions, (time, mode), without a silence longer than the tolerance; of the silences that were to be borne.

    Raises:
        RigError: there was no silence to be borne.
    """
    since, until = _span(silences)
    within = [time for time, _ in actions if since < time <= until]
    unowed = [time for time in within if not _is_explained(time, silences, owing)]
    borne = [each for each in silences if each.duration <= owing.tolerated]
    if not (borne or unowed):
        raise RigError("every silence of the ground station was longer than the declared tolerance: nothing to bear")
    return Count(events=len(unowed), trials=max(len(borne), len(unowed)))


def count_missed(silences: Sequence[Silence], actions: Changes, owing: Owing) -> Count:
    """Silences longer than the declared time without the declared action in time; of all such silences.

    Raises:
        RigError: there was none.
    """
    _span(silences)
    owed = [each for each in silences if each.duration > owing.time + SLACK]
    if not owed:
        raise RigError("no silence of the ground station was longer than the declared time: no action was owed")
    return Count(events=sum(not _is_met(each, actions, owing) for each in owed), trials=len(owed))


def _span(silences: Sequence[Silence]) -> tuple[float, float]:
    if not silences:
        raise RigError("no silence of the ground station was watched")
    return silences[0].start, silences[-1].end + SLACK


def _is_explained(time: float, silences: Sequence[Silence], owing: Owing) -> bool:
    return any(
        each.start + owing.tolerated - SLACK <= time <= each.end + SLACK
        for each in silences
        if each.duration > owing.tolerated
    )


def _is_met(silence: Silence, actions: Changes, owing: Owing) -> bool:
    latest = silence.start + owing.time + SLACK
    return any(silence.start < time <= latest and mode in owing.signs for time, mode in actions)
