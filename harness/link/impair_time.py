"""Stages that act on when pieces arrive: jitter, overtaking, doubling, a capped rate. All on the test clock."""

import math
from dataclasses import dataclass
from functools import partial
from random import Random

from harness.errors import RigError
from harness.link.impair_loss import check_share
from harness.link.port import Receiver
from harness.timing import Clock, Schedule


@dataclass(frozen=True, kw_only=True)
class Spread:
    """A delay that varies evenly from `mean` - `half` to `mean` + `half`, s.

    Raises:
        RigError: not finite, or below 0 at its shortest.
    """

    mean: float
    half: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mean) and 0.0 <= self.half <= self.mean):
            raise RigError(
                f"a delay cannot be {self.mean} s plus or minus {self.half} s: keep its shortest at 0 or more"
            )


class Jitter:
    """Delays each piece by a time of its own; nothing overtakes, so a piece can wait for the one before it."""

    def __init__(self, clock: Clock, schedule: Schedule, spread: Spread, rng: Random) -> None:
        self._clock, self._schedule, self._spread, self._rng = clock, schedule, spread, rng
        self._last_release = 0.0

    def __call__(self, data: bytes, forward: Receiver) -> None:
        """Forward `data` later."""
        wait = self._rng.uniform(self._spread.mean - self._spread.half, self._spread.mean + self._spread.half)
        self._last_release = max(self._last_release, self._clock.now() + wait)
        self._schedule.at(self._last_release, partial(forward, data))


class Reordering:
    """Holds some pieces back, so that later ones overtake them.

    Attributes:
        offered: pieces that came.
        held: pieces that were held back.
    """

    def __init__(self, clock: Clock, schedule: Schedule, hold: tuple[float, float], rng: Random) -> None:
        """Hold back a share of the pieces for a time: `hold` is (share, s).

        Raises:
            RigError: no share, or no time of 0 s or more.
        """
        self._share, self._wait = check_share("reordering", hold[0]), hold[1]
        if not (math.isfinite(self._wait) and self._wait >= 0.0):
            raise RigError(f"a piece cannot be held back for {self._wait} s: it must be zero or more")
        self._clock, self._schedule, self._rng = clock, schedule, rng
        self.offered = self.held = 0

    def __call__(self, data: bytes, forward: Receiver) -> None:
        """Forward now, or hold back."""
        self.offered += 1
        if self._rng.random() >= self._share:
            forward(data)
            return
        self.held += 1
        self._schedule.at(self._clock.now() + self._wait, partial(forward, data))


class Duplication:
    """Forwards some pieces twice, as a radio does whose acknowledgement was lost.

    Attributes:
        offered: pieces that came.
        doubled: pieces that went on twice.
    """

    def __init__(self, probability: float, rng: Random) -> None:
        """Double with `probability`.

        Raises:
            RigError: it is no probability.
        """
        self._probability, self._rng = check_share("duplication", probability), rng
        self.offered = self.doubled = 0

    def __call__(self, data: bytes, forward: Receiver) -> None:
        """Forward once or twice."""
        self.offered += 1
        forward(data)
        if self._rng.random() < self._probability:
            self.doubled += 1
            forward(data)


@dataclass(frozen=True, kw_only=True)
class Cap:
    """A token bucket with a queue before it.

    Attributes:
        rate: bytes a second in the long run.
        bucket: bytes that may go at once after a pause.
        queue: bytes that may wait; what finds no room is lost.

    Raises:
        RigError: not finite or not positive.
    """

    rate: float
    bucket: float
    queue: float

    def __post_init__(self) -> None:
        if not all(math.isfinite(value) and value > 0.0 for value in (self.rate, self.bucket, self.queue)):
            raise RigError(f"a link cannot be capped by {self}: rate, bucket and queue must be positive")


class Bandwidth:
    """Caps the rate; pieces keep their order, whole pieces are lost when the queue is full.

    Attributes:
        offered: pieces that came.
        lost: pieces that found the queue full.
        waiting: bytes in the queue now.
    """

    def __init__(self, clock: Clock, schedule: Schedule, cap: Cap) -> None:
        self._clock, self._schedule, self._cap = clock, schedule, cap
        self._full_at = 0.0  # when the bucket will be full again
        self.offered = self.lost = self.waiting = 0

    def __call__(self, data: bytes, forward: Receiver) -> None:
        """Forward `data` as soon as the bucket holds it and all before it have gone."""
        self.offered += 1
        now, cap = self._clock.now(), self._cap
        full_at = max(self._full_at, now) + len(data) / cap.rate
        release = full_at - cap.bucket / cap.rate
        if release <= now:
            self._full_at = full_at
            forward(data)
        elif self.waiting + len(data) > cap.queue:
            self.lost += 1
        else:
            self._full_at = full_at
            self.waiting += len(data)
            self._schedule.at(release, partial(self._release, data, forward))

    def _release(self, data: bytes, forward: Receiver) -> None:
        self.waiting -= len(data)
        forward(data)
