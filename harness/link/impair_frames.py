"""From bytes to frames: what stands behind this stage meets whole MAVLink frames, however many came as one piece."""

from harness.link.mavframes import FrameSplitter
from harness.link.port import Receiver


class Framing:
    """Forwards each whole frame as a piece of its own; bytes that are no frame go no further.

    Stages behind it are frame-true, without it they are byte-true: they act on pieces as the sender made them.

    Attributes:
        frames: frames forwarded so far.
    """

    def __init__(self) -> None:
        self._splitter = FrameSplitter()
        self.frames = 0

    @property
    def skipped_bytes(self) -> int:
        """Bytes that belonged to no frame and were dropped."""
        return self._splitter.skipped_bytes

    def __call__(self, data: bytes, forward: Receiver) -> None:
        """Forward the frames that `data` completes."""
        for frame in self._splitter.feed(data):
            self.frames += 1
            forward(frame)
