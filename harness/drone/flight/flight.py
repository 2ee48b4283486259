"""A flying drone without its radio: commands in, state out, in virtual time."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from harness.drone.flight import layout as own
from harness.drone.flight.air import FlightAir
from harness.drone.flight.arming import ArmingChecks
from harness.drone.flight.config import FlightConfig, Setting
from harness.drone.flight.courses import MOST_SPEED
from harness.drone.flight.craft import Craft
from harness.drone.flight.fence import Fence
from harness.drone.flight.guard import Guard
from harness.drone.flight.hangar import Hangar
from harness.drone.flight.modes import Modes
from harness.drone.flight.orders import Area, Health, MissionItem, Progress, Satellites, SetPoint, Sticks
from harness.drone.flight.reading import read_battery, read_health, read_motion, read_satellites, read_truth
from harness.drone.flight.settings import FlightArrays
from harness.drone.flight.state import Battery, Landed, Mode, Motion, StatusText, Truth
from harness.errors import RigError, UsageError
from harness.plant.airframe import FRAME_RATE
from harness.plant.drain import drain

TICK_FRAMES = 8  # of the slow loop: 50 Hz
_REST_TICKS = 50
_REST_SPEED = 0.3  # m/s


class Flight:
    """The embedded drone's plant, sensors, estimator, control, modes and failsafes.

    Physics and control run as compiled frames of 2.5 ms, the modes and failsafes every 20 ms on frame boundaries. How
    the caller cuts the time into steps changes nothing. Positions are metres north, east and up of home.

    Attributes:
        air: the air around it, for wind sources and anemometers; never for the autopilot.
        hangar: what a ground crew does to it while it stands.
    """

    def __init__(self, config: FlightConfig, seed: int) -> None:
        """Power the drone on, at rest at home.

        Args:
            config: how it flies.
            seed: int >= 0, drives the sensors' noise and biases only.
        """
        # numba loads with the first drone, not with the package
        from harness.drone.flight.frames import run_frames

        self._run_frames: Callable[..., None] = run_frames
        self._craft = Craft(config, seed)
        self._s, self._p, self._rng = self._craft.state, self._craft.parameters, self._craft.rng
        self.air = FlightAir(FlightArrays(self._s, self._p, self._rng))
        self.hangar = Hangar(self._craft)
        self._modes, self._fence = Modes(self._craft), Fence()
        self._guard = Guard(self._craft, self._modes, self._fence)
        self._checks = ArmingChecks(self._craft, self._modes.pilot, self._fence)
        self._s[own.CRUISE] = self._craft.cruise
        self._frame, self._now = 0, 0.0
        self._rest = 0
        self._turning = 0.0

    @property
    def now(self) -> float:
        """Seconds since power-on."""
        return self._now

    @property
    def mode(self) -> Mode:
        """The flight mode."""
        return self._modes.mode

    @property
    def armed(self) -> bool:
        """Whether the motors may turn."""
        return self._craft.armed

    @property
    def landed(self) -> Landed:
        """Where the drone believes to be between ground and air."""
        return self._craft.landed

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
            # orders that come between two frames count from the frame before, however `until` was rounded
            self._now = self._craft.now = self._frame / FRAME_RATE
            if self._frame % TICK_FRAMES == 0:
                self._tick()
        self._now = max(self._now, until)

    def begin_at(self, now: float) -> None:
        """Begin at `now` (s) instead of zero: the drone that is switched on then has stood there at rest.

        Raises:
            RigError: time has passed for it already, or `now` is not a finite number.
        """
        if self._frame or not math.isfinite(now):
            raise RigError(f"a flight that is {self._now} s old cannot begin at {now} s: make a fresh one")
        self._frame = math.ceil(now * FRAME_RATE / TICK_FRAMES) * TICK_FRAMES
        self._now = self._craft.now = self._frame / FRAME_RATE

    # --- commands: "" when accepted, else the reason of the refusal ------------------------------------------------

    def arm(self) -> str:
        """Let the motors turn, when all checks pass."""
        if self.armed:
            return ""
        problems = self._checks.problems(self.mode)
        if problems:
            return f"Arm: {problems[0]}"
        self._guard.begin()
        self._craft.start_motors()
        self._modes.enter(self.mode)
        return ""

    def disarm(self, force: bool = False) -> str:
        """Stop the motors; refused in the air unless `force`."""
        if self.armed and self._craft.flying and not force:
            return "Disarm: not on the ground"
        if self.armed:
            self._craft.stop_motors()
            self._modes.mission.end()
        return ""

    def set_mode(self, mode: Mode) -> str:
        """Change the flight mode; AUTO begins the mission or goes on with it."""
        return self._modes.ask_for(mode)

    def takeoff(self, height: float) -> str:
        """Rise to `height` (m above home); GUIDED, armed and on the ground only."""
        if self.mode is not Mode.GUIDED:
            return f"Takeoff: mode is {self.mode.name}, not GUIDED"
        return self._modes.guided.takeoff(height)

    def steer(self, target: SetPoint) -> str:
        """Fly to a place, at a velocity, or both: the place then moves on at the velocity; GUIDED and flying only."""
        if self.mode is not Mode.GUIDED:
            return f"Target: mode is {self.mode.name}, not GUIDED"
        return self._modes.guided.steer(target)

    def set_speed(self, speed: float) -> str:
        """Set the cruise speed of GUIDED and AUTO, m/s."""
        if not 0.0 < speed <= MOST_SPEED:
            return f"Speed: not within 0 to {MOST_SPEED:g} m/s"
        self._craft.cruise = speed
        if self.mode in (Mode.GUIDED, Mode.AUTO):
            self._s[own.CRUISE] = speed
        return ""

    def pause(self, held: bool) -> str:
        """Hold the place in AUTO or GUIDED (True), or go on (False)."""
        return self._modes.pause(held)

    def configure(self, **changes: Setting) -> str:
        """Change fields of the ``FlightConfig`` from now on; all of them or, with the reason, none."""
        try:
            self._craft.configure(changes)
        except UsageError as refusal:
            return str(refusal)
        if "cruise_speed" in changes and self.mode in (Mode.GUIDED, Mode.AUTO):
            self._s[own.CRUISE] = self._craft.cruise
        return ""

    def load_mission(self, items: Sequence[MissionItem]) -> str:
        """Replace the mission; item 0 is the first to be flown, and jumps count from there."""
        return self._modes.mission.load(items)

    def set_current_item(self, number: int) -> str:
        """Go on with item `number` (from 0)."""
        return self._modes.mission.set_current(number)

    def load_fence(self, areas: Sequence[Area]) -> str:
        """Replace the areas of the fence."""
        return self._fence.load(areas)

    def move_sticks(self, sticks: Sticks | None) -> None:
        """A pilot's sticks as they now are; None: the pilot has let go of the link on purpose."""
        self._modes.pilot.move(sticks)

    def ground_station_heard(self) -> None:
        """A valid heartbeat of the configured ground station came in now."""
        self._guard.hear_ground_station()

    def set_link_weak(self, weak: bool) -> None:
        """The radio is, or is no longer, too weak to take off."""
        self._craft.link_weak = weak

    def set_cloud_awaited(self, awaited: bool) -> None:
        """A companion with that defect lets nobody arm, or no longer."""
        self._craft.cloud_awaited = awaited

    def take_payload_orders(self) -> list[MissionItem]:
        """Camera and gimbal items of the mission whose turn has come since the last call, oldest first."""
        return self._modes.mission.take_orders()

    # --- state -----------------------------------------------------------------------------------------------------

    @property
    def config(self) -> FlightConfig:
        """How it flies, as it was last configured."""
        return self._craft.config

    def read_arming_problem(self) -> str:
        """Why arming in GUIDED would be refused now; "" when it would not, and while armed."""
        return next(iter(self.read_arming_problems()), "")

    def read_arming_problems(self) -> tuple[str, ...]:
        """All reasons why arming in GUIDED would be refused now."""
        return () if self.armed else self._checks.problems(Mode.GUIDED)

    def read_estimate(self) -> Motion:
        """Where the drone thinks it is."""
        return read_motion(self._s, own.ESTIMATE, self._now)

    def read_truth(self) -> Truth:
        """Where it is, and in what wind."""
        return read_truth(self._s, self._now)

    def read_battery(self) -> Battery:
        """The battery monitor."""
        return read_battery(self._s, self._p)

    def read_progress(self) -> Progress:
        """Where the mission stands."""
        return self._modes.mission.read_progress()

    def read_satellites(self) -> Satellites:
        """The GNSS receiver."""
        return read_satellites(self._s)

    def read_health(self) -> Health:
        """How the drone judges itself."""
        return replace(
            read_health(self._s, self._p, self._craft.knows_position),
            fence_broken=bool(self._fence.broken),
            breaches=self._fence.breaches,
            failsafes=self._guard.acting,
        )

    def drain_pack(self, energy: float) -> None:
        """Let a bench load on the ground draw `energy` (Wh) from the pack.

        Raises:
            RigError: the motors may turn.
        """
        if self.armed:
            raise RigError("a bench load is put to the pack of an aircraft that is disarmed")
        drain(self._s, self._p, energy)

    def take_messages(self) -> list[StatusText]:
        """Messages since the last call, oldest first."""
        return self._craft.take_messages()

    # --- the slow loop ---------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        if not self.armed:
            self._turning = 0.0
            self._watch_rest()
            return
        if self.config.motor_endurance:
            self._heat_motor()
        if self._guard.watch():
            self._modes.fly()

    def _heat_motor(self) -> None:
        self._turning += TICK_FRAMES / FRAME_RATE
        if self._turning > self.config.motor_endurance and self.config.motor_thrust[0] != self.config.hot_thrust:
            self._craft.configure({"motor_thrust": (self.config.hot_thrust, *self.config.motor_thrust[1:])})

    def _watch_rest(self) -> None:
        """After a disarm in the air: on the ground once the estimate has stood still for a second."""
        if not self._craft.flying:
            return
        self._rest = self._rest + 1 if self._craft.speed < _REST_SPEED else 0
        if self._rest >= _REST_TICKS:
            self._rest = 0
            self._craft.come_to_rest()
