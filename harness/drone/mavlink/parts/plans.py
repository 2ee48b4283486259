"""The lists that the mission protocol carries: the mission, and the areas of the fence."""

import math
from collections.abc import MutableMapping, Sequence
from itertools import pairwise
from typing import Protocol

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.orders import Area
from harness.drone.mavlink.flight_control import FlightControl
from harness.drone.mavlink.geodesy import Home
from harness.drone.mavlink.parts.items import (
    PLACE_FRAMES,
    home_item,
    item_problem,
    place_problem,
    to_flight,
    to_metres,
)
from harness.drone.mavlink.parts.wireitem import WireItem

Items = tuple[WireItem, ...]
Kept = MutableMapping[int, Items]

# As much as the small boards of ArduPilot keep.
MOST_ITEMS, MOST_FENCE_ITEMS = 724, 84
_POLYGONS = {
    mavlink.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_INCLUSION: True,
    mavlink.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_EXCLUSION: False,
}
_CIRCLES = {mavlink.MAV_CMD_NAV_FENCE_CIRCLE_INCLUSION: True, mavlink.MAV_CMD_NAV_FENCE_CIRCLE_EXCLUSION: False}
_LEAST_CORNERS = 3


class Plan(Protocol):
    """One list of items and how the drone takes it.

    Attributes:
        kind: MAV_MISSION_TYPE.
        most: items there is room for, as a ground station counts them.
    """

    kind: int
    most: int

    def read_items(self) -> Items:
        """The list in force, as a ground station sees it."""
        ...

    def problem(self, number: int, item: WireItem) -> int:
        """MAV_MISSION_RESULT of one item by itself."""
        ...

    def replace(self, items: Items) -> tuple[int, str]:
        """Put `items` in force; MAV_MISSION_RESULT and the reason. When it is not ACCEPTED, the old list stays."""
        ...


class MissionPlan:
    """The mission. Item 0 is home, as ArduPilot has it: given out, and not read when it comes in."""

    kind = int(mavlink.MAV_MISSION_TYPE_MISSION)
    most = MOST_ITEMS

    def __init__(self, flight: FlightControl, home: Home, kept: Kept) -> None:
        self._flight, self._home, self._kept = flight, home, kept

    def read_items(self) -> Items:
        """Home and the mission; nothing at all when there is no mission."""
        items = self._kept.get(self.kind, ())
        return (home_item(self._home), *items) if items else ()

    def problem(self, number: int, item: WireItem) -> int:
        """What is wrong with one item; nothing is with home."""
        return item_problem(item) if number else int(mavlink.MAV_MISSION_ACCEPTED)

    def replace(self, items: Items) -> tuple[int, str]:
        """Hand all but home to the flight part."""
        flown = items[1:]
        refusal = self._flight.load_mission(to_flight(flown, self._home))
        if refusal:
            return int(mavlink.MAV_MISSION_ERROR), refusal
        self._kept[self.kind] = flown
        return int(mavlink.MAV_MISSION_ACCEPTED), ""


class FencePlan:
    """The areas of the fence. A return point is refused: the drone has none."""

    kind = int(mavlink.MAV_MISSION_TYPE_FENCE)
    most = MOST_FENCE_ITEMS

    def __init__(self, flight: FlightControl, home: Home, kept: Kept) -> None:
        self._flight, self._home, self._kept = flight, home, kept

    def read_items(self) -> Items:
        """The corners and circles in force."""
        return self._kept.get(self.kind, ())

    def problem(self, number: int, item: WireItem) -> int:
        """What is wrong with one corner or circle."""
        if item.command not in _POLYGONS | _CIRCLES:
            return int(mavlink.MAV_MISSION_UNSUPPORTED)
        if item.frame not in PLACE_FRAMES:
            return int(mavlink.MAV_MISSION_UNSUPPORTED_FRAME)
        first = item.values[0]
        corners = item.command in _POLYGONS
        if not math.isfinite(first) or first <= 0 or (corners and (first < _LEAST_CORNERS or first != int(first))):
            return int(mavlink.MAV_MISSION_INVALID_PARAM1)
        return place_problem(item)

    def replace(self, items: Items) -> tuple[int, str]:
        """Put corners together to polygons and hand all areas to the flight part."""
        areas = to_areas(items, self._home)
        if areas is None:
            return int(mavlink.MAV_MISSION_INVALID), "fence: a polygon has not as many corners as it says"
        refusal = self._flight.load_fence(areas)
        if refusal:
            return int(mavlink.MAV_MISSION_ERROR), refusal
        self._kept[self.kind] = items
        return int(mavlink.MAV_MISSION_ACCEPTED), ""


def to_areas(items: Sequence[WireItem], home: Home) -> list[Area] | None:
    """The areas that fence items describe (mavlink.io, "Mission Protocol", geofence); None for a broken polygon."""
    areas, at = [], 0
    while at < len(items):
        first = items[at]
        count = int(first.values[0]) if first.command in _POLYGONS else 1
        group = items[at : at + count]
        if len(group) < count or any(not _same_polygon(left, right) for left, right in pairwise(group)):
            return None
        areas.append(_area(group, home))
        at += count
    return areas


def _same_polygon(left: WireItem, right: WireItem) -> bool:
    return (left.command, left.values[0]) == (right.command, right.values[0])


def _area(group: Sequence[WireItem], home: Home) -> Area:
    corners = tuple(to_metres(item, home)[:2] for item in group)
    first = group[0]
    if first.command in _POLYGONS:
        return Area(corners=corners, inside=_POLYGONS[first.command])
    return Area(corners=corners, radius=first.values[0], inside=_CIRCLES[first.command])
