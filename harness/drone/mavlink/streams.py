"""When each message is due on a port. Streams of one rate stay in step, so that the world stops less often."""

import math
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from harness.timing import Clock, Handle, Schedule

# An autopilot's loop bounds what can be streamed; a shorter interval is refused.
SHORTEST_INTERVAL = 0.004
_SAME_TIME = 1e-6

Key = TypeVar("Key", bound=Hashable)


@dataclass
class _Stream:
    interval: float
    count: int  # the stream is next due at count * interval

    @property
    def due(self) -> float:
        return self.count * self.interval


class Streams(Generic[Key]):
    """Calls `emit` with the names, or whatever else tells messages apart, of all that are due, as one list."""

    def __init__(self, clock: Clock, schedule: Schedule, emit: Callable[[list[Key]], None]) -> None:
        self._clock, self._schedule, self._emit = clock, schedule, emit
        self._streams: dict[Key, _Stream] = {}
        self._next: Handle | None = None

    def start(self, rates: Mapping[Key, float]) -> None:
        """Stream every message of `rates` (Hz), the first of each at once."""
        for name, rate in rates.items():
            self._add(name, 1 / rate)
        self._plan()

    def set_interval(self, name: Key, interval: float | None) -> None:
        """Stream `name` every `interval` seconds from now on; None stops it."""
        self.set_intervals({name: interval})

    def set_intervals(self, intervals: Mapping[Key, float | None]) -> None:
        """Set many at once."""
        for name, interval in intervals.items():
            self._streams.pop(name, None)
            if interval is not None:
                self._add(name, interval)
        self._plan()

    def interval(self, name: Key) -> float | None:
        """Seconds between two messages of that name; None when it is not streamed."""
        stream = self._streams.get(name)
        return stream.interval if stream else None

    def stop(self) -> None:
        """Stream nothing any more."""
        self._streams.clear()
        self._plan()

    def _add(self, name: Key, interval: float) -> None:
        count = math.ceil((self._clock.now() - _SAME_TIME) / interval)
        self._streams[name] = _Stream(interval=interval, count=count)

    def _plan(self) -> None:
        if self._next is not None:
            self._next.cancel()
        due = min((stream.due for stream in self._streams.values()), default=None)
        self._next = None if due is None else self._schedule.at(due, self._run)

    def _run(self) -> None:
        due = [name for name, stream in self._streams.items() if stream.due <= self._clock.now() + _SAME_TIME]
        for name in due:
            self._streams[name].count += 1
        self._plan()
        self._emit(due)
