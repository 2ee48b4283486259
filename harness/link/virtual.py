"""A duplex link in memory, on the test clock: the embedded drone's radio and its trusted port."""

from collections.abc import Sequence
from functools import partial

from harness.errors import RigError
from harness.link.port import Receiver, Stage
from harness.timing import Clock, Schedule


class VirtualPort:
    """One end of a :class:`VirtualCable`; implements :class:`harness.link.port.Port`."""

    def __init__(self, name: str, wire: "_Wire") -> None:
        self.name = name
        self.closed = False
        self._wire = wire
        self._receiver: Receiver | None = None
        self._far: VirtualPort | None = None

    @property
    def heard(self) -> bool:
        """Whether someone listens at the far end, so that sending is worth its cost."""
        return self._far is not None and not self._far.closed and self._far._receiver is not None

    @property
    def closed_by_peer(self) -> bool:
        """Whether the far end has closed its side, which is not the same as silence."""
        return self._far is not None and self._far.closed

    def send(self, data: bytes) -> None:
        """Send `data` through the stages of this direction; never blocks.

        Raises:
            RigError: this end or the far end is closed.
        """
        if self.closed or self.closed_by_peer:
            side = "this" if self.closed else "the far"
            raise RigError(f"cannot send on virtual link {self.name}: {side} end is closed; open a new cable")
        self._wire.carry(bytes(data))

    def listen(self, receiver: Receiver | None) -> None:
        """Call `receiver` with every piece of bytes that arrives; replaces an earlier one, None takes it away."""
        self._receiver = receiver

    def close(self) -> None:
        """Close this end; what is still under way to it is lost."""
        self.closed = True

    def hand_over(self, data: bytes) -> None:
        """Give `data` to whoever listens at this end, as the modem beside it does; it never was on the link."""
        self._receive(data)

    def reopen(self) -> None:
        """Plug this end in again; harmless when it is."""
        self.closed = False

    def _join(self, far: "VirtualPort") -> None:
        self._far = far

    def _receive(self, data: bytes) -> None:
        if self._receiver is not None and not self.closed:
            self._receiver(data)


class _Wire:
    """One direction: its stages, then the latency, then the port at its end."""

    def __init__(self, stages: Sequence[Stage], clock: Clock, schedule: Schedule, latency: float) -> None:
        self._stages, self._clock, self._schedule, self._latency = stages, clock, schedule, latency
        self.end: VirtualPort | None = None

    def carry(self, data: bytes) -> None:
        forward: Receiver = self._deliver
        for stage in reversed(self._stages):
            forward = partial(stage, forward=forward)
        forward(data)

    def _deliver(self, data: bytes) -> None:
        if self.end is not None:
            self._schedule.at(self._clock.now() + self._latency, partial(self.end._receive, data))


class VirtualCable:
    """A cable between a ground end and an air end.

    Attributes:
        ground: the port of the ground station.
        air: the port of the aircraft.
        up: stages from ground to air, passed in list order; may be changed at any time.
        down: stages from air to ground.
    """

    def __init__(self, clock: Clock, schedule: Schedule, latency: float = 0.005) -> None:
        """Lay a cable whose every piece of bytes arrives `latency` seconds after it left the last stage.

        Raises:
            RigError: the latency is negative.
        """
        if not latency >= 0:
            raise RigError(f"a link's latency cannot be {latency} s: it must be zero or more")
        self.up: list[Stage] = []
        self.down: list[Stage] = []
        upward = _Wire(self.up, clock, schedule, latency)
        downward = _Wire(self.down, clock, schedule, latency)
        self.ground, self.air = VirtualPort("ground", upward), VirtualPort("air", downward)
        upward.end, downward.end = self.air, self.ground
        self.ground._join(self.air)
        self.air._join(self.ground)
