"""Mission items as they travel, and what is wrong with one (mavlink.io, "Mission Protocol")."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.missioncheck import Cmd
from harness.drone.flight.orders import MissionItem
from harness.drone.mavlink.geodesy import Home
from harness.drone.mavlink.inbound import Message
from harness.drone.mavlink.parts.wireitem import WireItem

SEA_LEVEL_FRAMES = frozenset({mavlink.MAV_FRAME_GLOBAL, mavlink.MAV_FRAME_GLOBAL_INT})
HOME_FRAMES = frozenset({mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT, mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT})
PLACE_FRAMES = SEA_LEVEL_FRAMES | HOME_FRAMES

# What an item may order; those of the first set have a place.
PLACED: frozenset[int] = frozenset(
    {
        Cmd.WAYPOINT,
        Cmd.LOITER_UNLIM,
        Cmd.LOITER_TURNS,
        Cmd.LOITER_TIME,
        Cmd.LAND,
        Cmd.TAKEOFF,
        Cmd.SET_ROI_LOCATION,
        Cmd.SET_ROI,
    }
)
UNPLACED: frozenset[int] = frozenset(Cmd) - PLACED
_SCALE = 1e7
_MOST_LATITUDE, _MOST_LONGITUDE = round(90 * _SCALE), round(180 * _SCALE)
_INT32 = 2**31 - 1
_FENCE = range(mavlink.MAV_CMD_NAV_FENCE_RETURN_POINT, mavlink.MAV_CMD_NAV_FENCE_CIRCLE_EXCLUSION + 1)


class Bad(Enum):
    """Stands for a coordinate that no integer can carry."""

    COORDINATE = "not a number, or too large"


def read_item(message: Message) -> WireItem | int:
    """The item of a MISSION_ITEM_INT or MISSION_ITEM, or MAV_MISSION_RESULT of what is wrong with its numbers."""
    x, y = _coordinate(message, message.x), _coordinate(message, message.y)
    if isinstance(x, Bad):
        return int(mavlink.MAV_MISSION_INVALID_PARAM5_X)
    if isinstance(y, Bad):
        return int(mavlink.MAV_MISSION_INVALID_PARAM6_Y)
    return WireItem(
        frame=message.frame,
        command=message.command,
        autocontinue=bool(message.autocontinue),
        values=(message.param1, message.param2, message.param3, message.param4),
        x=x,
        y=y,
        z=message.z,
    )


def _coordinate(message: Message, value: float) -> int | Bad:
    if message.get_type() == "MISSION_ITEM_INT":
        return int(value)
    placed = message.command in PLACED or message.command in _FENCE
    scaled = value * (_SCALE if placed else 1.0)
    return round(scaled) if math.isfinite(scaled) and abs(scaled) <= _INT32 else Bad.COORDINATE


def item_problem(item: WireItem) -> int:
    """MAV_MISSION_RESULT of an item of a mission; MAV_MISSION_ACCEPTED (0) when nothing is wrong with it."""
    if item.command not in PLACED | UNPLACED:
        return int(mavlink.MAV_MISSION_UNSUPPORTED)
    allowed = PLACE_FRAMES if item.command in PLACED else PLACE_FRAMES | {mavlink.MAV_FRAME_MISSION}
    if item.frame not in allowed:
        return int(mavlink.MAV_MISSION_UNSUPPORTED_FRAME)
    for number, value in enumerate(item.values):
        if math.isinf(value):  # NaN leaves a value open
            return int(mavlink.MAV_MISSION_INVALID_PARAM1) + number
    return place_problem(item) if item.command in PLACED else int(mavlink.MAV_MISSION_ACCEPTED)


def place_problem(item: WireItem) -> int:
    """MAV_MISSION_RESULT of the latitude, longitude and altitude of an item."""
    if abs(item.x) > _MOST_LATITUDE:
        return int(mavlink.MAV_MISSION_INVALID_PARAM5_X)
    if abs(item.y) > _MOST_LONGITUDE:
        return int(mavlink.MAV_MISSION_INVALID_PARAM6_Y)
    return int(mavlink.MAV_MISSION_ACCEPTED if math.isfinite(item.z) else mavlink.MAV_MISSION_INVALID_PARAM7)


def to_metres(item: WireItem, home: Home) -> tuple[float, float, float]:
    """North, east and up of home in m."""
    north, east = home.to_metres(item.x / _SCALE, item.y / _SCALE)
    return north, east, item.z - (home.altitude if item.frame in SEA_LEVEL_FRAMES else 0.0)


def to_flight(items: Iterable[WireItem], home: Home) -> list[MissionItem]:
    """The items as the flight part takes them.

    Latitude and longitude of zero are "where it then is" to ArduPilot: here the place of the item before, or home.
    """
    flown: list[MissionItem] = []
    last = (0.0, 0.0)
    for item in items:
        place = _place(item, home, last)
        last = place[:2] if place is not None else last
        flown.append(
            MissionItem(command=item.command, values=_values(item), place=place, autocontinue=item.autocontinue)
        )
    return flown


def _values(item: WireItem) -> tuple[float, float, float, float]:
    """The values, with the goal of a jump counted from the first item after home."""
    first, *rest = item.values
    return (first - 1.0 if item.command == Cmd.JUMP else first, rest[0], rest[1], rest[2])


def _place(item: WireItem, home: Home, last: tuple[float, float]) -> tuple[float, float, float] | None:
    if item.command not in PLACED or (item.x == item.y == 0 and item.z == 0.0):
        return None
    north, east, up = to_metres(item, home)
    return (north, east, up) if item.x or item.y else (*last, up)


def home_item(home: Home) -> WireItem:
    """Home as ArduPilot gives it: item 0 of every mission."""
    return WireItem(
        frame=mavlink.MAV_FRAME_GLOBAL,
        command=mavlink.MAV_CMD_NAV_WAYPOINT,
        x=round(home.latitude * _SCALE),
        y=round(home.longitude * _SCALE),
        z=home.altitude,
    )


@dataclass(frozen=True, kw_only=True)
class Label:
    """What an item is sent with: its number, the type of its list, to whom, and whether it is the current one."""

    number: int
    kind: int
    target: tuple[int, int]
    current: bool = False


def to_message(item: WireItem, label: Label, *, scaled: bool) -> Message:
    """MISSION_ITEM_INT, or with `scaled` False the MISSION_ITEM of old, which has latitude and longitude in degrees."""
    make = mavlink.MAVLink_mission_item_int_message if scaled else mavlink.MAVLink_mission_item_message
    divisor = 1.0 if item.command in UNPLACED else _SCALE
    x, y = (item.x, item.y) if scaled else (item.x / divisor, item.y / divisor)
    return make(
        *label.target,
        label.number,
        item.frame,
        item.command,
        int(label.current),
        int(item.autocontinue),
        *item.values,
        x,
        y,
        item.z,
        label.kind,
    )
