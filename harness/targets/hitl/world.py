"""One case with PX4 on a board in hardware-in-the-loop: a bench in real time, whose air and aircraft are our plant."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.bridges.sensed import SensedPlant
from harness.drone.flight.air import FlightAir
from harness.drone.flight.reading import read_battery, read_truth
from harness.drone.flight.settings import FlightArrays
from harness.drone.flight.state import Battery, Truth
from harness.errors import RigError, RigTimeout, VehicleTimeout
from harness.link.place import Place
from harness.plant.airframe import FRAME_RATE, Airframe
from harness.plant.drain import drain
from harness.targets.airsocket import AirSocket
from harness.targets.base import TELLING, Sockets
from harness.targets.bench.links import Links
from harness.targets.bench.world import BenchWorld
from harness.targets.hitl.link import HilLink, HilOptions
from harness.targets.programs.plantsky import PlantSky
from harness.targets.programs.px4build import HOME, STREAMS
from harness.timing import Wait, run_for, wait_until
from harness.vehicle.codec import Codec, Identity
from harness.vehicle.dialects.px4 import PX4
from harness.vehicle.parameters import ParameterClient
from harness.vehicle.receiver import Receiver

# the rig's own way to the board, and the signing stream of what it says there
BOARD, BOARD_STREAM = "board", 201
ANSWER_WITHIN = 5.0  # s
SETTLE = 2.2  # s in which the streams come to their rates
SWITCH, AIRFRAME = "SYS_HITL", "SYS_AUTOSTART"
EXTERNAL = 1.0  # of SYS_HITL: the physics come over MAVLink; 2 is PX4's own on the board
_SAME = 1e-4
BY_FORCE = 21196.0  # of MAV_CMD_COMPONENT_ARM_DISARM: also in flight
ANEW = 0.5  # s by which a board's clock began later, after a new boot


@dataclass(frozen=True, kw_only=True)
class Board:
    """What the rig file says of a board.

    Attributes:
        place: of the port that carries the simulation.
        radio: of a port of its own for the ground station; None: it shares that port.
        key: for signatures on a radio, or None.
        boot: longest time from power to the first heartbeat, s.
        firmware: version that it must say it runs, or "".
        restart: whether each case begins with an order to boot anew, where no relay takes the power.
        parameters: that it must keep, by name; it is told none.
        options: how it is flown.
    """

    place: Place
    radio: Place | None
    key: bytes | None
    boot: float
    firmware: str
    restart: bool
    parameters: Mapping[str, float]
    options: HilOptions


class _Flown(NamedTuple):
    """The plant while the article has power, and its air."""

    plant: SensedPlant
    air: FlightAir


class HitlWorld(BenchWorld):
    """Implements :class:`harness.targets.base.TargetWorld` in real time.

    Nothing is ordered of a board before it has said itself, on every link, that it drives no motor.
    """

    def __init__(self, board: Board, seed: int) -> None:
        """Open the ports.

        Raises:
            RigError: one cannot be opened, or is too slow.
        """
        self._board, self._seed = board, seed
        self._flown: _Flown | None = None
        self._restarting = self._stopped = False
        self._telling = TELLING
        # kernels load before the clock runs, for that takes longer than it may stand still
        self._make_plant(0.0).plant.fly((0.0, 0.0, 0.0, 0.0))
        self._link = HilLink(board.place, self, board.options, self.fail)
        door = self._link.door
        links = Links(
            radio=board.radio or door("radio"),
            observer=door("observer"),
            key=board.key,
            boot=board.boot,
            firmware=board.firmware,
            more={BOARD: door(BOARD)},
        )
        try:
            super().__init__(links)
        except RigError:
            self._link.close()
            raise
        self.sockets = self._join_sockets(self.sockets)
        codec = Codec(Identity(system=250, component=191), self)
        ground = self._cables[BOARD].ground
        heard = Receiver(ground, self, codec)
        self._client = ParameterClient(heard, self, lambda message: ground.send(codec.encode(message)), bytewise=True)
        self._own_codec = codec
        self._link.start()

    def advance(self, until: float) -> float:
        """Wait for the next tick.

        Raises:
            RigError: as for a bench, or a heartbeat says that the board is no longer in hardware-in-the-loop.
        """
        now = super().advance(until)
        if not self._link.running:
            raise RigError("the thread that flies the plant has ended: its error is above")
        if self._flown is not None and not self._restarting and not self._stopped:
            self._stop_turncoat()
        return now

    def power_on(self) -> None:
        """Give the board power or let it boot anew, see that it is harmless, and fly the plant.

        Raises:
            RigError: it is not heard, drives motors, is not what the rig file says, or the link does not keep up.
        """
        self._give_power()
        for name, hearing in self.hearing.items():
            self._wait_for(name, hearing)
        self._check_board()
        self._flown = self._make_plant(self.now())
        self._link.begin(self._flown.plant)
        if self._board.restart and self._supply is None:
            self._restart()
        self._check_firmware()
        self._ask_streams()
        self._wait_for_motors()
        self._settle()
        self._core.watch()
        with self._link.held():
            self._link.monitor.watch(self.now())

    def power_off(self) -> None:
        """Fly no more, note how the link did, and take the power where a relay holds it; harmless when done.

        Raises:
            RigError: as for a bench.
        """
        self._land()
        super().power_off()

    def power_cut(self) -> None:
        """Pull the power of the standing board.

        Raises:
            RigError: no relay, or the article flies or may fly.
        """
        super().power_cut()
        self._land()

    def identify(self, within: float) -> dict[str, Any]:
        """What the board says of itself, when it is heard `within` s; else that it was not.

        Raises:
            RigError: it drives motors, or is not what the rig file says.
        """
        wait = Wait(name="the board", within=within, blame=RigTimeout)
        try:
            wait_until(self, lambda: all(hearing.beats for hearing in self.hearing.values()), wait)
        except RigTimeout:
            return {"heard": "no: it had no power at bring-up"}
        return {**super().identify(within), **self._check_board()}

    def close(self) -> None:
        """Stop all threads and close the links; harmless when done."""
        try:
            super().close()
        finally:
            self._link.close()

    # -- what the board is

    def _check_board(self) -> dict[str, Any]:
        """See that it flies our physics and drives no motor, and is what the rig file says.

        Raises:
            RigError: it is not.
        """
        switch = self._read(SWITCH)
        if switch != EXTERNAL:
            raise RigError(
                f"the board has {SWITCH} {switch:g}, wanted 1: it would drive real motors, or fly physics of its own; "
                "nothing is armed. Take the propellers off, set its airframe to HIL and boot it anew"
            )
        self._assert_harmless()
        wanted = self._board.parameters
        for name, value in wanted.items():
            kept = self._read(name)
            if abs(kept - value) > _SAME * max(1.0, abs(value)):
                raise RigError(f"the board keeps {name} {kept:g}, the rig file wants {value:g}: set it on the board")
        return {SWITCH: f"{switch:g}", AIRFRAME: f"{self._read(AIRFRAME):g}", "parameters_checked": len(wanted)}

    def _assert_harmless(self) -> None:
        for name, hearing in self.hearing.items():
            if hearing.heard is not None and not hearing.hil:
                raise RigError(
                    f"the autopilot at {self._links.places[name]} ({name}) says in its heartbeat that it is not in "
                    "hardware-in-the-loop: it would drive real motors; see that it is this board, and boot it anew"
                )

    def _stop_turncoat(self) -> None:
        """A board that leaves hardware-in-the-loop is disarmed by force, once: it stands on a bench, and nothing falls.

        Raises:
            RigError: it has left it.
        """
        try:
            self._assert_harmless()
        except RigError:
            self._stopped = True
            for name in (BOARD, "radio"):
                self._order(name, mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 0.0, BY_FORCE)
            raise

    def _read(self, name: str) -> float:
        try:
            return self._client.read(name, ANSWER_WITHIN)
        except VehicleTimeout as error:
            raise RigError(
                f"{self._link.place}: the board does not tell its parameter {name} in {ANSWER_WITHIN:g} s, so nobody "
                "knows whether it would drive real motors: nothing is armed"
            ) from error

    def _restart(self) -> None:
        """Order it to boot anew, and see by its own clock that it did.

        Raises:
            RigError: it is armed, or did not.
        """
        if self.witness.armed:
            raise RigError("the board is armed: it is not booted anew; disarm it")
        before, self._restarting = self._read_start(), True
        try:
            self._order(BOARD, mavlink.MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN, 1.0)
            wait = Wait(name="the board's new boot", within=self._board.boot, blame=RigTimeout)
            wait_until(self, lambda: self._read_start() > before + ANEW, wait)
            for hearing in self.hearing.values():
                hearing.forget()
            self._link.flies = False
            for name, hearing in self.hearing.items():
                self._wait_for(name, hearing)
        except RigTimeout as error:
            raise RigError(
                f"{self._link.place}: the board was ordered to boot anew and did not in {self._board.boot:g} s: boot "
                "it by hand and set restart = false, or give it a relay"
            ) from error
        finally:
            self._restarting = False
        self._check_board()

    def _read_start(self) -> float:
        """When the board booted, by its answer to TIMESYNC."""
        wait = Wait(name="an answer to TIMESYNC", within=ANSWER_WITHIN, blame=RigTimeout)
        wait_until(self, lambda: self._link.board_start is not None, wait)
        assert self._link.board_start is not None
        return self._link.board_start

    def _wait_for_motors(self) -> None:
        wait = Wait(name="motor commands", within=self._board.boot, blame=RigTimeout)
        try:
            wait_until(self, lambda: self._link.flies, wait)
        except RigTimeout as error:
            raise RigError(
                f"{self._link.place}: no HIL_ACTUATOR_CONTROLS from the board in {self._board.boot:g} s: its firmware "
                "must hold pwm_out_sim, and this port must be allowed more than 5000 bytes/s (MAV_..._RATE)"
            ) from error

    def _settle(self) -> None:
        """Let the streams come to their rates, and see how soon a change of mode is told.

        Raises:
            RigError: it is not told.
        """
        before = self.witness.beats
        run_for(self, SETTLE)
        beats = self.witness.beats - before
        if not beats:
            raise RigError(f"{self._link.place}: no heartbeat of the board in {SETTLE:g} s: look at it")
        # PX4 takes no order of another rate for it
        self._telling = max(TELLING, SETTLE / beats)
        self.notes.append(f"the board tells a change of mode within {self._telling:.2f} s")

    def _broke(self, text: str) -> None:
        # a board on USB goes away with its boot
        if not self._restarting:
            super()._broke(text)

    def _ask_streams(self) -> None:
        for name in (BOARD, "radio") if self._board.radio else (BOARD,):
            for stream, rate in {**STREAMS, "EXTENDED_SYS_STATE": 2}.items():
                number = getattr(mavlink, f"MAVLINK_MSG_ID_{stream}")
                self._order(name, mavlink.MAV_CMD_SET_MESSAGE_INTERVAL, number, 1e6 / rate)

    def _order(self, name: str, command: int, *values: float) -> None:
        padded = (*values, *[0.0] * (7 - len(values)))
        codec = self._own_codec if name == BOARD else self._codec
        message = mavlink.MAVLink_command_long_message(*self.hearing[name].system, command, 0, *padded)
        self._ports[name].send(codec.encode(message))

    # -- the plant

    def _make_plant(self, start: float) -> _Flown:
        plant = SensedPlant(Airframe(), self._seed, HOME, start=math.ceil(start * FRAME_RATE) / FRAME_RATE)
        return _Flown(plant, FlightAir(FlightArrays(plant.state, plant.parameters, plant.rng)))

    def _land(self) -> None:
        if self._flown is not None:
            self._link.end()
            with self._link.held():
                self._link.monitor.end(self.now())
                self.notes.append(self._link.monitor.describe())
            self._flown = None

    def _running(self) -> _Flown:
        if self._flown is None:
            raise RigError("the article has no power: nothing can be seen of its flight")
        return self._flown

    def _join_sockets(self, bench: Sockets) -> Sockets:
        return replace(
            bench,
            dialect=PX4,
            air=AirSocket(lambda: self._running().air, self._link.held),
            truth=self._read_truth,
            pack=self._read_battery,
            load=self._drain,
            telling=lambda: self._telling,
            sky=PlantSky(lambda: self._running().plant),
        )

    def _read_truth(self) -> Truth:
        with self._link.held():
            plant = self._running().plant
            return read_truth(plant.state, plant.time)

    def _read_battery(self) -> Battery:
        with self._link.held():
            plant = self._running().plant
            return read_battery(plant.state, plant.parameters)

    def _drain(self, energy: float) -> None:
        with self._link.held():
            plant = self._running().plant
            drain(plant.state, plant.parameters, energy)
