"""The received level of a radio link, as an attenuator sets it, and the loss below the receiver's sensitivity.

Illustrative: one level for both directions and a hard threshold; nothing is modulated.
"""

from harness.link.port import Receiver
from harness.timing import Clock

STRONG = -60.0
SENSITIVITY = -105.0
# interference over signal that the spreading of the band still bears, dB; illustrative
BORNE = 10.0


class Signal:
    """A stage of both directions: what is received below the sensitivity is lost.

    Attributes:
        strong: level that nothing is lost at, dBm.
        sensitivity: level below which everything is lost, dBm.
        lost: pieces that were too weak so far.
    """

    strong = STRONG
    sensitivity = SENSITIVITY

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._level, self._slope, self._since = STRONG, 0.0, 0.0
        self._interference: float | None = None
        self.lost = 0

    def set_level(self, level: float, *, slope: float = 0.0) -> None:
        """Receive `level` dBm from now on, falling by `slope` dB a second."""
        self._level, self._slope, self._since = level, slope, self._clock.now()

    def set_interference(self, ratio: float | None) -> None:
        """Interfere at `ratio` dB over the signal from now on; None: not at all."""
        self._interference = ratio

    def read_level(self, at: float | None = None) -> float:
        """Level now, or at a time since it was last set (s of the test clock), dBm."""
        time = self._clock.now() if at is None else at
        return self._level - self._slope * (time - self._since)

    def __call__(self, data: bytes, forward: Receiver) -> None:
        """Forward what is strong enough."""
        jammed = self._interference is not None and self._interference > BORNE
        if jammed or self.read_level() < SENSITIVITY:
            self.lost += 1
            return
        forward(data)
