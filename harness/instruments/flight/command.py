"""What a wind source was told: speed and direction it should blow from, at each time. Knows no anemometer."""

import math
from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A change of direction that was commanded: start and end on the test clock (s), angle (deg, clockwise)."""

    start: float
    end: float
    angle: float

    def angle_at(self, time: float) -> float:
        """Angle turned through at `time`, deg: ``(A/2) (1 - cos(pi (t - start) / T))`` (IEC 61400-1, EDC)."""
        phase = min(1.0, max(0.0, (time - self.start) / (self.end - self.start)))
        return 0.5 * self.angle * (1.0 - math.cos(math.pi * phase))


class WindCommand:
    """The log of the commands: from where the wind should come, deg clockwise from north."""

    def __init__(self) -> None:
        self._times: list[float] = []
        self._bearings: list[float] = []
        self._turns: list[Turn] = []

    def set_bearing(self, time: float, bearing: float) -> None:
        """From `time` on it should come from `bearing`, and turn from there."""
        self._times.append(time)
        self._bearings.append(bearing)

    def add_turn(self, turn: Turn) -> None:
        """It should turn, until the next bearing is set."""
        self._turns.append(turn)

    def bearing(self, time: float) -> float:
        """Where it should come from at `time`, deg; 0 before anything was commanded."""
        place = bisect_right(self._times, time)
        if place == 0:
            return 0.0
        since = self._times[place - 1]
        return self._bearings[place - 1] + sum(turn.angle_at(time) for turn in self._turns if turn.start >= since)


def blows_to(speed: float, bearing: float) -> tuple[float, float]:
    """North and east component (m/s) of a wind of `speed` that comes from `bearing` (deg)."""
    angle = math.radians(bearing)
    return -speed * math.cos(angle), -speed * math.sin(angle)


def comes_from(north: float, east: float) -> float:
    """Bearing (deg) that a wind with these components (where it blows to, m/s) comes from."""
    return math.degrees(math.atan2(-east, -north))


def apart(one: float, other: float) -> float:
    """Angle between two bearings, deg from 0 to 180."""
    return abs((one - other + 180.0) % 360.0 - 180.0)
