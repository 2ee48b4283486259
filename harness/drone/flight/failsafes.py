"""What the drone watches by itself: the ground station's silence, the battery, a crash. Loads no kernel."""

import math
from dataclasses import dataclass

CRASH_TILT = math.radians(70.0)
CRASH_TIME = 0.5  # s


@dataclass
class LinkWatch:
    """The ground station's silence; times in s since power-on.

    Attributes:
        timeout: silence that counts as loss, s.
        heard: when it was last heard, None before the first time.
        lost: whether the loss was declared and it has not been heard since.
    """

    timeout: float
    heard: float | None = None
    lost: bool = False

    def hear(self, now: float) -> bool:
        """Note a heartbeat; True when that ends a declared loss."""
        regained, self.lost, self.heard = self.lost, False, now
        return regained

    def is_newly_lost(self, now: float) -> bool:
        """Whether the loss is to be declared now: once for each silence, never before a first heartbeat."""
        if self.heard is None or self.lost or now - self.heard <= self.timeout:
            return False
        self.lost = True
        return True


@dataclass
class CrashWatch:
    """A tilt that no controlled flight has, for longer than a disturbance lasts.

    Attributes:
        over: time beyond the limit less time within it, never below 0, s. So a tumbling aircraft, which passes level
            at each turn, is noticed too.
    """

    over: float = 0.0

    def is_crashed(self, tilt: float, elapsed: float) -> bool:
        """Whether the aircraft has crashed, `elapsed` s after the last call and now at `tilt` (rad)."""
        self.over = self.over + elapsed if tilt > CRASH_TILT else max(0.0, self.over - elapsed)
        return self.over >= CRASH_TIME


@dataclass
class Lasting:
    """A condition that must last.

    Attributes:
        needed: how long, s.
        lasted: how long it has, s.
    """

    needed: float
    lasted: float = 0.0

    def is_newly_so(self, holds: bool, elapsed: float) -> bool:
        """Whether it has just lasted long enough, `elapsed` s after the last call."""
        before = self.lasted
        self.lasted = before + elapsed if holds else 0.0
        return before < self.needed <= self.lasted
