"""What stands between the wire and the gateway: it can be shut, and the date behind it can be another one."""

from harness.link.ethernet import Receiver, WireEnd
from harness.timing import Clock


class Valve(WireEnd):
    """The gateway's end of the wire; shut, it lets nothing through either way.

    Attributes:
        shut: whether it is.
        dropped: frames that came to the gateway while it was shut.
        sent: frames that it put on the wire.
    """

    def __init__(self, end: WireEnd) -> None:
        self.shut, self.dropped, self.sent = False, 0, 0
        self._end = end
        self._inward: Receiver | None = None

    def send(self, frame: bytes) -> None:
        """Pass a frame of the gateway on."""
        if not self.shut:
            self.send_past(frame)

    def listen(self, receiver: Receiver | None) -> None:
        """Pass what comes from the wire to `receiver`."""
        self._inward = receiver
        self._end.listen(self._take)

    def send_past(self, frame: bytes) -> None:
        """Send a frame of the bench itself, shut or not."""
        self.sent += 1
        self._end.send(frame)

    def _take(self, frame: bytes) -> None:
        if self.shut:
            self.dropped += 1
        elif self._inward is not None:
            self._inward(frame)


class BenchDate:
    """The clock of the gateway's servers: the test clock, set ahead.

    Attributes:
        ahead: s.
    """

    def __init__(self, clock: Clock) -> None:
        self.ahead = 0.0
        self._clock = clock

    def now(self) -> float:
        """Test clock and what it was set ahead, s."""
        return self._clock.now() + self.ahead
