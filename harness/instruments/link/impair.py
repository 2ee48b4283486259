"""An impaired link: what went into its stages and came out, and the proof that they did what was asked."""

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from statistics import fmean
from typing import Any

from harness.errors import RigError
from harness.link.impair_frames import Framing
from harness.link.impair_plan import Impairment
from harness.link.mavframes import LONGEST_FRAME
from harness.link.port import Receiver, Stage
from harness.timing import Clock

# one sound link in 1.7 million falls outside
SIGMAS = 5.0
# losses, or bursts of them, to expect at least: none at all would then come once in 160 000 links
LEAST_BURSTS = 12.0
# what the realised delay may be off, s, where the test clock is exact
DELAY_SLACK = 0.001
# of delays that jitter, as a share of the jitter; ten even draws from -1 to 1 spread less once in 30 000 times
LEAST_SPREAD, LEAST_DRAWS = 0.5, 10
# when a frame passed, s of the test clock, and its bytes
Offer = tuple[float, bytes]
KNOWN = tuple(item.name for item in fields(Impairment))


def read_impairment(row: Mapping[str, Any]) -> Impairment:
    """The impairment that a row of conditions names; what else the row says is left aside.

    Raises:
        RigError: it names none.
    """
    named = {name: value for name, value in row.items() if name in KNOWN}
    if not named:
        raise RigError(f"the row {dict(row)} impairs nothing: it needs one of {', '.join(KNOWN)}")
    return Impairment(**named)


@dataclass
class Trace:
    """A stage that remembers what passed and when, s of the test clock."""

    clock: Clock
    passed: list[tuple[float, bytes]] = field(default_factory=list)

    def __call__(self, data: bytes, forward: Receiver) -> None:
        """Remember and forward."""
        self.passed.append((self.clock.now(), data))
        forward(data)


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """What went into the stages of one direction and what came out; frames are told apart by their bytes.

    Where nothing is signed, the same bytes come again as soon as the sequence number does: what came out then belongs
    to the newest such frame that went in before.

    Attributes:
        offered: what went in.
        delivered: what came out.
        tick: by how much the test clock may be late to what is due, s.
    """

    offered: Trace
    delivered: Trace
    tick: float = 0.0

    @property
    def slack(self) -> float:
        """What a realised delay may be off, s."""
        return DELAY_SLACK + self.tick

    @property
    def delivered_share(self) -> float:
        """Share of the offered frames that arrived whole, at least once; 1 when none was offered."""
        came, offered = self._match(), self.offered.passed
        return fmean(each in came for each in offered) if offered else 1.0

    def faults(self, wanted: Impairment) -> list[str]:
        """How the link differs from what was asked, in words; empty when it does not."""
        if not self.offered.passed:
            return ["nothing was offered"]
        came = self._match()
        damaged = len(self.delivered.passed) - sum(map(len, came.values()))
        problems = [] if wanted.bit_errors or wanted.truncate else self._lost(wanted, came)
        if bool(wanted.bit_errors or wanted.truncate) is not bool(damaged):
            problems.append(f"{damaged} frames came out damaged")
        waits = [time - sent for (sent, _), times in came.items() for time in times]
        return problems + _late(wanted, waits, self.slack) + self._unchecked(wanted, waits)

    def owed_wait(self, rate: float) -> float:
        """The longest wait that a cap at `rate` bytes a second owes to what came out, s; 0 when all fits."""
        filled, before, longest = 0.0, 0.0, 0.0
        for time, data in sorted(self._match()):
            filled = max(filled - (time - before) * rate, 0.0) + len(data)
            before, longest = time, max(longest, (filled - LONGEST_FRAME) / rate)
        return longest

    def _unchecked(self, wanted: Impairment, waits: Sequence[float]) -> list[str]:
        """What had not to wait although the capped rate was exceeded."""
        if not wanted.rate or not waits:
            return []
        owed = self.owed_wait(wanted.rate)
        if max(waits) >= owed - self.slack:
            return []
        return [f"the longest wait for the capped rate was {max(waits):.3f} s, {owed:.3f} s were owed"]

    def _match(self) -> dict[Offer, list[float]]:
        """When each frame that went in came out; those that never did are left out."""
        times: dict[bytes, list[float]] = defaultdict(list)
        for time, data in self.offered.passed:
            times[data].append(time)
        came: dict[Offer, list[float]] = defaultdict(list)
        for time, data in self.delivered.passed:
            before = bisect_right(times.get(data, []), time)
            if before:
                came[times[data][before - 1], data].append(time)
        return came

    def _lost(self, wanted: Impairment, came: Mapping[Offer, Sequence[float]]) -> list[str]:
        offered = len(self.offered.passed)
        lost = sum(each not in came for each in self.offered.passed)
        doubled = sum(len(times) > 1 for times in came.values())
        spread = SIGMAS * math.sqrt(max(offered - lost, 1) * wanted.duplicate * (1 - wanted.duplicate))
        low, high = wanted.loss_bounds(offered, SIGMAS)
        problems = []
        # a queue loses on its own what finds no room
        if lost < low or (lost > high and not wanted.rate):
            problems.append(f"{lost} of {offered} lost, {low:.1f} to {high:.1f} were asked for")
        if abs(doubled - wanted.duplicate * (offered - lost)) > spread:
            problems.append(f"{doubled} of {offered - lost} came twice, not {wanted.duplicate:.0%}")
        if wanted.loss and offered * wanted.loss < LEAST_BURSTS * max(wanted.burst, 1.0):
            problems.append(f"{offered} frames are too few to tell a loss of {wanted.loss:.0%} from none")
        elif wanted.loss and not lost:
            problems.append("none was lost")
        return problems


def _late(wanted: Impairment, waits: list[float], slack: float) -> list[str]:
    if not waits:
        return ["nothing came out"]
    shortest, longest = min(waits), max(waits)
    problems = []
    if shortest < wanted.delay - wanted.jitter - slack:
        problems.append(f"a frame was delayed by {shortest:.3f} s only")
    if not wanted.rate and longest > wanted.delay + wanted.jitter + _held(wanted) + slack:
        problems.append(f"a frame was delayed by {longest:.3f} s")
    if wanted.jitter and len(waits) >= LEAST_DRAWS and longest - shortest < LEAST_SPREAD * wanted.jitter:
        problems.append(
            f"delays differed by {longest - shortest:.3f} s only, up to {wanted.jitter:g} s either way wanted"
        )
    if wanted.reorder and longest < wanted.hold - slack:
        problems.append("no frame was held back")
    return problems


def _held(wanted: Impairment) -> float:
    return wanted.hold if wanted.reorder else 0.0


def build_stages(stages: list[Stage], clock: Clock, tick: float = 0.0) -> tuple[list[Stage], Traffic]:
    """`stages` between two traces, the first behind the one that makes whole frames.

    What is due may be `tick` s late.
    """
    traffic = Traffic(offered=Trace(clock), delivered=Trace(clock), tick=tick)
    framing = stages[:1] if stages and isinstance(stages[0], Framing) else []
    return [*framing, traffic.offered, *stages[len(framing) :], traffic.delivered], traffic
