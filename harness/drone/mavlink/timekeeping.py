"""TIMESYNC: the drone tells its clock to whoever asks, and asks whoever answers.

Both clocks count nanoseconds (mavlink.io, "Time Synchronization"): `tc1` zero is a request, anything else an answer.
"""

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.channel import Channel
from harness.drone.mavlink.empty_part import EmptyPart
from harness.drone.mavlink.inbound import Message
from harness.timing import Clock


class Timekeeping(EmptyPart):
    """Answers requests; TIMESYNC as a stream sends requests of its own.

    Attributes:
        offset: clock of the last that answered, less the drone's, s; None until one did.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.offset: float | None = None
        self.handlers = {"TIMESYNC": self._synchronise}
        self.reports = {"TIMESYNC": lambda: mavlink.MAVLink_timesync_message(0, self._now())}

    def _now(self) -> int:
        return round(self._clock.now() * 1e9)

    def _synchronise(self, channel: Channel, message: Message) -> None:
        now = self._now()
        if message.tc1 == 0:
            self.post.send(channel, [mavlink.MAVLink_timesync_message(now, message.ts1)], self.component)
        elif 0 < message.ts1 <= now:
            self.offset = (message.tc1 - (message.ts1 + now) / 2) * 1e-9
