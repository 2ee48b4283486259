"""What an article told and did about a disturbance, as the observer heard it; WIND-09 is measured on it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from harness.judgement import Count, Estimate, estimate
from harness.vehicle.texts import WARNING, Text


@dataclass(kw_only=True)
class Alarm:
    """Warnings and actions while they were watched for; complete once the watching has ended.

    Attributes:
        word: what a warning of this disturbance says, in small letters.
        wanted: signs of the declared action.
        telling: longest time between a warning and the frame that tells it, s.
        u_clock: standard uncertainty of the observer's clock, s.
        texts: all that the article said.
        signs: modes entered, and motors off, by their time on the test clock, s.
        ended: when the watching ended, test clock, s.
    """

    word: str
    wanted: frozenset[str]
    telling: float
    u_clock: float
    texts: Sequence[Text] = ()
    signs: Mapping[float, set[str]] = field(default_factory=dict)
    ended: float = 0.0

    def warnings(self) -> list[Text]:
        """Texts of a warning's severity or worse that name the disturbance, oldest first."""
        return [text for text in self.texts if text.severity <= WARNING and self.word in text.text.lower()]

    def delay(self, since: float) -> Estimate:
        """Seconds from `since` (test clock) to the first warning; 0 when it came before.

        For an article that did not warn it is the time it was watched, at least that long.
        """
        times = [text.time for text in self.warnings()]
        return estimate(
            max(0.0, min([*times, self.ended]) - since), telling=self.telling / math.sqrt(12.0), clock=self.u_clock
        )

    def describe(self) -> str:
        """First warning and first action with their times, for the report."""
        told = [f"first warning at {text.time:.1f} s: {text.text}" for text in self.warnings()[:1]] or ["no warning"]
        done = [
            f"first action at {time:.1f} s: {' and '.join(sorted(self.signs[time]))}" for time in sorted(self.signs)
        ]
        return "; ".join([*told, *(done[:1] or ["no action"])])

    def false_alarms(self, before: float) -> Count:
        """Whether it warned or acted before that time (test clock, s), when nothing was the matter, of one trial."""
        times = [text.time for text in self.warnings()]
        return Count(events=int(any(time < before for time in (*times, *self.signs))), trials=1)

    def missing_warnings(self) -> Count:
        """Whether it did not warn, of one trial."""
        return Count(events=int(not self.warnings()), trials=1)

    def wrong_actions(self) -> Count:
        """Whether the first action was none, or another than declared, of one trial."""
        first = self.signs[min(self.signs)] if self.signs else set()
        return Count(events=int(self.wanted.isdisjoint(first)), trials=1)
