"""A clock that runs at a multiple of the wall clock, for processes with real sockets."""

import time

from harness.timing.inputs import Inputs
from harness.timing.pacing import require_speedup
from harness.timing.schedule import Schedule

_LONGEST_PAUSE = 0.02  # s of the wall clock


class LiveClock:
    """A world whose time passes by itself: test clock = wall clock x speed-up, plus what was leapt over.

    Until it is begun it stands at zero, and serves files.

    Attributes:
        schedule: what is due when.
        inputs: files that are served while time passes.
        leapt: s of the test clock that passed at once.

    Raises:
        UsageError: the speed-up is not positive, or beyond any machine.
    """

    def __init__(self, speedup: float) -> None:
        require_speedup(speedup)
        self.schedule, self.inputs, self.leapt = Schedule(), Inputs(), 0.0
        self._speedup = speedup
        self._begun: float | None = None

    def now(self) -> float:
        """Seconds since it was begun, on the test clock."""
        wall = time.monotonic() - self._begun if self._begun is not None else 0.0
        return wall * self._speedup + self.leapt

    def begin(self) -> None:
        """Let time pass from now on; harmless when it does."""
        if self._begun is None:
            self._begun = time.monotonic()

    def advance(self, until: float) -> float:
        """Serve files until a moment later, the next due event or `until`; then run what is due."""
        left = (min(until, self.schedule.next_time()) - self.now()) / self._speedup
        for handle in self.inputs.wait(min(left, _LONGEST_PAUSE)):
            handle()
        self.schedule.run_due(self.now())
        return self.now()

    def leap(self, seconds: float) -> None:
        """Let so much time pass at once; what falls due in it runs late, at the next advance."""
        self.leapt += seconds
