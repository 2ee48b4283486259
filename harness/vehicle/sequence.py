"""What of a sender's numbered frames was missed: the share that a link delivers, told by the receiving end alone."""

_NUMBERS = 256  # one byte counts the frames of a sender in either version of MAVLink


class Sequence:
    """Counts the frames of one sender that came, and those that its numbers say were sent between them.

    A gap of 256 frames or more is counted short by multiples of 256; a frame that comes twice counts once.

    Attributes:
        heard: frames that came.
        missed: frames that lay between them.
    """

    def __init__(self) -> None:
        self.heard, self.missed = 0, 0
        self._last: int | None = None

    def take(self, number: int) -> None:
        """Count the frame that has this number, 0 to 255."""
        if number == self._last:
            return
        if self._last is not None:
            self.missed += (number - self._last - 1) % _NUMBERS
        self.heard, self._last = self.heard + 1, number

    def restart(self) -> None:
        """Count from zero, and nothing of what lies between now and the next frame."""
        self.heard, self.missed, self._last = 0, 0, None
