"""How AUTO flies each navigation item: one class each, begun when made, flown a tick at a time. Loads no kernel."""

import math
from typing import Protocol

from harness.drone.flight import layout as own
from harness.drone.flight.courses import AT_VELOCITY, TO_TARGET, Leg, Return, go_to, hold, lean_to, rise, turn_to
from harness.drone.flight.craft import Craft
from harness.drone.flight.missioncheck import Cmd, or_zero
from harness.drone.flight.orders import MissionItem
from harness.drone.flight.state import Landed

_THERE, _FACE_BEYOND = 0.5, 2.0  # m
_CIRCLE = 10.0  # m, where an item leaves the radius open
_FOREVER = math.inf
_PULL_IN = 0.5  # 1/s, towards the circle


class ItemLeg(Protocol):
    """A navigation item under way."""

    def fly(self) -> bool:
        """One tick of the slow loop; True once the item is reached and its time is over."""
        ...


class TakeoffLeg:
    """NAV_TAKEOFF: straight up."""

    def __init__(self, craft: Craft, height: float) -> None:
        self._craft, self._height = craft, height
        rise(craft, height)

    def fly(self) -> bool:
        """True at the height."""
        if abs(self._craft.height - self._height) >= _THERE:
            return False
        self._craft.landed = Landed.IN_AIR
        return True


class PlaceLeg:
    """NAV_WAYPOINT, NAV_LOITER_UNLIM and NAV_LOITER_TIME: go there, then stay for `stay` s."""

    def __init__(self, craft: Craft, item: MissionItem, radius: float, stay: float) -> None:
        self._craft, self._radius, self._stay = craft, radius, stay
        self._place = item.place or stopping_place(craft)
        self._since: float | None = None
        go_to(craft.state, self._place)
        _face(craft, item, self._place)

    def fly(self) -> bool:
        """True once it has been there for long enough."""
        if not self._craft.config.holds_track and not lean_to(self._craft, self._place[:2]):
            return False
        if self._since is None and math.dist(self._craft.place(), self._place) < self._radius:
            self._since = self._craft.now
        return self._since is not None and self._craft.now - self._since >= self._stay


class CircleLeg:
    """NAV_LOITER_TURNS: whole turns about a place, clockwise for a positive radius."""

    def __init__(self, craft: Craft, item: MissionItem) -> None:
        self._craft = craft
        self._centre = item.place or stopping_place(craft)
        radius = or_zero(item.values[2]) or _CIRCLE
        self._radius, self._sense = abs(radius), math.copysign(1.0, radius)
        self._left = or_zero(item.values[0]) * 2.0 * math.pi
        self._bearing: float | None = None
        self._speed = min(craft.cruise, math.sqrt(0.5 * self._radius))
        bearing, distance = self._polar()
        if distance < 0.1 * self._radius:
            bearing = float(craft.state[own.SET_YAW])
        edge = (math.cos(bearing) * self._radius, math.sin(bearing) * self._radius)
        go_to(craft.state, (self._centre[0] + edge[0], self._centre[1] + edge[1], self._centre[2]))

    def _polar(self) -> tuple[float, float]:
        """Bearing (rad) and distance (m) of the set-point from the centre."""
        north, east, _ = set_place(self._craft)
        north, east = north - self._centre[0], east - self._centre[1]
        return math.atan2(east, north), math.hypot(north, east)

    def fly(self) -> bool:
        """True once all turns are flown."""
        s, (bearing, distance) = self._craft.state, self._polar()
        if self._bearing is None:
            if abs(distance - self._radius) > _THERE or abs(self._craft.height - self._centre[2]) > _THERE:
                return False
            self._bearing = bearing
        self._left -= self._sense * math.remainder(bearing - self._bearing, 2.0 * math.pi)
        self._bearing = bearing
        inwards, around = _PULL_IN * (distance - self._radius), self._sense * self._speed
        north = -inwards * math.cos(bearing) - around * math.sin(bearing)
        east = -inwards * math.sin(bearing) + around * math.cos(bearing)
        s[own.COURSE], s[own.COURSE_UP] = AT_VELOCITY, TO_TARGET
        s[own.TARGET_VEL], s[own.TARGET_VEL + 1] = north, east
        return self._left <= 0.0


class WaitLeg:
    """NAV_DELAY: stay where it is."""

    def __init__(self, craft: Craft, seconds: float) -> None:
        self._craft, self._end = craft, craft.now + seconds

    def fly(self) -> bool:
        """True once the time is over."""
        return self._craft.now >= self._end


class LandLeg:
    """NAV_LAND: go there at the present height, then land and disarm."""

    def __init__(self, craft: Craft, item: MissionItem) -> None:
        self._craft, self._place = craft, item.place
        self._return: Return | None = None
        if self._place is not None:
            go_to(craft.state, (self._place[0], self._place[1], set_place(craft)[2]))
            _face(craft, item, self._place)

    def fly(self) -> bool:
        """True once it stands."""
        if self._return is None and self._is_above():
            self._return = Return(self._craft, Leg.LAND)
            if self._place is not None:
                self._craft.state[own.TARGET : own.TARGET + 2] = self._place[:2]
        return self._return is not None and fly_home(self._craft, self._return)

    def _is_above(self) -> bool:
        return self._place is None or math.dist(self._craft.place()[:2], self._place[:2]) < _THERE


class ReturnLeg:
    """NAV_RETURN_TO_LAUNCH."""

    def __init__(self, craft: Craft) -> None:
        self._craft, self._return = craft, Return(craft, Leg.CLIMB)

    def fly(self) -> bool:
        """True once it stands at home."""
        return fly_home(self._craft, self._return)


def fly_home(craft: Craft, course: Return) -> bool:
    """Fly a return or landing on; disarm and True once it stands."""
    if not craft.flying or course.fly():
        craft.stop_motors()
        craft.come_to_rest()
        return True
    if course.leg is Leg.LAND:
        craft.landed = Landed.LANDING
    return False


def begin_item(craft: Craft, item: MissionItem) -> ItemLeg:
    """Begin to fly a navigation item that ``mission_problem`` has passed."""
    first, second = or_zero(item.values[0]), or_zero(item.values[1])
    radius = craft.config.waypoint_radius
    if item.command == Cmd.TAKEOFF and item.place is not None:
        return TakeoffLeg(craft, item.place[2])
    if item.command == Cmd.WAYPOINT:
        return PlaceLeg(craft, item, second or radius, first)
    if item.command in (Cmd.LOITER_UNLIM, Cmd.LOITER_TIME):
        return PlaceLeg(craft, item, radius, _FOREVER if item.command == Cmd.LOITER_UNLIM else first)
    if item.command == Cmd.LOITER_TURNS:
        return CircleLeg(craft, item)
    if item.command == Cmd.RTL:
        return ReturnLeg(craft)
    return LandLeg(craft, item) if item.command == Cmd.LAND else WaitLeg(craft, first)


def set_place(craft: Craft) -> tuple[float, float, float]:
    """The set-point's place: north, east, up of home, m."""
    north, east, down = craft.state[own.SET_POS : own.SET_POS + 3].tolist()
    return north, east, -down


def stopping_place(craft: Craft) -> tuple[float, float, float]:
    """Where the set-point comes to a stop; it is sent there."""
    hold(craft, craft.cruise)
    north, east, down = craft.state[own.TARGET : own.TARGET + 3].tolist()
    return north, east, -down


def _face(craft: Craft, item: MissionItem, place: tuple[float, float, float]) -> None:
    """Turn to the heading of param4, or else ahead; 0 is open too, as ground stations fill it in."""
    north, east, _ = set_place(craft)
    if or_zero(item.values[3]):
        turn_to(craft.state, math.radians(item.values[3]))
    elif craft.config.face_ahead and math.dist((north, east), place[:2]) > _FACE_BEYOND:
        turn_to(craft.state, math.atan2(place[1] - east, place[0] - north))
