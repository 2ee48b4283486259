"""Whether the link to a board in hardware-in-the-loop keeps up with the wall clock: rates, gaps, round trip, backlog.

A board that is told late what its aircraft does flies another aircraft than ours, so a run whose link did not keep up
shows nothing of the article. Every figure goes into the record, also of a run that is good.
"""

from array import array
from collections.abc import Callable
from dataclasses import dataclass

from harness.errors import RigError

WINDOW = 1.0  # s over which a rate is counted
REMEDY = "use the board's USB port or a faster baud rate, another cable, and a machine without other work"


@dataclass(frozen=True, kw_only=True)
class LinkLimits:
    """What a link must keep.

    Attributes:
        sensor_rate: frames of sensors that must go out in a second.
        actuator_rate: frames of motor commands that must come in a second.
        longest_gap: between two of either, s.
        round_trip: longest from a question to the board's answer, s.
        waiting: most bytes that wait to go out.
    """

    sensor_rate: float
    actuator_rate: float
    longest_gap: float
    round_trip: float
    waiting: int


class Series:
    """Times of frames of one kind, s.

    Attributes:
        gaps: between them, s.
    """

    def __init__(self) -> None:
        self.gaps = array("d")
        self._last: float | None = None
        self._counted, self._worst = 0, 0.0

    def begin(self, now: float) -> None:
        """Count from `now`."""
        self.gaps, self._last, self._counted, self._worst = array("d"), now, 0, 0.0

    def note(self, now: float) -> None:
        """One came."""
        if self._last is not None:
            self.gaps.append(now - self._last)
            self._worst = max(self._worst, now - self._last)
        self._last = now

    def take_worst(self, now: float) -> float:
        """The longest gap since this was asked last, s; one that lasts counts."""
        worst, self._worst = self._worst, 0.0
        return max(worst, 0.0 if self._last is None else now - self._last)

    def end(self, now: float) -> None:
        """Count no further; a silence that lasts is a gap."""
        self.note(now)
        self._last = None

    def take_count(self) -> int:
        """How many came since this was asked last."""
        new, self._counted = len(self.gaps) - self._counted, len(self.gaps)
        return new

    def describe(self, what: str) -> str:
        """Rate, longest gap, and the gap that 99 of 100 keep."""
        total = sum(self.gaps)
        if not total:
            return f"{what}: none"
        ordered = sorted(self.gaps)
        return (
            f"{what} {len(ordered) / total:.1f} Hz, longest gap {1000 * ordered[-1]:.1f} ms, "
            f"99 of 100 below {1000 * _share(ordered, 0.99):.1f} ms"
        )


class LinkMonitor:
    """Fed with every frame and its time on the wall clock; tells of the first limit that is broken.

    Attributes:
        sensors: frames that went out.
        actuators: frames that came in.
        trips: round trips, s.
        most_waiting: bytes.
    """

    def __init__(self, limits: LinkLimits, tell: Callable[[RigError], None]) -> None:
        self._limits, self._tell = limits, tell
        self.sensors, self.actuators, self.trips = Series(), Series(), array("d")
        self.most_waiting = 0
        self._asked: dict[int, float] = {}
        self._watching = self._answers = False
        self._window = self._longest = 0.0

    def watch(self, now: float) -> None:
        """From now on every limit counts, and the figures begin anew."""
        for series in (self.sensors, self.actuators):
            series.begin(now)
        self.trips, self.most_waiting, self._window, self._longest = array("d"), 0, now, 0.0
        self._asked.clear()
        self._watching = True

    def end(self, now: float) -> None:
        """Nothing counts any more; the figures stay."""
        self._watching = False
        for series in (self.sensors, self.actuators):
            series.end(now)

    def ask(self, now: float) -> int:
        """A question goes out; returns the token that its answer carries."""
        if not self._answers:
            self._asked.clear()
        token = round(now * 1e9) + 1
        self._asked[token] = now
        return token

    def answered(self, token: int, now: float) -> None:
        """The answer with `token` came; one that nobody asked for counts for nothing."""
        asked = self._asked.pop(token, None)
        if asked is not None:
            self._answers = True
            self.trips.append(now - asked)
            self._longest = max(self._longest, now - asked)

    def look(self, now: float, waiting: int) -> None:
        """Compare with the limits; `waiting`: bytes that wait to go out."""
        self.most_waiting = max(self.most_waiting, waiting)
        if not self._watching:
            return
        problem = self._find_problem(now, waiting)
        if problem:
            self._watching = False
            self._tell(RigError(f"the link to the board does not keep up at {now:.2f} s: {problem}; {REMEDY}"))

    def describe(self) -> str:
        """All figures, for the record."""
        trips = sorted(self.trips)
        trip = (
            f"round trip {1000 * _share(trips, 0.5):.1f} ms, at most {1000 * trips[-1]:.1f} ms"
            if trips
            else "round trip not told by the board"
        )
        return (
            f"link to the board: {self.sensors.describe('sensors')}; {self.actuators.describe('motor commands')}; "
            f"{trip}; at most {self.most_waiting} bytes waiting"
        )

    def _find_problem(self, now: float, waiting: int) -> str:
        limits = self._limits
        if waiting > limits.waiting:
            return f"{waiting} bytes wait at the port, {limits.waiting} are allowed"
        for series, what in ((self.sensors, "sensors"), (self.actuators, "motor commands")):
            gap = series.take_worst(now)
            if gap > limits.longest_gap:
                return f"{_ms(gap)} without {what}, {_ms(limits.longest_gap)} are allowed"
        trip = self._take_trip(now)
        if trip > limits.round_trip:
            return f"a round trip of {_ms(trip)}, {_ms(limits.round_trip)} are allowed"
        return self._count(now)

    def _take_trip(self, now: float) -> float:
        """The longest round trip since this was asked last; an answer that is still to come counts."""
        longest, self._longest = self._longest, 0.0
        # a board that answers no such question has no round trip to judge
        waited = max((now - asked for asked in self._asked.values()), default=0.0) if self._answers else 0.0
        return max(longest, waited)

    def _count(self, now: float) -> str:
        if now - self._window < WINDOW:
            return ""
        passed, self._window = now - self._window, now
        wanted = (
            ("sensors", self.sensors.take_count(), self._limits.sensor_rate),
            ("motor commands", self.actuators.take_count(), self._limits.actuator_rate),
        )
        for what, count, least in wanted:
            if count / passed < least:
                return f"{what} at {count / passed:.1f} Hz, at least {least:g} Hz are needed"
        return ""


def _share(ordered: "array[float] | list[float]", share: float) -> float:
    """The value that this share of them does not exceed."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms"
