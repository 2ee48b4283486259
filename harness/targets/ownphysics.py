"""The world of an autopilot in its own physics: the test clock is the vehicle's time, read over the rig's own port."""

import math
from collections.abc import Callable, Sequence
from typing import Protocol

from harness.drone.flight.state import Motion, Truth
from harness.errors import RigError, VehicleError
from harness.link.virtual import VirtualCable
from harness.targets.airsocket import AirSocket
from harness.targets.base import Sockets
from harness.targets.lines import SerialLine
from harness.targets.rigport import RigPort
from harness.targets.simair import SETTINGS, SimulatedAir
from harness.targets.simsky import ENABLE, SimulatorSky
from harness.timing import Inputs, Schedule
from harness.vehicle.codec import Message
from harness.vehicle.dialect import Dialect

WAIT = 0.05  # s of the wall clock
MOST_WAITS = 20_000  # for a boot, most of them ended early by bytes
SILENCES = 400  # of that length without a tick of the vehicle's clock: then its source is dead
WIND_PERIOD = 0.05  # s of the test clock between two sets of wind parameters
ASK_AGAIN = 20  # waits, until a station that boots is asked again
GROUNDED = 0.12  # m above home; ArduPilot's simulated frames stand 0.1 m high


class Process(Protocol):
    """A program that runs."""

    def assert_running(self, doing: str) -> None:
        """Raises: VehicleError: it has ended."""
        ...

    def stop(self) -> None:
        """End it."""
        ...

    def kill(self) -> None:
        """End it at once."""
        ...

    def read_last_words(self) -> str:
        """The end of what it printed."""
        ...


Boot = Callable[[Sequence[str]], Process]
Home = tuple[float, float, float]  # deg, deg, m


class _Powered:
    """What there is only while the article has power."""

    def __init__(self, world: "OwnPhysicsWorld", boot: Boot, cables: Sequence[VirtualCable], seed: int) -> None:
        self.inputs, self.asked = Inputs(), 0.0
        self.lines = [SerialLine(cable.air, self.inputs) for cable in cables]
        self.air = SimulatedAir(seed, lambda name, value: self.port.set_parameters({name: value}))
        self.port = RigPort(cables[-1].ground, world, self.air.hear)
        # past the cable: a clock that came with the cable's latency would be late by it
        self.lines[-1].tap(self.port.receive)
        try:
            self.process = boot([line.place for line in self.lines])
        except BaseException:
            self.release()
            raise

    def wait(self) -> bool:
        """Wait a moment for bytes, and hand them over; whether any came."""
        ready = self.inputs.wait(WAIT)
        for handle in ready:
            handle()
        return bool(ready)

    def release(self) -> None:
        for line in self.lines:
            line.close()
        self.inputs.close()


class OwnPhysicsWorld:
    """One case: an autopilot in its own physics. A due event runs at the first tick of its clock that is not before it.

    Attributes:
        usb: the cable to the trusted port.
    """

    def __init__(self, boot: Boot, dialect: Dialect, home: Home, seed: int) -> None:
        """Nothing is started yet; `seed` drives the air."""
        self._boot, self._dialect, self._home, self._seed = boot, dialect, home, seed
        self._now = self._start = 0.0
        self.schedule = Schedule()
        # the trusted port, the radio, a second radio, the rig's own
        self.usb, self._radio, self._second = (VirtualCable(self, self.schedule) for _ in range(3))
        # without latency, or nothing could be asked before the clock ticks
        self._rig = VirtualCable(self, self.schedule, latency=0.0)
        self._second_laid = False
        self._on: _Powered | None = None
        self._stop_wind: Callable[[], None] = lambda: None
        self._contact = (0.0, 0.0, 0.0)
        self._airborne = False
        self.sockets = self._make_sockets()

    @property
    def powered(self) -> bool:
        """Whether the autopilot runs."""
        return self._on is not None

    def now(self) -> float:
        """Seconds since the world began, by the vehicle's clock while it has power."""
        return self._now

    def advance(self, until: float) -> float:
        """Wait for the vehicle's clock to reach the next due event or `until`, then run what is due.

        Raises:
            RigError: the clock's source went silent, or `until` is not finite and nothing is due.
            VehicleError: the program ended.
        """
        goal = max(self._now, min(self.schedule.next_time(), until))
        if not math.isfinite(goal):
            raise RigError(f"cannot let time pass until {until} s: give a finite time")
        if self._on is None:
            self._now = goal
        idle = 0
        while self._on is not None and self._now < goal:
            idle = 0 if self._tick(self._on) else idle + 1
            self._assert_ticking(self._on, idle)
            goal = max(self._now, min(goal, self.schedule.next_time()))
        self.schedule.run_due(self._now)
        return self._now

    def power_on(self) -> None:
        """Start the autopilot and wait until its clock ticks; harmless when it runs.

        Raises:
            RigError: it does not begin to tell its time.
            VehicleError: it ended.
        """
        if self._on is not None:
            return
        on = _Powered(self, self._boot, [self.usb, self._radio, self._second, self._rig], self._seed)
        try:
            self._await_clock(on)
        except BaseException:
            on.process.kill()
            on.release()
            raise
        self._on, self._start = on, self._now - (on.port.ticks or 0.0)
        on.port.set_parameters(SETTINGS)
        self._stop_wind = self.schedule.every(WIND_PERIOD, self._blow, start=self._now)

    def power_off(self) -> None:
        """End the autopilot in the orderly way; harmless when it is off."""
        self._end(lambda on: on.process.stop())

    def power_cut(self) -> None:
        """End the autopilot at once; harmless when it is off."""
        self._end(lambda on: on.process.kill())

    def lay_cable(self, *, radio: bool) -> VirtualCable:
        """One more radio link to the powered article: the autopilot's second telemetry port.

        Raises:
            RigError: it has no power, is laid already, or a trusted port is asked for: this program has one.
        """
        self._running()
        if not radio or self._second_laid:
            raise RigError("this autopilot has one trusted port and two radio ports, and no further one")
        self._second_laid = True
        return self._second

    def another(self) -> "OwnPhysicsWorld":
        """A second unit of the same build."""
        return OwnPhysicsWorld(self._boot, self._dialect, self._home, self._seed + 1)

    # -- pieces

    def _make_sockets(self) -> Sockets:
        return Sockets(
            dialect=self._dialect,
            air=AirSocket(lambda: self._running().air),
            truth=self._read_truth,
            radio=self._radio,
            usb=self.usb,
            lay_cable=self.lay_cable,
            sky=SimulatorSky(lambda: self._running().port, self),
        )

    def _await_clock(self, on: _Powered) -> None:
        silences = 0
        for waits in range(MOST_WAITS):
            if on.lines[-1].connected and waits % ASK_AGAIN == 0:
                on.port.ask_for_streams()
                on.port.ask_parameter(ENABLE)
            silences += not on.wait()
            self.schedule.run_due(self._now)
            on.process.assert_running("it booted")
            # a build without that parameter is left as it is: who asks for the sky is told
            if on.port.is_complete() and (ENABLE in on.port.parameters or waits > MOST_WAITS // 10):
                return
            if silences > SILENCES:
                break
        within, words = SILENCES * WAIT, on.process.read_last_words()
        raise RigError(f"the autopilot does not tell its time within {within:g} s of its start; it said: {words}")

    def _tick(self, on: _Powered) -> bool:
        """Wait for bytes; whether the vehicle's clock went on."""
        on.wait()
        time = self._start + (on.port.ticks or 0.0)
        if time < self._now - WIND_PERIOD:
            raise VehicleError(f"the vehicle's clock went back from {self._now:.3f} s to {time:.3f} s: it began anew")
        ticked, self._now = time > self._now, max(self._now, time)
        if ticked:
            self._note_contact()
        return ticked

    def _assert_ticking(self, on: _Powered, idle: int) -> None:
        on.process.assert_running("its clock was awaited")
        if idle >= SILENCES:
            raise RigError(
                f"the vehicle's clock stands still at {self._now:.2f} s for {SILENCES * WAIT:g} s (wall clock)"
            )

    def _blow(self) -> None:
        on = self._running()
        if self._now - on.asked >= 1.0:
            on.asked = self._now
            on.port.ask_parameter(ENABLE)
        if "SIM_STATE" in on.port.latest:
            on.air.move_to(self._now, self._read_motion().up)

    def _note_contact(self) -> None:
        if "SIM_STATE" not in self._running().port.latest:
            return
        motion = self._read_motion()
        flying = motion.up > GROUNDED
        if flying:
            tilt = math.acos(min(1.0, math.cos(motion.roll) * math.cos(motion.pitch)))
            self._contact = (-motion.v_up, math.hypot(motion.v_north, motion.v_east), tilt)
        self._airborne = flying

    def _read_truth(self) -> Truth:
        on = self._running()
        north, east, up = on.air.blows()
        down, lateral, tilt = self._contact
        return Truth(
            motion=self._read_motion(),
            wind_north=north,
            wind_east=east,
            wind_up=up,
            motors=self._read_motors(),
            on_ground=not self._airborne,
            contact_down=0.0 if self._airborne else down,
            contact_lateral=0.0 if self._airborne else lateral,
            contact_tilt=0.0 if self._airborne else tilt,
        )

    def _read_motion(self) -> Motion:
        state = self._told("SIM_STATE")
        latitude, longitude, height = self._home
        scale = self._dialect.metres_per_degree
        return Motion(
            time=self._now,
            north=(state.lat_int * 1e-7 - latitude) * scale,
            east=(state.lon_int * 1e-7 - longitude) * scale * math.cos(math.radians(latitude)),
            up=state.alt - height,
            v_north=state.vn,
            v_east=state.ve,
            v_up=-state.vd,
            roll=state.roll,
            pitch=state.pitch,
            yaw=state.yaw,
            p=state.xgyro,
            q=state.ygyro,
            r=state.zgyro,
        )

    def _read_motors(self) -> tuple[float, ...]:
        outputs = self._told("SERVO_OUTPUT_RAW")
        widths = (outputs.servo1_raw, outputs.servo2_raw, outputs.servo3_raw, outputs.servo4_raw)
        return tuple(min(1.0, max(0.0, (width - 1000.0) / 1000.0)) for width in widths)

    def _told(self, kind: str) -> Message:
        latest = self._running().port.latest
        if kind not in latest:
            raise RigError(f"the simulator has told no {kind} yet: is this build one for SITL?")
        return latest[kind]

    def _running(self) -> _Powered:
        if self._on is None:
            raise RigError("the article has no power: nothing can be seen of its flight")
        return self._on

    def _end(self, how: Callable[[_Powered], None]) -> None:
        self._stop_wind()
        on, self._on, self._second_laid = self._on, None, False
        if on is not None:
            try:
                how(on)
            finally:
                on.release()
