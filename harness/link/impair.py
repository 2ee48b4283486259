"""Stages that make a link worse: silence and delay. Both act on the test clock and count what they did."""

from functools import partial

from harness.errors import RigError
from harness.link.port import Receiver
from harness.timing import Clock, Schedule


class Blackout:
    """Silence on one direction, while both ends stay open.

    Bytes that were already on their way when the cut came still arrive.

    Attributes:
        is_cut: whether the direction is silent now.
        passed_pieces: pieces let through so far.
        swallowed_pieces: pieces that vanished so far.
        swallowed_bytes: their bytes.
    """

    def __init__(self) -> None:
        self.is_cut = False
        self.passed_pieces = self.swallowed_pieces = self.swallowed_bytes = 0

    def cut(self) -> None:
        """Let nothing through from now on."""
        self.is_cut = True

    def restore(self) -> None:
        """Let everything through again; what was swallowed stays lost."""
        self.is_cut = False

    def __call__(self, data: bytes, forward: Receiver) -> None:
        """Forward `data`, or swallow and count it."""
        if self.is_cut:
            self.swallowed_pieces += 1
            self.swallowed_bytes += len(data)
            return
        self.passed_pieces += 1
        forward(data)


class Delay:
    """Holds every piece back for a time; the order of pieces is kept even when the delay is changed."""

    def __init__(self, clock: Clock, schedule: Schedule, seconds: float) -> None:
        self._clock, self._schedule = clock, schedule
        self._last_release = 0.0
        self.set_delay(seconds)

    def set_delay(self, seconds: float) -> None:
        """Delay pieces that come from now on by `seconds`.

        Raises:
            RigError: negative or not a number.
        """
        if not seconds >= 0:
            raise RigError(f"a delay cannot be {seconds} s: it must be zero or more")
        self.seconds = seconds

    def __call__(self, data: bytes, forward: Receiver) -> None:
        """Forward `data` later."""
        self._last_release = max(self._last_release, self._clock.now() + self.seconds)
        self._schedule.at(self._last_release, partial(forward, data))
