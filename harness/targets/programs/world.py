"""What the worlds of real autopilots have in common: the cables, and an article that is a program while powered."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from harness.errors import NotOffered, RigError
from harness.link.virtual import VirtualCable
from harness.targets.programs.card import ProgramCard
from harness.targets.programs.cockpit import Firmware
from harness.timing import Schedule
from harness.vehicle.dialect import Dialect


class Powered(Protocol):
    """What there is only while the article has power."""

    def stop(self) -> None:
        """End the program in the orderly way."""
        ...

    def kill(self) -> None:
        """End the program at once."""
        ...

    def release(self) -> None:
        """Give back what was opened for it."""
        ...


P = TypeVar("P", bound=Powered)


class ProgramWorld(Generic[P]):
    """One case with a program in it, not yet started.

    Attributes:
        usb: the cable to the trusted port.
        card: what the program leaves when it ends.
        schedule: what happens when, on the test clock.
    """

    def __init__(self, firmware: Firmware, dialect: Dialect, seed: int, *, rig_latency: float) -> None:
        """Lay the cables: to the trusted port, two radios, and the rig's own port, late by `rig_latency` s."""
        self._firmware, self._dialect, self._seed = firmware, dialect, seed
        self._now = 0.0
        self.schedule = Schedule()
        self.usb, self._radio, self._second = (VirtualCable(self, self.schedule) for _ in range(3))
        self._rig = VirtualCable(self, self.schedule, latency=rig_latency)
        self.card = ProgramCard()
        self._second_laid = False
        self._on: P | None = None
        self._stop_chores: Callable[[], None] = lambda: None

    @property
    def powered(self) -> bool:
        """Whether the autopilot runs."""
        return self._on is not None

    def now(self) -> float:
        """Seconds since the world began."""
        return self._now

    def power_off(self) -> None:
        """End the autopilot in the orderly way; harmless when it is off."""
        self._end(lambda on: on.stop())

    def power_cut(self) -> None:
        """End the autopilot at once; harmless when it is off."""
        self._end(lambda on: on.kill())

    def lay_cable(self, *, radio: bool) -> VirtualCable:
        """One more radio link to the powered article: the autopilot's second telemetry port.

        Raises:
            RigError: it has no power, is laid already, or a trusted port is asked for: this program has one.
        """
        self._running()
        if not radio or self._second_laid:
            raise NotOffered("this autopilot has one trusted port and two radio ports, and no further one")
        self._second_laid = True
        return self._second

    @property
    def _cables(self) -> tuple[VirtualCable, ...]:
        return self.usb, self._radio, self._second, self._rig

    def _running(self) -> P:
        if self._on is None:
            raise RigError("the article has no power: nothing can be seen of its flight")
        return self._on

    def _end(self, how: Callable[[P], None]) -> None:
        self._stop_chores()
        on, self._on, self._second_laid = self._on, None, False
        if on is not None:
            try:
                how(on)
            finally:
                on.release()
