"""Where MAVLink frames begin and end in a stream of bytes, by their headers alone.

Knows no message and no checksum: who knows them hands in `accept`. Frame layout: mavlink.io, "Packet
Serialization" (v1: 8 bytes around the payload; v2: 12, and 13 more when signed).
"""

import re
from collections.abc import Callable

MAGIC_V1 = 0xFE
MAGIC_V2 = 0xFD
SIGNED_FLAG = 0x01
SIGNATURE_LENGTH = 13
_OVERHEAD_V1 = 8
_OVERHEAD_V2 = 12
LONGEST_FRAME = _OVERHEAD_V2 + 255 + SIGNATURE_LENGTH

_MAGIC = re.compile(b"[%c%c]" % (MAGIC_V1, MAGIC_V2))

Accept = Callable[[bytes], bool]


def frame_length(header: bytes | bytearray) -> int | None:
    """Whole length in bytes of the frame that starts with `header`; None when it has too few bytes to tell.

    `header` must begin with one of the two magic bytes.
    """
    if len(header) < 3:
        return None
    if header[0] == MAGIC_V1:
        return _OVERHEAD_V1 + header[1]
    return _OVERHEAD_V2 + header[1] + (SIGNATURE_LENGTH if header[2] & SIGNED_FLAG else 0)


class FrameSplitter:
    """Cuts a byte stream into frames, however the stream was chopped.

    A candidate that `accept` refuses loses only its first byte, so a false start or a truncated frame never
    hides the good frame behind it; it may hold it back until as many bytes have come as it claims to be long,
    because what lies inside a frame must not be taken for a frame. Less than one frame is kept between calls.

    Attributes:
        skipped_bytes: bytes that belonged to no frame.
        refused_frames: candidates that `accept` refused.
    """

    def __init__(self, accept: Accept = lambda frame: True) -> None:
        self._accept = accept
        self._rest = b""
        self.skipped_bytes = 0
        self.refused_frames = 0

    def feed(self, data: bytes) -> list[bytes]:
        """The frames that `data` completes, oldest first."""
        stream = self._rest + data
        frames: list[bytes] = []
        position = 0
        while start := _MAGIC.search(stream, position):
            self.skipped_bytes += start.start() - position
            position = start.start()
            length = frame_length(stream[position : position + 3])
            if length is None or position + length > len(stream):
                break
            position += self._judge(stream[position : position + length], frames)
        else:
            self.skipped_bytes += len(stream) - position
            position = len(stream)
        self._rest = stream[position:]
        return frames

    def _judge(self, candidate: bytes, frames: list[bytes]) -> int:
        if self._accept(candidate):
            frames.append(candidate)
            return len(candidate)
        self.refused_frames += 1
        self.skipped_bytes += 1
        return 1
