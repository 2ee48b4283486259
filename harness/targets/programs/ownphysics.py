"""The world of an autopilot in its own physics: the test clock is the vehicle's time, read over the rig's own port."""

import math
from collections.abc import Sequence

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.air import FlightAir
from harness.drone.flight.state import Motion, Truth
from harness.errors import NotShown, RigError, VehicleError
from harness.link.virtual import VirtualCable
from harness.targets.airsocket import AirSocket
from harness.targets.base import Sockets
from harness.targets.programs.cockpit import Firmware, Process
from harness.targets.programs.rigport import RigPort
from harness.targets.programs.simair import SimulatedAir
from harness.targets.programs.simsky import SimulatorSky
from harness.targets.programs.simulator import Home
from harness.targets.programs.world import ProgramWorld
from harness.timing import Inputs
from harness.vehicle.dialect import Dialect

WAIT = 0.05  # s of the wall clock
MOST_WAITS = 20_000  # for a boot, most of them ended early by bytes
TICK_LAG = 1.25  # an autopilot keeps a rate by whole steps of its own: PX4 sends 100 Hz every 8 or 12 ms
SILENCES = 400  # of that length without a tick of the vehicle's clock: then its source is dead
WIND_PERIOD = 0.05  # s of the test clock between two sets of wind parameters
# a gust's peak falls between two sets, and behind the simulator's lag: 0.4 % of one of 6 m/s in 2.5 s on 8 m/s
AIR_SLACK = 0.01
ASK_AGAIN = 20  # waits, until a station that boots is asked again
PARAMETER_WAITS = 2000  # for parameters, once all streams have come; a busy machine boots slowly


class _Powered:
    """The program, its serial lines, its air and the rig's own port."""

    def __init__(self, world: "OwnPhysicsWorld", firmware: Firmware, cables: Sequence[VirtualCable], seed: int) -> None:
        self.inputs, self.asked = Inputs(), 0.0
        self.lines = [firmware.make_line(cable.air, self.inputs) for cable in cables]
        simulator = firmware.simulator
        self.air = SimulatedAir(seed, simulator.wind, lambda name, value: self.port.set_parameters({name: value}))
        self.port = RigPort(cables[-1].ground, world, simulator, self.air.hear)
        # past the cable: a clock that came with the cable's latency would be late by it
        self.lines[-1].tap(self.port.receive)
        try:
            self.process: Process = firmware.boot_alone([line.place for line in self.lines])
        except BaseException:
            self.release()
            raise

    def wait(self) -> bool:
        """Wait a moment for bytes, and hand them over; whether any came."""
        ready = self.inputs.wait(WAIT)
        for handle in ready:
            handle()
        return bool(ready)

    def stop(self) -> None:
        self.process.stop()

    def kill(self) -> None:
        self.process.kill()

    def release(self) -> None:
        for line in self.lines:
            line.close()
        self.inputs.close()


class OwnPhysicsWorld(ProgramWorld[_Powered]):
    """One case: an autopilot in its own physics. A due event runs at the first tick of its clock not before it."""

    def __init__(self, firmware: Firmware, dialect: Dialect, home: Home, seed: int, windless: str = "") -> None:
        """Nothing is started yet; `seed` drives the air; `windless`: why its simulator is known to show no wind."""
        # without latency, or nothing could be asked before the clock ticks
        super().__init__(firmware, dialect, seed, rig_latency=0.0)
        self._home, self._start, self._simulator = home, 0.0, firmware.simulator
        self._windless = windless
        self._contact = (0.0, 0.0, 0.0)
        self._airborne = False
        self.sockets = self._make_sockets()

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
        on = _Powered(self, self._firmware, self._cables, self._seed)
        try:
            self._await_clock(on)
        except BaseException:
            on.kill()
            on.release()
            raise
        on.process.leave_to(self.card.take)
        self._on, self._start = on, self._now - (on.port.ticks or 0.0)
        on.port.set_parameters(self._simulator.wind.settings)
        self._stop_chores = self.schedule.every(WIND_PERIOD, self._blow, start=self._now)

    def another(self) -> "OwnPhysicsWorld":
        """A second unit of the same build."""
        return OwnPhysicsWorld(self._firmware, self._dialect, self._home, self._seed + 1, self._windless)

    # -- pieces

    def _make_sockets(self) -> Sockets:
        return Sockets(
            dialect=self._dialect,
            air=AirSocket(self._read_air),
            truth=self._read_truth,
            radio=self._radio,
            usb=self.usb,
            lay_cable=self.lay_cable,
            has_local_port=True,
            card=self.card,
            sky=SimulatorSky(lambda: self._running().port, self, self._simulator.sky),
            # the clock is that of the latest tick
            clock_lag=TICK_LAG / self._simulator.rates[mavlink.MAVLINK_MSG_ID_ATTITUDE],
            air_slack=AIR_SLACK,
        )

    def _await_clock(self, on: _Powered) -> None:
        silences, complete, wanted = 0, 0, {self._simulator.sky.name, *self._simulator.wind.settings}
        for waits in range(MOST_WAITS):
            if on.lines[-1].connected and waits % ASK_AGAIN == 0:
                on.port.ask_for_streams()
                for name in wanted - set(on.port.parameters):
                    on.port.ask_parameter(name)
            silences += not on.wait()
            self.schedule.run_due(self._now)
            on.process.assert_running("it booted")
            complete += on.port.is_complete()
            # a build without those parameters is left as it is: who asks for wind or sky is told
            if complete and (wanted <= set(on.port.parameters) or complete > PARAMETER_WAITS):
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
            on.port.ask_parameter(self._simulator.sky.name)
        on.air.move_to(self._now, self._read_motion().up)

    def _note_contact(self) -> None:
        motion = self._read_motion()
        flying = motion.up > self._simulator.grounded
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
            motors=self._simulator.read_motors(on.port.latest),
            on_ground=not self._airborne,
            contact_down=0.0 if self._airborne else down,
            contact_lateral=0.0 if self._airborne else lateral,
            contact_tilt=0.0 if self._airborne else tilt,
        )

    def _read_motion(self) -> Motion:
        latest = self._running().port.latest
        return self._simulator.read_motion(latest, self._home, self._dialect.metres_per_degree, self._now)

    def _read_air(self) -> FlightAir:
        """Raises: NotShown: the simulator of this build makes no wind."""
        on = self._running()
        if self._windless:
            raise NotShown(f"{self._windless}: {self._simulator.wind.remedy}")
        for name in self._simulator.wind.settings:
            if name not in on.port.parameters:
                raise NotShown(f"the simulator of this build has no {name}: {self._simulator.wind.remedy}")
        return on.air
