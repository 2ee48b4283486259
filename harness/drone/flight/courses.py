"""Where the modes send the set-point: hold, take-off, return and landing as changes of the target. Loads no kernel."""

import math
from enum import Enum

import numpy as np
import numpy.typing as npt

from harness.drone.flight import layout as own
from harness.drone.flight.craft import IDLE, Craft
from harness.drone.flight.reading import read_heading
from harness.plant import layout as lay

CRUISE = 5.0  # m/s, until the ground station sets another speed
MOST_SPEED = 15.0  # m/s
LEAST_HEIGHT, MOST_HEIGHT = 1.0, 500.0  # m above home, of what is asked for
FARTHEST = 10_000.0  # m from home, likewise
_SLOW_BELOW = 5.0  # m above home, for landing
_THERE = 0.5  # m, how near counts as reached
_BELOW_ALL = 1000.0  # m: landing ends at the ground, wherever that is
_STILL, _UNLOADED = 0.3, 0.55  # m/s; fraction of the weight that the rotors still carry
_TOUCH_TICKS = 25  # half a second of slow loop
_LOW, _HALTED, _LIGHT, _LIGHT_TICKS = 1.0, 0.15, 0.85, 8  # m above home; m/s; fraction of the weight; of slow loop
_CRUISE_LEAN = math.radians(6.0)  # bears cruise in still air
_BY_POSITION = 10.0  # m
TO_TARGET, AT_VELOCITY, AS_TOLD = 0.0, 1.0, 2.0  # values of COURSE and COURSE_UP
TO_HEADING, AT_RATE = 0.0, 1.0  # values of COURSE_YAW

_Array = npt.NDArray[np.float64]
Point3 = tuple[float, float, float]


class Leg(Enum):
    """What a return or a landing is doing."""

    CLIMB = "climb"
    HOME = "home"
    LAND = "land"


def hold(craft: Craft, cruise: float) -> None:
    """Send the set-point to where it can stop, and limit it to `cruise` m/s."""
    s = craft.state
    for axis in range(3):
        speed = float(s[own.SET_VEL + axis])
        s[own.TARGET + axis] = s[own.SET_POS + axis] + speed * abs(speed) / 2.5
    s[own.COURSE] = s[own.COURSE_UP] = TO_TARGET
    hold_heading(s)
    s[own.CRUISE], s[own.CLIMB], s[own.DESCEND] = cruise, craft.config.climb_speed, craft.config.descend_speed
    s[own.TOUCHING_DOWN] = 0.0


def hold_heading(s: _Array) -> None:
    """Stop turning."""
    s[own.TARGET_YAW], s[own.COURSE_YAW] = s[own.SET_YAW], TO_HEADING


def turn_to(s: _Array, yaw: float) -> None:
    """Turn to heading `yaw` (rad, clockwise from north), the short way."""
    s[own.TARGET_YAW], s[own.COURSE_YAW] = yaw, TO_HEADING


def turn_at(s: _Array, rate: float) -> None:
    """Keep turning at `rate` (rad/s, clockwise seen from above)."""
    s[own.TARGET_YAW_RATE], s[own.COURSE_YAW] = rate, AT_RATE


def go_to(s: _Array, place: Point3) -> None:
    """Send the set-point to `place` (m north, east, up of home)."""
    s[own.TARGET : own.TARGET + 3] = place[0], place[1], -place[2]
    s[own.COURSE] = s[own.COURSE_UP] = TO_TARGET


def drift_at(s: _Array, velocity: Point3) -> None:
    """Move the set-point at `velocity` (m/s north, east, up)."""
    s[own.TARGET_VEL : own.TARGET_VEL + 3] = velocity[0], velocity[1], -velocity[2]
    s[own.COURSE] = s[own.COURSE_UP] = AT_VELOCITY


def rise(craft: Craft, height: float) -> None:
    """Straight up to `height` (m above home) from where the drone stands or flies."""
    s = craft.state
    if not craft.flying:
        s[own.SET_YAW] = read_heading(s)
        hold(craft, craft.cruise)
        craft.lift_off()
    s[own.TARGET + 2], s[own.COURSE_UP] = -height, TO_TARGET


def lean_to(craft: Craft, place: tuple[float, float]) -> bool:
    """Lean towards `place` (m from home) as in still air; True near it, where position counts again."""
    s = craft.state
    north, east = place[0] - float(s[own.ESTIMATE]), place[1] - float(s[own.ESTIMATE + 1])
    if math.hypot(north, east) < _BY_POSITION:
        s[own.COURSE] = TO_TARGET
        return True
    bearing = math.atan2(east, north) - float(s[own.SET_YAW])
    s[own.COURSE] = AS_TOLD
    s[own.LEAN], s[own.LEAN + 1] = _CRUISE_LEAN * math.cos(bearing), _CRUISE_LEAN * math.sin(bearing)
    return False


class Touchdown:
    """Notices that the ground carries the drone.

    Args:
        s: the state array.
        works: whether it notices anything at all.
    """

    def __init__(self, s: _Array, *, works: bool = True) -> None:
        self._s, self._works = s, works
        self._touch = self._light = 0

    def is_landed(self) -> bool:
        """One tick of the slow loop; True once nothing has moved and little lift was left for half a second."""
        s = self._s
        quiet = abs(s[own.ESTIMATE + lay.VEL + 2]) < _STILL and s[own.LIFT_SMOOTH] < _UNLOADED * s[own.WEIGHT]
        self._touch = self._touch + 1 if quiet else 0
        return self._works and self._touch >= _TOUCH_TICKS

    def unload(self) -> None:
        """Let the motors idle as soon as the ground is felt, before the wind moves the drone."""
        self._light = self._light + 1 if self._feels_the_ground() else 0
        if self._works and self._light >= _LIGHT_TICKS:
            self._s[own.DRIVE] = IDLE

    def _feels_the_ground(self) -> bool:
        """Low, told to sink, with less lift than weight, and yet not sinking."""
        s = self._s
        low = -s[own.ESTIMATE + lay.POS + 2] < _LOW and s[own.SET_VEL + 2] > 0.25
        return bool(low and s[own.ESTIMATE + lay.VEL + 2] < _HALTED and s[own.LIFT] < _LIGHT * s[own.WEIGHT])


class Return:
    """Return to home and landing, or landing on the spot, as a row of legs.

    Attributes:
        leg: what it is doing.

    Args:
        craft: what flies; its target is changed at each `fly`.
        leg: ``Leg.CLIMB`` for a whole return, ``Leg.LAND`` for landing where the drone is.
    """

    def __init__(self, craft: Craft, leg: Leg) -> None:
        self.leg = leg
        self._craft = craft
        self._touchdown = Touchdown(craft.state, works=craft.config.touchdown_detector)
        hold(craft, craft.config.cruise_speed)
        if leg is Leg.CLIMB:
            s = craft.state
            s[own.TARGET + 2] = min(float(s[own.TARGET + 2]), -craft.config.return_height)

    def fly(self) -> bool:
        """One tick of the slow loop; True once the drone has landed."""
        s = self._craft.state
        if self.leg is Leg.CLIMB and abs(s[own.SET_POS + 2] - s[own.TARGET + 2]) < _THERE:
            self.leg = Leg.HOME
            s[own.TARGET] = s[own.TARGET + 1] = 0.0
        elif self.leg is Leg.HOME and self._is_home():
            self.leg = Leg.LAND
        elif self.leg is Leg.LAND:
            return self._sink()
        return False

    def _is_home(self) -> bool:
        if not (self._craft.config.return_holds_track or lean_to(self._craft, (0.0, 0.0))):
            return False
        return _off_target(self._craft.state) < _THERE

    def _sink(self) -> bool:
        s, config = self._craft.state, self._craft.config
        s[own.TARGET + 2] = _BELOW_ALL
        near = self._craft.height < _SLOW_BELOW
        s[own.DESCEND] = config.touch_down_speed if near else config.descend_speed
        s[own.TOUCHING_DOWN] = 1.0 if near else 0.0
        if not self._craft.knows_position and s[own.COURSE] != AS_TOLD:
            s[own.COURSE] = AS_TOLD
            s[own.LEAN] = s[own.LEAN + 1] = 0.0
        self._touchdown.unload()
        return self._touchdown.is_landed()


def _off_target(s: _Array) -> float:
    off = s[own.ESTIMATE : own.ESTIMATE + 2] - s[own.TARGET : own.TARGET + 2]
    return math.hypot(float(off[0]), float(off[1]))
