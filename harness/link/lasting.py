"""A link that is opened again after it broke, with a record of each break."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from harness.errors import RigError
from harness.link.port import Port, Receiver
from harness.timing import Clock, Inputs, Schedule

RETRY = 0.5  # s


class Opening(Protocol):
    """Where a link is and how it is opened; its text is how rig files write it. A ``Place`` is one."""

    def open(self, inputs: Inputs, ended: Callable[[], None]) -> Port:
        """Open it; `ended` is called once when it ends by itself.

        Raises:
            RigError: it cannot be opened.
        """
        ...


@dataclass(kw_only=True)
class Break:
    """A link that ended by itself: when, and when it was there again (s of the test clock; None: not yet)."""

    start: float
    end: float | None = None


class LastingPort:
    """Implements :class:`harness.link.port.Port`; while it is broken, what is sent is lost.

    Attributes:
        place: where it is.
        breaks: oldest first.
        received: bytes that came in.
    """

    def __init__(
        self, place: Opening, inputs: Inputs, timer: tuple[Clock, Schedule], tell: Callable[[str], None]
    ) -> None:
        """Open `place`; `tell` hears of every break.

        Raises:
            RigError: it cannot be opened.
        """
        self.place, self._inputs, self._tell = place, inputs, tell
        self._clock, self._schedule = timer
        self._receiver: Receiver | None = None
        self._closing = False
        self.breaks: list[Break] = []
        self.received = 0
        self._port: Port | None = None
        self._open()

    def send(self, data: bytes) -> None:
        """Hand `data` to the far end; never blocks."""
        if self._port is not None:
            # it may break at this very moment; then the break is told
            with suppress(RigError):
                self._port.send(data)

    def listen(self, receiver: Receiver) -> None:
        """Call `receiver` with every piece of bytes that arrives; replaces an earlier receiver."""
        self._receiver = receiver

    def close(self) -> None:
        """Close for good; harmless when closed."""
        self._closing = True
        if self._port is not None:
            self._port.close()
            self._port = None

    def _open(self) -> None:
        self._port = self.place.open(self._inputs, self._ended)
        self._port.listen(self._take)

    def _take(self, data: bytes) -> None:
        self.received += len(data)
        if self._receiver is not None:
            self._receiver(data)

    def _ended(self) -> None:
        if self._closing:
            return
        self._port = None
        now = self._clock.now()
        self.breaks.append(Break(start=now))
        self._tell(f"the link {self.place} broke at {now:.2f} s: look at its cable and at what is at its far end")
        self._schedule.at(now + RETRY, self._reopen)

    def _reopen(self) -> None:
        if self._closing:
            return
        try:
            self._open()
        except RigError:
            self._schedule.at(self._clock.now() + RETRY, self._reopen)
        else:
            self.breaks[-1].end = self._clock.now()
