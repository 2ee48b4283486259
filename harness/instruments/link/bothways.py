"""What a link delivers each way, by a ground station alone: the article's numbered frames, and pings that come back."""

import math
from dataclasses import dataclass

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.timing import Deadline, Wait, World, run_for, wait_until
from harness.vehicle.codec import Message
from harness.vehicle.vehicle import Vehicle

PING_PERIOD = 0.1  # s
_NANO = 1e9

UP, DOWN = "up", "down"
LEAST_SENT = 0.5


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What got through in a while.

    Attributes:
        sent: pings that were sent to the article.
        answered: those that came back.
        heard: frames of the article that came.
        missed: frames of it that its numbers say lay between.
        duration: how long frames were counted, s.
    """

    sent: int
    answered: int
    heard: int
    missed: int
    duration: float

    @property
    def silent(self) -> bool:
        """Whether nothing came at all."""
        return not (self.heard or self.answered)

    @property
    def rate(self) -> float:
        """Frames that the article sent, 1/s."""
        return (self.heard + self.missed) / self.duration

    def shares(self, whole: "Delivery") -> "Shares":
        """What got through each way, when `whole` is what does on a good link.

        Numbers do not tell what was missed after the last frame that came, so at least half of the frames of a good
        link count as sent.
        """
        sent = max(self.heard + self.missed, LEAST_SENT * whole.rate * self.duration)
        down = self.heard / sent if sent else 0.0
        up = min(self.answered / self.sent / down, 1.0) if down else math.nan
        return Shares(down=down, up=up)


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Shares of what was sent that got through.

    Attributes:
        down: of the article's frames.
        up: of the pings to the article. One is answered when it and its answer get through, so it is the share of
            answers over `down`; NaN when nothing comes down that could tell.
    """

    down: float
    up: float

    def lost(self, least: float) -> str:
        """The way that delivers less than `least`: "down", which hides the other one, "up", or "" for none."""
        if self.down < least:
            return DOWN
        return UP if self.up < least else ""


class BothWays:
    """Tries both ways of a link with TIMESYNC, which changes nothing."""

    def __init__(self, client: Vehicle, world: World) -> None:
        self._client, self._world = client, world
        self._sent: set[int] = set()
        self._answered: set[int] = set()

    def take(self, duration: float, longest: float) -> Delivery:
        """Ping ten times a second for `duration` s, then wait up to `longest` s for answers on their way."""
        sequence, start = self._client.telemetry.sequence, self._world.now()
        sequence.restart()
        forget = self._client.telemetry.subscribe("TIMESYNC", self._hear)
        stop = self._world.schedule.every(PING_PERIOD, self._ping, start=self._world.now())
        try:
            run_for(self._world, duration)
            stop()
            self._await_answers(longest)
        finally:
            stop()
            forget()
        return Delivery(
            sent=len(self._sent),
            answered=len(self._answered),
            heard=sequence.heard,
            missed=sequence.missed,
            duration=self._world.now() - start,
        )

    def _await_answers(self, longest: float) -> None:
        over = Deadline(self._world, longest)
        wait = Wait(name="answers to pings", within=2.0 * longest)
        wait_until(self._world, lambda: self._answered == self._sent or over.passed(), wait)

    def _ping(self) -> None:
        stamp = round(self._world.now() * _NANO)
        self._sent.add(stamp)
        self._client.send(mavlink.MAVLink_timesync_message(0, stamp))

    def _hear(self, message: Message) -> None:
        if message.tc1 != 0 and message.ts1 in self._sent:
            self._answered.add(message.ts1)
