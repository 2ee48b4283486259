"""The fence: greatest height and radius, and areas to stay inside or out of. Loads no kernel."""

import math
from collections.abc import Sequence

from harness.drone.flight.config import FlightConfig
from harness.drone.flight.orders import Area, Point

MOST_AREAS, MOST_CORNERS = 100, 500
_MOST_AWAY = 100_000.0  # m


def is_in_area(area: Area, north: float, east: float) -> bool:
    """Whether a place (m from home) lies within the outline of `area`; polygons by even-odd crossings of a ray."""
    if len(area.corners) == 1:
        return math.dist(area.corners[0], (north, east)) <= area.radius
    inside = False
    for (n1, e1), (n2, e2) in zip(area.corners, (*area.corners[1:], area.corners[0]), strict=True):
        if (e1 > east) != (e2 > east) and north < n1 + (east - e1) / (e2 - e1) * (n2 - n1):
            inside = not inside
    return inside


def area_problem(area: Area) -> str:
    """Why an area cannot be kept; empty when it can."""
    if not all(math.isfinite(part) and abs(part) <= _MOST_AWAY for corner in area.corners for part in corner):
        return "a corner is no place"
    if len(area.corners) == 1:
        return "" if 0.0 < area.radius <= _MOST_AWAY else "a circle needs a radius"
    if area.radius != 0.0:
        return "a circle has one corner, its centre"
    if not 3 <= len(area.corners) <= MOST_CORNERS:
        return f"a polygon has 3 to {MOST_CORNERS} corners, not {len(area.corners)}"
    return "" if abs(_doubled_area(area.corners)) > 1.0 else "a polygon without any area"


def _doubled_area(corners: Sequence[Point]) -> float:
    following = (*corners[1:], corners[0])
    return sum(n1 * e2 - n2 * e1 for (n1, e1), (n2, e2) in zip(corners, following, strict=True))


class Fence:
    """Keeps the areas and counts the breaches.

    Attributes:
        broken: "height", "radius" or "area" while outside, else empty.
        breaches: times it was broken since power-on.
    """

    def __init__(self) -> None:
        self.broken, self.breaches = "", 0
        self._areas: tuple[Area, ...] = ()

    def load(self, areas: Sequence[Area]) -> str:
        """Replace the areas; returns why not, or an empty string."""
        if len(areas) > MOST_AREAS:
            return f"Fence: more than {MOST_AREAS} areas"
        for number, area in enumerate(areas):
            problem = area_problem(area)
            if problem:
                return f"Fence: area {number}: {problem}"
        self._areas = tuple(areas)
        return ""

    def where_broken(self, config: FlightConfig, place: tuple[float, float, float]) -> str:
        """Which limit a place (m from home: north, east, up) is beyond; empty when none, or not watched."""
        if not config.fence:
            return ""
        north, east, up = place
        if 0.0 < config.fence_height < up:
            return "height"
        if 0.0 < config.fence_radius < math.hypot(north, east):
            return "radius"
        return "area" if any(is_in_area(area, north, east) is not area.inside for area in self._areas) else ""

    def watch(self, config: FlightConfig, place: tuple[float, float, float]) -> bool:
        """Follow the drone to `place`; True when it has just left the fence."""
        before, self.broken = self.broken, self.where_broken(config, place)
        newly = bool(self.broken) and not before
        self.breaches += newly
        return newly
