"""The world of a real autopilot that flies our plant in lockstep: the harness owns the physics and thereby time."""

import math
from collections.abc import Callable
from functools import partial

from harness.bridges.plant import BridgedPlant
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
from harness.targets.cockpit import Cockpit, Firmware
from harness.targets.lines import SerialLine
from harness.targets.rigport import RigPort
from harness.targets.simsky import ENABLE, SimulatorSky
from harness.timing import Deadline, Inputs, Schedule
from harness.vehicle.dialect import Dialect

_SAME_TIME = 1e-9
BOOT = 20.0  # s of the test clock in which an autopilot boots


class _Powered:
    """What there is only while the article has power: the plant, the program and its serial lines."""

    def __init__(self, plant: BridgedPlant, firmware: Firmware, cables: list[VirtualCable]) -> None:
        self.plant, self._inputs = plant, Inputs()
        self._lines = [SerialLine(cable.air, self._inputs) for cable in cables]
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

    def release(self) -> None:
        for line in self._lines:
            line.close()
        self._inputs.close()


class LockstepWorld:
    """One case: an autopilot in our air; no sleeping, one thread, as fast as both sides can.

    Attributes:
        usb: the cable to the trusted port.
    """

    def __init__(self, firmware: Firmware, dialect: Dialect, airframe: Airframe, seed: int) -> None:
        """Nothing is started yet; `seed` drives the plant's own noise and the air."""
        self._firmware, self._airframe, self._seed, self._now = firmware, airframe, seed, 0.0
        self.schedule = Schedule()
        # the trusted port, the radio, a second radio, the rig's own
        self.usb, self._radio, self._second, self._rig = (VirtualCable(self, self.schedule) for _ in range(4))
        self._rig_port = RigPort(self._rig.ground, self)
        self._rig.ground.listen(self._rig_port.receive)
        self._stop_asking: Callable[[], None] = lambda: None
        self._second_laid = False
        self._on: _Powered | None = None
        self.sockets = self._make_sockets(dialect)

    @property
    def powered(self) -> bool:
        """Whether the autopilot runs."""
        return self._on is not None

    def now(self) -> float:
        """Seconds since the world began."""
        return self._now

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
            plant = BridgedPlant(self._airframe, self._seed, start=start, split=self._firmware.split)
            self._on = _Powered(plant, self._firmware, [self.usb, self._radio, self._second, self._rig])
            ask = partial(self._rig_port.ask_parameter, ENABLE)
            self._stop_asking = self.schedule.every(1.0, ask, start=self._now)
            self._boot()

    def power_off(self) -> None:
        """End the autopilot in the orderly way; harmless when it is off."""
        self._end(lambda on: on.cockpit.stop())

    def power_cut(self) -> None:
        """End the autopilot at once; harmless when it is off."""
        self._end(lambda on: on.cockpit.kill())

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

    def another(self) -> "LockstepWorld":
        """A second unit of the same build."""
        return LockstepWorld(self._firmware, self.sockets.dialect, self._airframe, self._seed + 1)

    # -- pieces

    def _boot(self) -> None:
        """Let time pass until the article answers on the rig's port; a build that does not is left as it is."""
        deadline = Deadline(self, BOOT)
        while not (deadline.passed() or ENABLE in self._rig_port.parameters):
            self.advance(deadline.at)

    def _make_sockets(self, dialect: Dialect) -> Sockets:
        return Sockets(
            dialect=dialect,
            air=AirSocket(lambda: self._running().air),
            truth=self._read_truth,
            pack=self._read_battery,
            load=self._drain,
            radio=self._radio,
            usb=self.usb,
            lay_cable=self.lay_cable,
            sky=SimulatorSky(self._powered_rig_port, self),
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

    def _running(self) -> _Powered:
        if self._on is None:
            raise RigError("the article has no power: nothing can be seen of its flight")
        return self._on

    def _end(self, how: Callable[[_Powered], None]) -> None:
        self._stop_asking()
        on, self._on, self._second_laid = self._on, None, False
        if on is not None:
            try:
                how(on)
            finally:
                on.release()
