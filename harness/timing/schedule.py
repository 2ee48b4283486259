"""A heap of callbacks ordered by time, then by the order in which they were asked for."""

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass

from harness.errors import RigError

Callback = Callable[[], None]


@dataclass(slots=True)
class Handle:
    """One scheduled callback; ``cancel()`` makes it never run."""

    time: float
    callback: Callback
    cancelled: bool = False

    def cancel(self) -> None:
        """Forget the callback; harmless when it has already run."""
        self.cancelled = True


class Schedule:
    """Callbacks by due time on the test clock.

    Two callbacks of the same time run in the order in which they were asked for, so a run repeats exactly.
    """

    def __init__(self) -> None:
        # tuples are compared without a call into Python
        self._heap: list[tuple[float, int, Handle]] = []
        self._sequence = 0

    def at(self, time: float, callback: Callback) -> Handle:
        """Run `callback` when the clock reaches `time` (s); a past time runs at the next opportunity.

        Raises:
            RigError: `time` is not a finite number.
        """
        if not math.isfinite(time):
            raise RigError(f"cannot schedule at {time} s: a due time must be finite")
        handle = Handle(time, callback)
        heapq.heappush(self._heap, (time, self._sequence, handle))
        self._sequence += 1
        return handle

    def every(self, period: float, callback: Callback, start: float) -> Callback:
        """Run `callback` at `start` and then every `period` seconds; returns a function that stops it.

        Raises:
            RigError: `period` is not finite, or so short that it does not move the time on from `start`.
        """
        if not (math.isfinite(period) and start + period > start):
            raise RigError(f"cannot repeat every {period} s from {start} s: a period must be finite and move time on")
        handle: Handle
        count = 0

        def tick() -> None:
            nonlocal handle, count
            count += 1
            handle = self.at(start + count * period, tick)
            callback()

        def stop() -> None:
            handle.cancel()

        handle = self.at(start, tick)
        return stop

    def next_time(self) -> float:
        """Due time of the earliest callback in seconds, or infinity when nothing is due."""
        while self._heap and self._heap[0][2].cancelled:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else math.inf

    def run_due(self, now: float) -> int:
        """Run everything due at or before `now`, also what those callbacks add; returns how many ran."""
        ran = 0
        while self.next_time() <= now:
            heapq.heappop(self._heap)[2].callback()
            ran += 1
        return ran
