"""The world of a real autopilot that flies our plant in lockstep: the harness owns the physics and thereby time."""

import math
from collections.abc import Sequence
from functools import partial

from harness.drone.flight.air import FlightAir
from harness.drone.flight.reading import read_battery, read_truth
from harness.drone.flight.settings import FlightArrays
from harness.drone.flight.state import Battery, Truth
from harness.errors import RigError
from harness.link.virtual import VirtualCable
from harness.plant.airframe import FRAME_RATE, Airframe
from harness.plant.drain import drain
from harness.targets.airsocket import AirSocket
from harness.targets.base import Sockets
from harness.targets.programs.cockpit import Cockpit, Firmware, Plant
from harness.targets.programs.rigport import RigPort
from harness.targets.programs.simsky import SimulatorSky
from harness.targets.programs.world import ProgramWorld
from harness.timing import Deadline, Inputs
from harness.vehicle.dialect import Dialect

_SAME_TIME = 1e-9
BOOT = 20.0  # s of the test clock in which an autopilot boots


class _Powered:
    """The plant, the program and its serial lines."""

    def __init__(self, plant: Plant, firmware: Firmware, cables: Sequence[VirtualCable]) -> None:
        self.plant, self._inputs = plant, Inputs()
        self._lines = [firmware.make_line(cable.air, self._inputs) for cable in cables]
        self.air = FlightAir(FlightArrays(plant.state, plant.parameters, plant.rng))
        try:
            self.cockpit: Cockpit = firmware.boot([line.place for line in self._lines])
        except BaseException:
            self.release()
            raise

    def step(self) -> None:
        """One exchange: what the autopilot says to its lines and its motors, then what follows for its motion."""
        motors = self.cockpit.hear()
        self.serve()
        self.cockpit.answer(self.plant.fly(motors))

    def serve(self) -> None:
        """Hand over the bytes that have come on the lines."""
        for handle in self._inputs.wait(0.0):
            handle()

    def stop(self) -> None:
        self.cockpit.stop()

    def kill(self) -> None:
        self.cockpit.kill()

    def release(self) -> None:
        for line in self._lines:
            line.close()
        self._inputs.close()


class LockstepWorld(ProgramWorld[_Powered]):
    """One case: an autopilot in our air; no sleeping, one thread, as fast as both sides can."""

    def __init__(self, firmware: Firmware, dialect: Dialect, airframe: Airframe, seed: int) -> None:
        """Nothing is started yet; `seed` drives the plant's own noise and the air."""
        super().__init__(firmware, dialect, seed, rig_latency=0.005)
        self._airframe = airframe
        self._rig_port = RigPort(self._rig.ground, self, firmware.simulator)
        self._rig.ground.listen(self._rig_port.receive)
        self.sockets = self._make_sockets()

    def advance(self, until: float) -> float:
        """Fly to the next due event or to `until`, one exchange after the other, then run what is due.

        Raises:
            RigError: nothing is due and `until` is not a finite number of seconds.
            VehicleError: the autopilot ended or fell silent.
        """
        goal = max(self._now, min(self.schedule.next_time(), until))
        if not math.isfinite(goal):
            raise RigError(f"cannot let time pass until {until} s: give a finite time")
        while self._on is not None and self._on.plant.time < goal - _SAME_TIME:
            # what the autopilot sends, it sends at the plant's time
            self._now = max(self._now, self._on.plant.time)
            self._on.step()
            goal = max(self._now, min(goal, self.schedule.next_time()))
        self._now = goal
        self.schedule.run_due(goal)
        return goal

    def power_on(self) -> None:
        """Start the autopilot and let it boot; harmless when it runs.

        Raises:
            VehicleError: it ended or fell silent.
        """
        if self._on is None:
            air_frame = 1.0 / FRAME_RATE
            start = math.ceil(self._now / air_frame - _SAME_TIME) * air_frame
            plant = self._firmware.make_plant(self._airframe, self._seed, start)
            self._on = _Powered(plant, self._firmware, self._cables)
            self._on.cockpit.leave_to(self.card.take)
            ask = partial(self._rig_port.ask_parameter, self._firmware.alive)
            self._stop_chores = self.schedule.every(1.0, ask, start=self._now)
            self._boot()

    def another(self) -> "LockstepWorld":
        """A second unit of the same build."""
        return LockstepWorld(self._firmware, self._dialect, self._airframe, self._seed + 1)

    # -- pieces

    def _boot(self) -> None:
        """Let time pass until the article answers on the rig's port; a build that does not is left as it is."""
        deadline = Deadline(self, BOOT)
        while not (deadline.passed() or self._firmware.alive in self._rig_port.parameters):
            self.advance(deadline.at)

    def _make_sockets(self) -> Sockets:
        simulated = SimulatorSky(self._powered_rig_port, self, self._firmware.simulator.sky)
        return Sockets(
            dialect=self._dialect,
            air=AirSocket(lambda: self._running().air),
            truth=self._read_truth,
            pack=self._read_battery,
            load=self._drain,
            radio=self._radio,
            usb=self.usb,
            lay_cable=self.lay_cable,
            has_local_port=True,
            card=self.card,
            sky=self._firmware.make_sky(lambda: self._running().plant, simulated),
        )

    def _powered_rig_port(self) -> RigPort:
        self._running()
        return self._rig_port

    def _read_truth(self) -> Truth:
        return read_truth(self._running().plant.state, self._now)

    def _read_battery(self) -> Battery:
        plant = self._running().plant
        return read_battery(plant.state, plant.parameters)

    def _drain(self, energy: float) -> None:
        plant = self._running().plant
        drain(plant.state, plant.parameters, energy)
