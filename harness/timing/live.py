"""A clock that runs at a multiple of the wall clock, for processes with real sockets."""

import math
import time

from harness.timing.inputs import Inputs
from harness.timing.pacing import require_speedup
from harness.timing.schedule import Schedule

_LONGEST_PAUSE = 0.02  # s of the wall clock


class LiveClock:
    """A world whose time passes by itself: test clock = wall clock x speed-up, plus what was leapt over.

    Until it is begun it stands at zero, and serves files. It never shows more than its limit: two processes that allow
    each other so much time at a go stay together, however busy the machine is.

    Attributes:
        schedule: what is due when.
        inputs: files that are served while time passes.
        leapt: s of the test clock that passed at once, less those that were withheld at the limit.
        limit: s of the test clock that it may show.

    Raises:
        UsageError: the speed-up is not positive, or beyond any machine.
    """

    def __init__(self, speedup: float) -> None:
        require_speedup(speedup)
        self.schedule, self.inputs, self.leapt = Schedule(), Inputs(), 0.0
        self.limit = math.inf
        self._speedup = speedup
        self._begun: float | None = None
        self._allowed = 0.0

    @property
    def begun(self) -> bool:
        """Whether time passes."""
        return self._begun is not None

    @property
    def waited(self) -> float:
        """Seconds of the wall clock since the limit was set."""
        return time.monotonic() - self._allowed

    def allow(self, limit: float) -> None:
        """Set the limit, not before what it shows; what the wall clock ran on beyond the old one is not made up for."""
        self.leapt -= max(self._unlimited() - self.limit, 0.0)
        self.limit, self._allowed = max(limit, self.now()), time.monotonic()

    def now(self) -> float:
        """Seconds since it was begun, on the test clock."""
        return min(self._unlimited(), self.limit)

    def begin(self) -> None:
        """Let time pass from now on; harmless when it does."""
        if self._begun is None:
            self._begun = time.monotonic()

    def advance(self, until: float) -> float:
        """Serve files until a moment later, the next due event or `until`; then run what is due."""
        now, goal = self.now(), min(until, self.schedule.next_time())
        # at its limit there is nothing to wait for but files
        left = min(goal, self.limit) - now if now < self.limit else goal - now
        for handle in self.inputs.wait(min(left / self._speedup, _LONGEST_PAUSE)):
            handle()
        self.schedule.run_due(self.now())
        return self.now()

    def leap(self, seconds: float) -> None:
        """Let so much time pass at once; what falls due in it runs late, at the next advance."""
        self.leapt += seconds
        self.limit += seconds

    def _unlimited(self) -> float:
        wall = time.monotonic() - self._begun if self._begun is not None else 0.0
        return wall * self._speedup + self.leapt
