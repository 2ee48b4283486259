"""The serial port of a board in hardware-in-the-loop: our plant flies over it in real time, all else passes through.

In a thread of its own (``Metronome``): a session holds its lock while it works, and the plant may not stand still then.
"""

import os
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass

from harness.bridges.plant import Motors
from harness.bridges.px4_board import BoardPeer
from harness.bridges.sensed import Sensed, SensedPlant
from harness.errors import HarnessError, RigError
from harness.link.place import Place
from harness.link.streamport import StreamPort
from harness.targets.hitl.monitor import LinkLimits, LinkMonitor
from harness.timing import Clock, Inputs, Metronome

BEAT_PERIOD, ASK_PERIOD = 1.0, 0.1  # s
# bytes of whole frames (mavlink.io): HIL_SENSOR and HIL_GPS; HIL_ACTUATOR_CONTROLS
SENSOR_FRAME, GPS_FRAME, GPS_RATE, ACTUATOR_FRAME = 77, 51, 10.0, 93
# of the ground station and of the telemetry, bytes a second each way
OTHERS = 3000.0
# share of a line that may be filled: a full one delays what waits
FILLED = 0.8
BITS = 10  # of a byte on a line with start and stop bit
_NO_MOTORS: Motors = (0.0, 0.0, 0.0, 0.0)
# a port over USB goes at the speed of USB, whatever its baud rate says
_USB = "ttyACM"


@dataclass(frozen=True, kw_only=True)
class HilOptions:
    """How the board is flown.

    Attributes:
        sensor_rate: frames of sensors a second.
        above_sea: height of home, m.
        limits: that the link must keep.
    """

    sensor_rate: float
    above_sea: float
    limits: LinkLimits


def assert_carries(place: Place, options: HilOptions) -> None:
    """See that the port's baud rate is enough for the simulation and for all else.

    Raises:
        RigError: it is not.
    """
    if place.kind != "serial" or _USB in os.path.realpath(place.where):
        return
    up = options.sensor_rate * SENSOR_FRAME + GPS_RATE * GPS_FRAME
    down = options.limits.actuator_rate * ACTUATOR_FRAME
    needed = (max(up, down) + OTHERS) * BITS / FILLED
    if place.baud < needed:
        raise RigError(
            f"{place}: {place.baud} baud carry {place.baud / BITS:.0f} bytes/s each way, and HIL_SENSOR at "
            f"{options.sensor_rate:g} Hz with all else needs at least {needed:.0f} baud: use the board's USB port, or "
            "set a faster rate here and on the board (SER_..._BAUD)"
        )


class Door:
    """A way to the board beside the simulation; implements :class:`harness.link.lasting.Opening`."""

    def __init__(self, link: "HilLink", name: str) -> None:
        self._link, self._name = link, name

    def open(self, inputs: Inputs, ended: Callable[[], None]) -> StreamPort:
        """Open it, and the board's port where that is closed.

        Raises:
            RigError: the board's port cannot be opened.
        """
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            end.setblocking(False)
        try:
            self._link.admit(self._name, ours)
        except RigError:
            theirs.close()
            raise

        def release() -> None:
            theirs.close()
            ended()

        return StreamPort(theirs.fileno(), inputs, release)

    def __str__(self) -> str:
        """As rig files write it."""
        return str(self._link.place)


class HilLink:
    """The port, whoever shares it, and the plant while the article has power.

    Attributes:
        place: of the port.
        monitor: of the link.
        plant: that the board flies; None while it has no power. Touched under :meth:`held` only.
        flies: whether motor commands have come.
        board_start: when the board's clock was zero, as it told last, s of the test clock; None before.
    """

    def __init__(self, place: Place, clock: Clock, options: HilOptions, fail: Callable[[RigError], None]) -> None:
        """Nothing is opened yet; `fail` hears of what makes the case invalid.

        Raises:
            RigError: the port's baud rate is too slow.
        """
        assert_carries(place, options)
        self.place, self._clock, self._fail = place, clock, fail
        self.monitor = LinkMonitor(options.limits, fail)
        self.plant: SensedPlant | None = None
        self.flies = False
        self.board_start: float | None = None
        self._motors = _NO_MOTORS
        self._peer = BoardPeer(options.above_sea)
        self._peer.on_controls = self._hear_motors
        self._peer.on_time = self._hear_time
        self._inputs = Inputs()
        self._port: StreamPort | None = None
        self._doors: dict[str, StreamPort] = {}
        self._beat_due = self._ask_due = 0.0
        self._metronome = Metronome(1.0 / options.sensor_rate, self._inputs, self._beat, self._failed)

    @property
    def running(self) -> bool:
        """Whether time passes for the plant."""
        return self._metronome.running

    def held(self) -> AbstractContextManager[None]:
        """Keep plant and port still while the context lasts."""
        return self._metronome.held()

    def door(self, name: str) -> Door:
        """A further way to the board."""
        return Door(self, name)

    def start(self) -> None:
        """Begin; harmless when begun."""
        self._metronome.start()

    def close(self) -> None:
        """End the thread and close the port; harmless when closed."""
        self._metronome.stop()
        for door in list(self._doors.values()):
            door.close()
        if self._port is not None:
            self._port.close()
        self._inputs.close()

    def admit(self, name: str, end: socket.socket) -> None:
        """Join `end` to the board under `name`.

        Raises:
            RigError: the board's port cannot be opened.
        """
        with self.held():
            try:
                self._open()
            except RigError:
                end.close()
                raise

            def leave() -> None:
                end.close()
                if self._doors.get(name) is door:
                    del self._doors[name]

            door = self._doors[name] = StreamPort(end.fileno(), self._inputs, leave)
            door.listen(self._send)

    def begin(self, plant: SensedPlant) -> None:
        """Let `plant` be flown from now on."""
        with self.held():
            self.plant, self._motors, self.flies = plant, _NO_MOTORS, False

    def end(self) -> None:
        """Fly no more."""
        with self.held():
            self.plant = None

    # -- in the thread

    def _open(self) -> None:
        if self._port is None:
            port = self.place.open(self._inputs, self._broke)
            assert isinstance(port, StreamPort)
            self._port = port
            port.listen(self._receive)

    def _broke(self) -> None:
        self._port = None
        for door in list(self._doors.values()):
            door.close()

    def _send(self, data: bytes) -> None:
        if self._port is not None:
            # it may break at this very moment, which the doors tell
            with suppress(RigError):
                self._port.send(data)

    def _receive(self, data: bytes) -> None:
        others = self._peer.take(data)
        for door in list(self._doors.values()) if others else ():
            with suppress(RigError):
                door.send(others)

    def _hear_motors(self, motors: Motors) -> None:
        self._motors, self.flies = motors, True
        self.monitor.actuators.note(self._clock.now())

    def _hear_time(self, token: int, time: float) -> None:
        now = self._clock.now()
        self.board_start = now - time
        self.monitor.answered(token, now)

    def _beat(self) -> None:
        now = self._clock.now()
        if self.plant is not None:
            self._fly(self.plant, now)
        if now >= self._beat_due:
            self._beat_due = now + BEAT_PERIOD
            self._send(self._peer.beat())
        if now >= self._ask_due:
            self._ask_due = now + ASK_PERIOD
            self._send(self._peer.ask_time(self.monitor.ask(now)))
        self.monitor.look(now, self._port.waiting if self._port is not None else 0)

    def _fly(self, plant: SensedPlant, now: float) -> None:
        told: Sensed | None = None
        while plant.time < now:
            told = merge(told, plant.fly(self._motors))
        if told is not None:
            self._send(self._peer.tell(told))
            self.monitor.sensors.note(now)

    def _failed(self, error: HarnessError) -> None:
        # a plant that has failed is flown no further
        self.plant = None
        self._fail(RigError(str(error)))


def merge(earlier: Sensed | None, newer: Sensed) -> Sensed:
    """What is told of two frames at once: the newer one, and the slow sensors of the earlier if it alone has them."""
    if earlier is None:
        return newer
    return newer._replace(fix=newer.fix or earlier.fix, slow=newer.slow or earlier.slow)
