"""A planned track of straight legs, and how well the truth followed it; WIND-06 is measured on it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.drone.flight.state import Truth
from harness.errors import RigError
from harness.instruments.flight.track import BLOCKS, Spot
from harness.judgement import Estimate, estimate

Fix = tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class Route:
    """Corners in the order of flight (the first is where it begins) and the planned speed over ground, m/s."""

    corners: tuple[Spot, ...]
    speed: float

    @property
    def length(self) -> float:
        """Of all legs, m."""
        return sum(_length(start, end) for start, end in self.legs)

    @property
    def legs(self) -> tuple[tuple[Spot, Spot], ...]:
        """Start and end of each leg."""
        return tuple(zip(self.corners, self.corners[1:], strict=False))


def rectangle(*, along: float, across: float, height: float, speed: float) -> Route:
    """A route that begins above home: `along` m north, `across` m east, and back; flown at `height` m."""
    places = ((0.0, 0.0), (along, 0.0), (along, across), (0.0, across), (0.0, 0.0))
    return Route(corners=tuple(Spot(north=north, east=east, up=height) for north, east in places), speed=speed)


@dataclass(frozen=True, kw_only=True)
class Trace:
    """The truth along a route; complete once the tracing has ended.

    Attributes:
        readings: of the truth, in the order of time.
        route: the planned track.
        turn: distance from a corner within which it may turn, m: no part of a leg's window.
        u_position: standard uncertainty of the truth's position, m.
        u_time: standard uncertainty of an event's time, s.
    """

    readings: Sequence[Truth]
    route: Route
    turn: float
    u_position: float
    u_time: float

    def cross_track_rms(self) -> Estimate:
        """Root mean square of the distance from the leg on the worst leg, m."""
        worst = max(self._distances(), key=_rms)
        return estimate(_rms(worst), truth=self.u_position, repeatability=_spread(worst))

    def cross_track_max(self) -> Estimate:
        """Greatest distance from its leg, m."""
        return estimate(max(map(max, self._distances())), truth=self.u_position)

    def ground_speed_error(self) -> Estimate:
        """Difference of mean and planned speed over ground on the worst leg, m/s."""
        windows = [[(time, along) for time, along, _ in leg] for leg in self.windows()]
        off = [abs(_speed(window) - self.route.speed) for window in windows]
        duration = min(window[-1][0] - window[0][0] for window in windows)
        terms = {"truth": math.sqrt(2.0) * self.u_position, "time": math.sqrt(2.0) * self.u_time * self.route.speed}
        return estimate(max(off), **{name: u / duration for name, u in terms.items()})

    def windows(self) -> list[list[Fix]]:
        """For each leg the readings between its turns: time (s), way along the leg and signed distance from it (m).

        Raises:
            RigError: the truth has too few readings on a leg.
        """
        found: list[list[Fix]] = [[] for _ in self.route.legs]
        number = 0
        for reading in self.readings:
            if number == len(found):
                break
            start, end = self.route.legs[number]
            fix = _fix(reading, start, end)
            if fix[1] > _length(start, end) - self.turn:
                number += 1
            elif fix[1] >= self.turn:
                found[number].append(fix)
        for leg, fixes in enumerate(found, start=1):
            if len(fixes) < 2 * BLOCKS:
                raise RigError(f"the truth gave {len(fixes)} readings on leg {leg}: lengthen it or shorten the turn")
        return found

    def _distances(self) -> list[list[float]]:
        return [[abs(off) for _, _, off in leg] for leg in self.windows()]


def _fix(reading: Truth, start: Spot, end: Spot) -> Fix:
    length = _length(start, end)
    north, east = (end.north - start.north) / length, (end.east - start.east) / length
    n, e = reading.motion.north - start.north, reading.motion.east - start.east
    return reading.motion.time, n * north + e * east, e * north - n * east


def _length(start: Spot, end: Spot) -> float:
    return math.hypot(end.north - start.north, end.east - start.east)


def _speed(window: Sequence[tuple[float, float]]) -> float:
    (first, start), (last, end) = window[0], window[-1]
    return (end - start) / (last - first)


def _rms(values: Sequence[float]) -> float:
    return math.sqrt(sum(value * value for value in values) / len(values))


def _spread(values: Sequence[float], figure: Callable[[Sequence[float]], float] = _rms) -> float:
    size = len(values) // BLOCKS
    parts = [figure(values[start : start + size]) for start in range(0, size * BLOCKS, size)]
    mean = sum(parts) / BLOCKS
    return math.sqrt(sum((part - mean) ** 2 for part in parts) / (BLOCKS - 1) / BLOCKS)
