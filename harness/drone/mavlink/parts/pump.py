"""Sending much, a little at a time: as long as there is work, a turn of it every tenth of a second."""

from collections.abc import Callable

from harness.drone.mavlink.channel import Channel
from harness.drone.mavlink.part import Post
from harness.timing import Handle

PERIOD = 0.1  # s
# Bytes of payload in one turn. A radio of 57600 baud carries 570 bytes in it, telemetry included; USB is fast.
_RADIO, _TRUSTED = 300, 5000


def allowance(channel: Channel) -> int:
    """Bytes that one turn may put on that port."""
    return _TRUSTED if channel.trusted else _RADIO


class Pump:
    """Calls `work` at once and then every `PERIOD` seconds until it says that nothing is left."""

    def __init__(self, work: Callable[[], bool]) -> None:
        self._work = work
        self._next: Handle | None = None

    def start(self, post: Post) -> None:
        """Have a clock from now on."""
        self._post = post

    def kick(self) -> None:
        """There is work; harmless when it is being done."""
        if self._next is None:
            self._turn()

    def stop(self) -> None:
        """Leave the rest."""
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _turn(self) -> None:
        self._next = None
        if self._work():
            self._next = self._post.schedule.at(self._post.clock.now() + PERIOD, self._turn)
