"""A world flown at a multiple of the wall clock, for ground stations that live outside of it."""

import math
import time
from collections.abc import Callable
from typing import Protocol

from harness.errors import UsageError
from harness.timing.inputs import Ready
from harness.timing.world import World

MOST_SPEEDUP = 1000.0
LONGEST_PAUSE = 0.05  # s of the wall clock; how late a request to stop may be seen, and the most flown in one go
_SHORTEST_PAUSE = 0.001  # s of the wall clock; due times closer together than this are served together
_FORGIVEN = 0.25  # s of the wall clock; a lag that is caught up. A longer one is never flown in a hurry
_WINDOW = 5.0  # s of the wall clock over which the speed is measured
_TOO_SLOW = 0.9  # of the speed that was asked for


def require_speedup(speedup: float) -> None:
    """Refuse a speed-up that no world can be flown at.

    Raises:
        UsageError: it is not positive, or beyond any machine.
    """
    if not 0 < speedup <= MOST_SPEEDUP:
        raise UsageError(f"--speedup {speedup:g}: must be above 0 and at most {MOST_SPEEDUP:g}")


class Waiting(Protocol):
    """Whoever blocks until bytes come in from outside; :class:`harness.timing.Inputs` does."""

    def wait(self, seconds: float) -> list[Ready]:
        """Block at most `seconds` of the wall clock; returns what to run when the world has caught up."""
        ...


class Pacer:
    """Keeps test clock = wall clock x speed-up, as far as the machine can.

    What the machine loses in more than a quarter of a second stays lost: a world that was stopped for a minute goes
    on at the speed that was asked for, and does not fly that minute at once.
    """

    def __init__(self, world: World, inputs: Waiting, speedup: float, tell: Callable[[str], None]) -> None:
        """Pace `world` once :meth:`run` is called.

        Args:
            world: what is flown.
            inputs: waits, and hands over what came in.
            speedup: seconds of the test clock in one second of the wall clock.
            tell: is told when the speed cannot be kept.

        Raises:
            UsageError: the speed-up is not positive, or beyond any machine.
        """
        require_speedup(speedup)
        self._world, self._inputs, self._speedup, self._tell = world, inputs, speedup, tell
        self._start = self._anchor = self._window = self._read_clocks()
        self._told = False

    def run(self, running: Callable[[], bool]) -> None:
        """Fly until `running` says no; it is asked at least every twentieth of a second.

        Raises:
            RigError: the world's clock stands still.
        """
        self._start = self._anchor = self._window = self._read_clocks()
        while running():
            ready = self._inputs.wait(self._pause())
            self._catch_up()
            for handle in ready:
                handle()
            self._watch_speed()

    def achieved(self) -> float:
        """Seconds of the test clock in one second of the wall clock, since the beginning."""
        return self._speed_since(self._start)

    def _read_clocks(self) -> tuple[float, float]:
        return time.monotonic(), self._world.now()

    def _lag(self) -> float:
        wall, now = self._anchor
        return time.monotonic() - wall - (self._world.now() - now) / self._speedup

    def _pause(self) -> float:
        if self._lag() > LONGEST_PAUSE:
            return 0.0
        due = (self._world.schedule.next_time() - self._world.now()) / self._speedup - self._lag()
        return min(max(due, _SHORTEST_PAUSE), LONGEST_PAUSE)

    def _catch_up(self) -> None:
        lag = self._lag()
        if lag > _FORGIVEN:
            self._anchor = (time.monotonic() - LONGEST_PAUSE, self._world.now())
            lag = LONGEST_PAUSE
        target = self._world.now() + min(lag, LONGEST_PAUSE) * self._speedup
        while self._world.now() < target:
            self._world.advance(target)

    def _watch_speed(self) -> None:
        if time.monotonic() - self._window[0] < _WINDOW:
            return
        speed = self._speed_since(self._window)
        self._window = self._read_clocks()
        slow = speed < _TOO_SLOW * self._speedup
        if slow and not self._told:
            self._tell(
                f"this machine does not keep {self._speedup:g}x: it flies {speed:.3g}x; ask for a lower --speedup"
            )
        self._told = slow

    def _speed_since(self, mark: tuple[float, float]) -> float:
        elapsed = time.monotonic() - mark[0]
        return (self._world.now() - mark[1]) / elapsed if elapsed > 0 else math.nan
