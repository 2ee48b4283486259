"""What a mission may consist of: the known commands, and why a mission is refused. Numbers are MAV_CMD (mavlink.io)."""

import math
from collections.abc import Callable, Sequence
from enum import IntEnum

from harness.drone.flight.courses import MOST_SPEED
from harness.drone.flight.guided import height_problem, place_problem
from harness.drone.flight.orders import MissionItem

MOST_ITEMS = 1000


class Cmd(IntEnum):
    """Commands that AUTO flies, waits for, or hands to the payload."""

    WAYPOINT = 16
    LOITER_UNLIM = 17
    LOITER_TURNS = 18
    LOITER_TIME = 19
    RTL = 20
    LAND = 21
    TAKEOFF = 22
    DELAY = 93
    CONDITION_DELAY = 112
    CONDITION_DISTANCE = 114
    CONDITION_YAW = 115
    JUMP = 177
    CHANGE_SPEED = 178
    SET_ROI_LOCATION = 195
    SET_ROI_NONE = 197
    SET_ROI = 201
    DIGICAM_CONTROL = 203
    MOUNT_CONTROL = 205
    SET_CAM_TRIGG_DIST = 206
    GIMBAL_MANAGER_PITCHYAW = 1000
    IMAGE_START_CAPTURE = 2000
    IMAGE_STOP_CAPTURE = 2001


NAVIGATION = frozenset({16, 17, 18, 19, 20, 21, 22, 93})
PAYLOAD = frozenset({195, 197, 201, 203, 205, 206, 1000, 2000, 2001})
_NEED_A_PLACE = (Cmd.WAYPOINT, Cmd.TAKEOFF)


def mission_problem(items: Sequence[MissionItem]) -> str:
    """The first item that cannot be flown, by its number from 0, and why; empty when all can."""
    if len(items) > MOST_ITEMS:
        return f"more than {MOST_ITEMS} items"
    for number, item in enumerate(items):
        problem = _item_problem(item) or _jump_problem(item, len(items))
        if problem:
            return f"item {number}: {problem}"
    turning = _endless(items)
    return "" if turning is None else f"item {turning}: jumps in a circle without anything to fly"


def _item_problem(item: MissionItem) -> str:
    if item.command not in list(Cmd):
        return f"command {item.command} is not supported"
    if any(map(math.isinf, item.values)):
        return "a parameter is infinite"
    check = _CHECKS.get(item.command)
    return _item_place_problem(item) or (check(item.values) if check else "")


def _item_place_problem(item: MissionItem) -> str:
    if item.place is None:
        return "needs a place" if item.command in _NEED_A_PLACE else ""
    if any(not math.isfinite(part) for part in item.place):
        return "its place is not a number"
    if item.command == Cmd.TAKEOFF:
        return height_problem(item.place[2])
    if item.command == Cmd.LAND or item.command in PAYLOAD:
        return place_problem((item.place[0], item.place[1], 10.0))
    return place_problem(item.place) if item.command in NAVIGATION else ""


Values = tuple[float, float, float, float]


def _at_least_nothing(values: Values) -> str:
    return "" if or_zero(values[0]) >= 0.0 else "param1 is negative"


def _waypoint(values: Values) -> str:
    return _at_least_nothing(values) or ("" if or_zero(values[1]) >= 0.0 else "acceptance radius is negative")


def _turns(values: Values) -> str:
    most = 1000.0
    if not 0.0 < or_zero(values[0]) <= most:
        return f"turns not within 0 to {most:g}"
    return "" if abs(or_zero(values[2])) <= most else f"radius above {most:g} m"


def _speed(values: Values) -> str:
    speed = or_zero(values[1])
    return "" if speed in (-1.0, -2.0) or 0.0 < speed <= MOST_SPEED else f"speed not within 0 to {MOST_SPEED:g} m/s"


def _yaw(values: Values) -> str:
    return "" if math.isfinite(values[0]) else "heading is not a number"


_CHECKS: dict[int, Callable[[Values], str]] = {
    Cmd.WAYPOINT: _waypoint,
    Cmd.LOITER_TIME: _at_least_nothing,
    Cmd.LOITER_TURNS: _turns,
    Cmd.DELAY: _at_least_nothing,
    Cmd.CONDITION_DELAY: _at_least_nothing,
    Cmd.CONDITION_DISTANCE: _at_least_nothing,
    Cmd.CONDITION_YAW: _yaw,
    Cmd.CHANGE_SPEED: _speed,
}


def or_zero(value: float) -> float:
    """`value`, or 0 where the sender left it open."""
    return 0.0 if math.isnan(value) else value


def _jump_problem(item: MissionItem, length: int) -> str:
    if item.command != Cmd.JUMP:
        return ""
    target, times = item.values[:2]
    if not (math.isfinite(target) and target == int(target) and 0 <= target < length):
        return f"jump target {target:g} is not an item"
    if not (math.isfinite(times) and times == int(times) and -1 <= times <= 32767):
        return f"jump repeats {times:g} times, not -1 to 32767"
    return ""


def _endless(items: Sequence[MissionItem]) -> int | None:
    """A jump that leads back to itself past nothing to fly, however often it is made; None when there is none."""
    for start, item in enumerate(items):
        if item.command == Cmd.JUMP and item.values[1] != 0.0 and start in _reachable(items, start):
            return start
    return None


def _reachable(items: Sequence[MissionItem], start: int) -> set[int]:
    """Items that can follow the jump at `start` before anything is flown."""
    found: set[int] = set()
    waiting = [int(items[start].values[0])]
    while waiting:
        number = waiting.pop()
        if number in found or number >= len(items) or items[number].command in NAVIGATION:
            continue
        found.add(number)
        waiting.append(number + 1)
        if items[number].command == Cmd.JUMP and items[number].values[1] != 0.0:
            waiting.append(int(items[number].values[0]))
    return found
