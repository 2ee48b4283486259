"""STABILIZE, ALT_HOLD and LOITER: a pilot's sticks. Loads no kernel."""

import math

from harness.drone.flight import layout as own
from harness.drone.flight.courses import AS_TOLD, AT_VELOCITY, Touchdown, turn_at
from harness.drone.flight.craft import Craft
from harness.drone.flight.orders import Sticks
from harness.drone.flight.reading import read_heading
from harness.drone.flight.state import Landed, Mode

MANUAL = (Mode.STABILIZE, Mode.ALT_HOLD, Mode.LOITER)
DEAD_ZONE = 0.05  # of throttle about its middle, where ALT_HOLD and LOITER hold the height
THROTTLE_DOWN = 0.1  # below this the throttle is down
_OFF_GROUND = 1.0  # m above home, where a take-off is over
_NEAR_GROUND = 2.0  # m above home
_CENTRED, _RELEASED = Sticks(), Sticks(throttle=0.0)


def sticks_problem(sticks: Sticks) -> bool:
    """Whether sticks are where no sticks can be."""
    turned = (sticks.roll, sticks.pitch, sticks.yaw)
    return not (all(-1.0 <= part <= 1.0 for part in turned) and 0.0 <= sticks.throttle <= 1.0)


class Pilot:
    """Flies the modes that need sticks.

    Attributes:
        heard: when the sticks last came, s since power-on; None while nobody has them.
    """

    def __init__(self, craft: Craft) -> None:
        self.heard: float | None = None
        self._craft = craft
        self._sticks = _RELEASED
        self._mode = Mode.STABILIZE
        self._touchdown = Touchdown(craft.state)
        self._idle_since = 0.0

    @property
    def present(self) -> bool:
        """Whether sticks have come within ``rc_timeout``."""
        return self.heard is not None and self._craft.now - self.heard <= self._craft.config.rc_timeout

    def move(self, sticks: Sticks | None) -> None:
        """Take the sticks as they now are; what no stick can do is not heard at all."""
        if sticks is None:
            self.heard, self._sticks = None, _CENTRED if self._craft.flying else _RELEASED
        elif not sticks_problem(sticks):
            self.heard, self._sticks = self._craft.now, sticks

    def throttle_problem(self, mode: Mode) -> str:
        """Why the sticks forbid to arm in `mode`."""
        if not self.present:
            return f"mode {mode.name} needs a pilot's sticks"
        most = THROTTLE_DOWN if mode is Mode.STABILIZE else 0.5 + DEAD_ZONE
        return "throttle too high" if self._sticks.throttle > most else ""

    def begin(self, mode: Mode) -> None:
        """Take over in `mode`."""
        s, config = self._craft.state, self._craft.config
        self._mode, self._touchdown, self._idle_since = mode, Touchdown(s), self._craft.now
        s[own.COURSE] = AT_VELOCITY if mode is Mode.LOITER else AS_TOLD
        s[own.COURSE_UP] = AS_TOLD if mode is Mode.STABILIZE else AT_VELOCITY
        s[own.CLIMB], s[own.DESCEND], s[own.TOUCHING_DOWN] = config.climb_speed, config.descend_speed, 0.0
        self._steer()

    def fly(self) -> None:
        """One tick of the slow loop."""
        self._steer()
        if self._craft.landed is Landed.ON_GROUND:
            self._stand()
        elif self._sinks() and self._touchdown.is_landed():
            self._craft.come_to_rest()
            self._idle_since = self._craft.now
        elif self._craft.landed is not Landed.IN_AIR and self._craft.height > _OFF_GROUND:
            self._craft.landed = Landed.IN_AIR

    def _stand(self) -> None:
        """On the ground: lift off by throttle, or disarm when it was down for long."""
        lift = THROTTLE_DOWN if self._mode is Mode.STABILIZE else 0.5 + DEAD_ZONE
        delay = self._craft.config.disarm_delay
        if self.present and self._sticks.throttle > lift:
            self._craft.state[own.SET_YAW] = read_heading(self._craft.state)
            self._craft.lift_off()
            self._touchdown = Touchdown(self._craft.state)
        elif self._sticks.throttle > THROTTLE_DOWN:
            self._idle_since = self._craft.now
        elif delay and self._craft.now - self._idle_since > delay:
            self._craft.stop_motors()

    def _sinks(self) -> bool:
        return self._sticks.throttle < (0.2 if self._mode is Mode.STABILIZE else 0.5 - DEAD_ZONE)

    def _steer(self) -> None:
        s, sticks, config = self._craft.state, self._sticks, self._craft.config
        turn_at(s, sticks.yaw * config.stick_yaw_rate if self._craft.flying else 0.0)
        s[own.THROTTLE] = sticks.throttle
        near = self._mode is not Mode.STABILIZE and self._sinks() and self._craft.height < _NEAR_GROUND
        s[own.TOUCHING_DOWN] = 1.0 if near else 0.0
        s[own.TARGET_VEL + 2] = -self._climb(sticks.throttle)
        if self._mode is Mode.LOITER:
            ahead, right, yaw = sticks.pitch * config.stick_speed, sticks.roll * config.stick_speed, s[own.SET_YAW]
            s[own.TARGET_VEL] = ahead * math.cos(yaw) - right * math.sin(yaw)
            s[own.TARGET_VEL + 1] = ahead * math.sin(yaw) + right * math.cos(yaw)
        else:
            s[own.LEAN], s[own.LEAN + 1] = sticks.pitch * config.stick_lean, sticks.roll * config.stick_lean

    def _climb(self, throttle: float) -> float:
        """Climb rate (m/s) of a throttle in ALT_HOLD and LOITER."""
        beyond = max(0.0, abs(throttle - 0.5) - DEAD_ZONE) / (0.5 - DEAD_ZONE)
        config = self._craft.config
        return beyond * config.climb_speed if throttle > 0.5 else -beyond * config.descend_speed
