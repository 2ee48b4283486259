"""GUIDED: take-off and set-points of a ground station or companion, and their running out. Loads no kernel."""

import math

from harness.drone.flight import layout as own
from harness.drone.flight.courses import (
    AT_RATE,
    AT_VELOCITY,
    FARTHEST,
    LEAST_HEIGHT,
    MOST_HEIGHT,
    MOST_SPEED,
    Point3,
    drift_at,
    go_to,
    hold,
    hold_heading,
    rise,
    turn_at,
    turn_to,
)
from harness.drone.flight.craft import Craft
from harness.drone.flight.orders import SetPoint
from harness.drone.flight.state import Landed
from harness.plant import layout as lay

TICK = 0.02  # s, period of the slow loop
MOST_YAW_RATE = 1.5  # rad/s


def place_problem(place: Point3) -> str:
    """Why nobody may be sent to `place` (m from home); empty when one may."""
    north, east, up = place
    if not math.hypot(north, east) <= FARTHEST:
        return f"farther than {FARTHEST:g} m from home"
    return height_problem(up)


def height_problem(up: float) -> str:
    """Why a height (m above home) may not be asked for; empty when it may."""
    return "" if LEAST_HEIGHT <= up <= MOST_HEIGHT else f"height not within {LEAST_HEIGHT:g} to {MOST_HEIGHT:g} m"


def set_point_problem(target: SetPoint) -> str:
    """Why a set-point cannot be flown; empty when it can."""
    if (target.place, target.velocity, target.yaw, target.yaw_rate) == (None, None, None, None):
        return "asks for nothing"
    for name in ("yaw", "yaw_rate"):
        value = getattr(target, name)
        if value is not None and not math.isfinite(value):
            return f"{name.replace('_', ' ')} is not a number"
    if target.yaw_rate is not None and abs(target.yaw_rate) > MOST_YAW_RATE:
        return f"yaw rate above {MOST_YAW_RATE:g} rad/s"
    if target.velocity is not None:
        north, east, up = target.velocity
        if not (math.hypot(north, east) <= MOST_SPEED and math.isfinite(up)):
            return f"velocity not within {MOST_SPEED:g} m/s"
    return "" if target.place is None else place_problem(target.place)


class Guided:
    """Flies set-points."""

    def __init__(self, craft: Craft) -> None:
        self._craft = craft
        self._target: SetPoint | None = None
        self._asked = 0.0
        self._paused = False

    def begin(self) -> None:
        """Hold the place."""
        self._target, self._paused = None, False
        hold(self._craft, self._craft.cruise)

    def takeoff(self, height: float) -> str:
        """Rise to `height` (m above home); armed and on the ground only."""
        if not self._craft.armed:
            return "Takeoff: not armed"
        if self._craft.flying:
            return "Takeoff: already flying"
        problem = height_problem(height)
        if problem:
            return f"Takeoff: {problem}"
        rise(self._craft, height)
        return ""

    def steer(self, target: SetPoint) -> str:
        """Fly to a place or at a velocity; returns why not, or an empty string."""
        problem = set_point_problem(target) if self._craft.flying else "not flying"
        if problem:
            return f"Target: {problem}"
        self._paused = False
        self._begin_target(target)
        return ""

    def pause(self, held: bool) -> None:
        """Hold the place, or go on to what was asked last."""
        if held == self._paused:
            return
        self._paused = held
        if held:
            hold(self._craft, self._craft.cruise)
        elif self._target is not None:
            self._begin_target(self._target)

    def fly(self) -> None:
        """One tick of the slow loop."""
        if self._craft.landed is Landed.TAKEOFF and self._has_risen():
            self._craft.landed = Landed.IN_AIR
        if self._target is None or self._paused:
            return
        expired = self._craft.now - self._asked > self._craft.config.velocity_timeout
        if expired and (self._target.velocity is not None or self._target.yaw_rate is not None):
            self._run_out(self._target)
        elif self._target.velocity is not None:
            self._follow_velocity(self._target, self._target.velocity)

    def _begin_target(self, target: SetPoint) -> None:
        s = self._craft.state
        self._target, self._asked = target, self._craft.now
        if target.place is not None:
            go_to(s, target.place)
        elif target.velocity is not None:
            drift_at(s, target.velocity)
            self._craft.landed = Landed.IN_AIR
        if target.yaw is not None:
            turn_to(s, target.yaw)
        elif target.yaw_rate is not None:
            turn_at(s, target.yaw_rate)
        elif s[own.COURSE_YAW] == AT_RATE:
            hold_heading(s)

    def _run_out(self, target: SetPoint) -> None:
        """Stop moving, but still go to a place; stop turning."""
        if target.place is None and target.velocity is not None:
            hold(self._craft, self._craft.cruise)
        hold_heading(self._craft.state)
        self._target = None

    def _follow_velocity(self, target: SetPoint, velocity: Point3) -> None:
        """Move a place on by its velocity; keep a velocity from leading below or above the heights there are."""
        s, (north, east, up) = self._craft.state, velocity
        if target.place is not None:
            s[own.TARGET] += north * TICK
            s[own.TARGET + 1] += east * TICK
            s[own.TARGET + 2] = min(-LEAST_HEIGHT, max(-MOST_HEIGHT, s[own.TARGET + 2] - up * TICK))
        elif s[own.COURSE_UP] == AT_VELOCITY:
            low, high = self._craft.height < LEAST_HEIGHT and up < 0.0, self._craft.height > MOST_HEIGHT and up > 0.0
            s[own.TARGET_VEL + 2] = 0.0 if low or high else -up

    def _has_risen(self) -> bool:
        s = self._craft.state
        return abs(float(s[own.ESTIMATE + lay.POS + 2] - s[own.TARGET + 2])) < 0.5
