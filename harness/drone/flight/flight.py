"""A flying drone without its radio: commands in, state out, in virtual time."""

import math
from dataclasses import replace

from harness.drone.flight import layout as own
from harness.drone.flight.air import FlightAir
from harness.drone.flight.config import FlightConfig
from harness.drone.flight.courses import CRUISE, FLYING, IDLE, MOST_SPEED, STOPPED, Leg, Return, hold, rise
from harness.drone.flight.failsafes import CrashWatch, LinkWatch
from harness.drone.flight.reading import read_battery, read_motion, read_tilt, read_truth
from harness.drone.flight.settings import make_arrays
from harness.drone.flight.state import Battery, Landed, Mode, Motion, Severity, StatusText, Truth
from harness.errors import RigError
from harness.plant import layout as lay
from harness.plant.airframe import FRAME_RATE

TICK_FRAMES = 8  # of the slow loop: 50 Hz
_SETTLING, _SETTLED_INNOVATION = 3.0, 1.0  # s, m
_LEVEL = math.radians(15.0)
_BATTERY_LOW = 0.20
_HEIGHTS = (1.0, 500.0)  # m above home
_FARTHEST = 10_000.0  # m
_REST_TICKS = 50
_REST_SPEED = 0.3  # m/s
_SELF_FLOWN = (Mode.RTL, Mode.LAND)


class Flight:
    """The embedded drone's plant, sensors, estimator, control, modes and failsafes.

    Physics and control run as compiled frames of 2.5 ms, the modes and failsafes every 20 ms on frame boundaries. How
    the caller cuts the time into steps changes nothing. Positions are metres north, east and up of home.

    Attributes:
        mode: the flight mode.
        armed: whether the motors may turn.
        landed: where the drone believes to be between ground and air.
        air: the air around it, for wind sources and anemometers; never for the autopilot.
    """

    def __init__(self, config: FlightConfig, seed: int) -> None:
        """Power the drone on, at rest at home.

        Args:
            config: how it flies.
            seed: int >= 0, drives the sensors' noise and biases only.
        """
        # numba loads with the first drone, not with the package
        from harness.drone.flight.frames import run_frames

        self.mode, self.armed, self.landed = Mode.STABILIZE, False, Landed.ON_GROUND
        self._config = config
        self._run_frames = run_frames
        arrays = make_arrays(config, seed)
        self._s, self._p, self._rng = arrays
        self.air = FlightAir(arrays)
        self._s[own.CRUISE] = self._cruise = CRUISE
        self._frame, self._now = 0, 0.0
        self._link, self._crash = LinkWatch(config.link_loss_timeout), CrashWatch()
        self._return: Return | None = None
        self._rest = 0
        self._messages: list[StatusText] = []

    @property
    def now(self) -> float:
        """Seconds since power-on."""
        return self._now

    def advance(self, until: float) -> None:
        """Fly to the first frame boundary at or after `until` (s); a past time does nothing.

        Raises:
            RigError: `until` is not a finite number.
        """
        if not math.isfinite(until):
            raise RigError(f"cannot fly until {until} s: give a finite time since power-on")
        # a boundary that differs from `until` only by rounding is that time, so `now` is never short of it
        last = math.ceil(until * FRAME_RATE - 1e-6)
        while self._frame < last:
            n = min(last - self._frame, TICK_FRAMES - self._frame % TICK_FRAMES)
            self._run_frames(self._s, self._p, self._rng, n)
            self._frame += n
            self._now = self._frame / FRAME_RATE
            if self._frame % TICK_FRAMES == 0:
                self._tick()
        self._now = max(self._now, until)

    # --- commands: "" when accepted, else the reason of the refusal ------------------------------------------------

    def arm(self) -> str:
        """Let the motors turn; refused unless on the ground, level, settled, charged and in GUIDED."""
        if self.armed:
            return ""
        reason = self._reason_not_to_arm()
        if reason:
            return f"Arm: {reason}"
        self.armed, self._crash = True, CrashWatch()
        self._s[own.DRIVE] = IDLE
        self._say(Severity.INFO, "Arming motors")
        return ""

    def disarm(self, force: bool = False) -> str:
        """Stop the motors; refused in the air unless `force`."""
        if self.armed and self.landed is not Landed.ON_GROUND and not force:
            return "Disarm: not on the ground"
        if self.armed:
            self._stop_motors()
        return ""

    def set_mode(self, mode: Mode) -> str:
        """Change the flight mode; STABILIZE is refused while armed, for there is no pilot with sticks."""
        if mode is self.mode:
            return ""
        if mode is Mode.STABILIZE and self.armed:
            return "Mode: STABILIZE needs a pilot's sticks"
        self._enter(mode)
        return ""

    def takeoff(self, height: float) -> str:
        """Rise to `height` (m above home); GUIDED, armed and on the ground only."""
        if self.mode is not Mode.GUIDED:
            return f"Takeoff: mode is {self.mode.name}, not GUIDED"
        if not self.armed:
            return "Takeoff: not armed"
        if self.landed is not Landed.ON_GROUND:
            return "Takeoff: already flying"
        if not _HEIGHTS[0] <= height <= _HEIGHTS[1]:
            return f"Takeoff: height not within {_HEIGHTS[0]:g} to {_HEIGHTS[1]:g} m"
        rise(self._s, height)
        self._s[own.DRIVE], self._s[own.RESTING] = FLYING, 0.0
        self.landed = Landed.TAKEOFF
        return ""

    def goto(self, north: float, east: float, up: float, yaw: float | None = None) -> str:
        """Fly to a point in m from home, with heading `yaw` (rad, clockwise from north) or the present one."""
        if self.mode is not Mode.GUIDED:
            return f"Goto: mode is {self.mode.name}, not GUIDED"
        if self.landed is Landed.ON_GROUND:
            return "Goto: not flying"
        if not math.hypot(north, east) <= _FARTHEST:
            return f"Goto: farther than {_FARTHEST:g} m from home"
        if not _HEIGHTS[0] <= up <= _HEIGHTS[1]:
            return f"Goto: height not within {_HEIGHTS[0]:g} to {_HEIGHTS[1]:g} m"
        if yaw is not None and not math.isfinite(yaw):
            return "Goto: yaw is not a number"
        self._s[own.TARGET : own.TARGET + 3] = north, east, -up
        if yaw is not None:
            self._s[own.TARGET_YAW] = yaw
        return ""

    def set_speed(self, speed: float) -> str:
        """Set the cruise speed in GUIDED, m/s."""
        if not 0.0 < speed <= MOST_SPEED:
            return f"Speed: not within 0 to {MOST_SPEED:g} m/s"
        self._cruise = speed
        if self.mode is Mode.GUIDED:
            self._s[own.CRUISE] = speed
        return ""

    def ground_station_heard(self) -> None:
        """A valid heartbeat of the configured ground station came in now."""
        if self._link.hear(self._now):
            self._say(Severity.WARNING, "Ground station regained")

    def set_link_loss(self, action: str, timeout: float) -> None:
        """Do `action` ("rtl", "land" or "none") after `timeout` s of the ground station's silence, from now on."""
        self._config = replace(self._config, link_loss_action=action, link_loss_timeout=timeout)
        self._link.timeout = timeout

    # --- state -----------------------------------------------------------------------------------------------------

    def read_arming_problem(self) -> str:
        """Why arming in GUIDED would be refused now; "" when it would not, and while armed."""
        return "" if self.armed else self._state_not_to_arm_in()

    def read_estimate(self) -> Motion:
        """Where the drone thinks it is."""
        return read_motion(self._s, own.ESTIMATE, self._now)

    def read_truth(self) -> Truth:
        """Where it is, and in what wind."""
        return read_truth(self._s, self._now)

    def read_battery(self) -> Battery:
        """The battery monitor."""
        return read_battery(self._s, self._p)

    def take_messages(self) -> list[StatusText]:
        """Messages since the last call, oldest first."""
        taken, self._messages = self._messages, []
        return taken

    # --- the slow loop ---------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        if not self.armed:
            self._watch_rest()
            return
        if self._crash.is_crashed(read_tilt(self._s), TICK_FRAMES / FRAME_RATE):
            self._say(Severity.CRITICAL, "Crash: disarming")
            self._stop_motors()
            return
        if self.landed is not Landed.ON_GROUND:
            self._watch_link()
            self._watch_battery()
        self._fly_mode()

    def _fly_mode(self) -> None:
        if self._return is not None:
            if self.landed is Landed.ON_GROUND or self._return.fly():
                self._land()
            elif self._return.leg is Leg.LAND:
                self.landed = Landed.LANDING
        elif self.landed is Landed.TAKEOFF and self._off_height() < 0.5:
            self.landed = Landed.IN_AIR

    def _off_height(self) -> float:
        return abs(float(self._s[own.ESTIMATE + lay.POS + 2] - self._s[own.TARGET + 2]))

    def _watch_link(self) -> None:
        if not self._link.is_newly_lost(self._now):
            return
        action = self._config.link_loss_action
        if self.mode in _SELF_FLOWN:
            self._say(Severity.WARNING, f"Ground station lost: {self.mode.name} goes on")
        elif action == "none":
            self._say(Severity.WARNING, "Ground station lost: no action")
        else:
            self._say(Severity.WARNING, f"Ground station lost: {action.upper()}")
            self._enter(Mode[action.upper()])

    def _watch_battery(self) -> None:
        left = 1.0 - float(self._s[lay.CHARGE] / self._p[lay.CAPACITY])
        if left < self._config.battery_critical and self.mode is not Mode.LAND:
            self._say(Severity.CRITICAL, "Battery critical: LAND")
            self._enter(Mode.LAND)

    def _watch_rest(self) -> None:
        """After a disarm in the air: on the ground once the estimate has stood still for a second."""
        if self.landed is Landed.ON_GROUND:
            return
        speed = math.hypot(*self._s[own.ESTIMATE + lay.VEL : own.ESTIMATE + lay.VEL + 3].tolist())
        self._rest = self._rest + 1 if speed < _REST_SPEED else 0
        if self._rest >= _REST_TICKS:
            self._come_to_rest()

    # --- changes ---------------------------------------------------------------------------------------------------

    def _enter(self, mode: Mode) -> None:
        self.mode = mode
        if self.armed and self._s[own.DRIVE] == IDLE:
            self._come_to_rest()  # a landing that was broken off after it had touched down
        self._return = None
        if mode is Mode.GUIDED:
            hold(self._s, self._cruise)
        elif mode in _SELF_FLOWN:
            self._return = Return(self._s, Leg.CLIMB if mode is Mode.RTL else Leg.LAND)
        if self.landed in (Landed.TAKEOFF, Landed.LANDING):
            self.landed = Landed.IN_AIR

    def _land(self) -> None:
        self._stop_motors()
        self._come_to_rest()

    def _stop_motors(self) -> None:
        self.armed = False
        self._s[own.DRIVE] = STOPPED
        self._say(Severity.INFO, "Disarming motors")

    def _come_to_rest(self) -> None:
        self.landed, self._rest = Landed.ON_GROUND, 0
        self._s[own.RESTING] = 1.0

    def _reason_not_to_arm(self) -> str:
        if self.mode is not Mode.GUIDED:
            return f"mode {self.mode.name} is not armable, use GUIDED"
        return self._state_not_to_arm_in()

    def _state_not_to_arm_in(self) -> str:
        if self.landed is not Landed.ON_GROUND:
            return "not on the ground"
        if read_tilt(self._s) > _LEVEL:
            return "not level"
        if self._now < _SETTLING or self._s[own.INNOVATION] > _SETTLED_INNOVATION:
            return "estimator not settled"
        if self.read_battery().remaining < _BATTERY_LOW:
            return "battery low"
        return ""

    def _say(self, severity: Severity, text: str) -> None:
        self._messages.append(StatusText(time=self._now, severity=severity, text=text))
