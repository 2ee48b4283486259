"""Where the modes send the set-point: hold, take-off, return and landing as changes of the target. Loads no kernel."""

import math
from enum import Enum

import numpy as np
import numpy.typing as npt

from harness.drone.flight import layout as own
from harness.plant import layout as lay

CRUISE = 5.0  # m/s, until the ground station sets another speed
RETURN_HEIGHT = 15.0  # m above home
MOST_SPEED = 15.0  # m/s
_CLIMB, _DESCEND, _TOUCH_DOWN = 2.5, 1.5, 0.5  # m/s
_SLOW_BELOW = 5.0  # m above home, for landing
_THERE = 0.5  # m, how near counts as reached
_BELOW_ALL = 1000.0  # m: landing ends at the ground, wherever that is
_STILL, _UNLOADED = 0.3, 0.55  # m/s; fraction of the weight that the rotors still carry
_TOUCH_TICKS = 25  # half a second of slow loop
_LOW, _HALTED, _LIGHT, _LIGHT_TICKS = 1.0, 0.15, 0.85, 8  # m above home; m/s; fraction of the weight; of slow loop
STOPPED, IDLE, FLYING = 0.0, 1.0, 2.0  # values of DRIVE

_Array = npt.NDArray[np.float64]


class Leg(Enum):
    """What a return or a landing is doing."""

    CLIMB = "climb"
    HOME = "home"
    LAND = "land"


def hold(s: _Array, cruise: float) -> None:
    """Send the set-point to where it can stop, and limit it to `cruise` m/s."""
    for axis in range(3):
        speed = float(s[own.SET_VEL + axis])
        s[own.TARGET + axis] = s[own.SET_POS + axis] + speed * abs(speed) / 2.5
    s[own.TARGET_YAW] = s[own.SET_YAW]
    s[own.CRUISE], s[own.CLIMB], s[own.DESCEND] = cruise, _CLIMB, _DESCEND
    s[own.TOUCHING_DOWN] = 0.0


def rise(s: _Array, height: float) -> None:
    """Straight up to `height` (m above home) from where the drone stands."""
    s[own.SET_YAW] = s[own.TARGET_YAW] = _yaw(s)
    hold(s, float(s[own.CRUISE]))
    s[own.TARGET + 2] = -height


class Return:
    """Return to home and landing, or landing on the spot, as a row of legs.

    Args:
        s: the state array; its target is changed at each `fly`.
        leg: ``Leg.CLIMB`` for a whole return, ``Leg.LAND`` for landing where the drone is.
    """

    def __init__(self, s: _Array, leg: Leg) -> None:
        self.leg = leg
        self._s = s
        self._touch = self._light = 0
        hold(s, CRUISE)
        if leg is Leg.CLIMB:
            s[own.TARGET + 2] = min(float(s[own.TARGET + 2]), -RETURN_HEIGHT)

    def fly(self) -> bool:
        """One tick of the slow loop; True once the drone has landed."""
        s = self._s
        if self.leg is Leg.CLIMB and abs(s[own.SET_POS + 2] - s[own.TARGET + 2]) < _THERE:
            self.leg = Leg.HOME
            s[own.TARGET] = s[own.TARGET + 1] = 0.0
        elif self.leg is Leg.HOME and _off_target(s) < _THERE:
            self.leg = Leg.LAND
        elif self.leg is Leg.LAND:
            s[own.TARGET + 2] = _BELOW_ALL
            near = -s[own.ESTIMATE + lay.POS + 2] < _SLOW_BELOW
            s[own.DESCEND] = _TOUCH_DOWN if near else _DESCEND
            s[own.TOUCHING_DOWN] = 1.0 if near else 0.0
            return self._has_landed()
        return False

    def _has_landed(self) -> bool:
        s = self._s
        self._light = self._light + 1 if self._feels_the_ground() else 0
        if self._light >= _LIGHT_TICKS:
            s[own.DRIVE] = IDLE
        quiet = abs(s[own.ESTIMATE + lay.VEL + 2]) < _STILL and s[own.LIFT_SMOOTH] < _UNLOADED * s[own.WEIGHT]
        self._touch = self._touch + 1 if quiet else 0
        return self._touch >= _TOUCH_TICKS

    def _feels_the_ground(self) -> bool:
        """Low, told to sink, with less lift than weight, and yet not sinking: unload before the wind moves it."""
        s = self._s
        low = -s[own.ESTIMATE + lay.POS + 2] < _LOW and s[own.SET_VEL + 2] > 0.5 * _TOUCH_DOWN
        return bool(low and s[own.ESTIMATE + lay.VEL + 2] < _HALTED and s[own.LIFT] < _LIGHT * s[own.WEIGHT])


def _off_target(s: _Array) -> float:
    off = s[own.ESTIMATE : own.ESTIMATE + 2] - s[own.TARGET : own.TARGET + 2]
    return math.hypot(float(off[0]), float(off[1]))


def _yaw(s: _Array) -> float:
    w, i, j, k = s[own.ESTIMATE + lay.QUAT : own.ESTIMATE + lay.QUAT + 4].tolist()
    return math.atan2(2.0 * (w * k + i * j), 1.0 - 2.0 * (j * j + k * k))
