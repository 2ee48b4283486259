"""A tape of everything that passed a point of a link, and its export as a telemetry log."""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from harness.link.mavframes import Accept, FrameSplitter
from harness.link.port import Receiver, Stage
from harness.timing import Clock


class Direction(Enum):
    """Which way a piece of bytes went."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One piece of bytes as it passed the tape, at `time` seconds of the test clock."""

    time: float
    direction: Direction
    data: bytes


class Tape:
    """Records both directions of a link; put ``tape.up`` and ``tape.down`` among the stages of a cable.

    The place in the list decides what is heard: before a blackout all that was sent, behind it only what got through.

    Attributes:
        pieces: everything heard, oldest first.
        full_at: when the tape was full, s of the test clock; None while it is not. Nothing is heard from then on.
    """

    def __init__(self, clock: Clock, most_bytes: int = 16 << 20) -> None:
        """Record at most `most_bytes` bytes."""
        self._clock, self._room = clock, most_bytes
        self.pieces: list[Piece] = []
        self.full_at: float | None = None
        self.up: Stage = self._head(Direction.UP)
        self.down: Stage = self._head(Direction.DOWN)

    def _head(self, direction: Direction) -> Stage:
        def record(data: bytes, forward: Receiver) -> None:
            self._record(Piece(time=self._clock.now(), direction=direction, data=data))
            forward(data)

        return record

    def _record(self, piece: Piece) -> None:
        if self.full_at is None and len(piece.data) > self._room:
            self.full_at = piece.time
        if self.full_at is None:
            self._room -= len(piece.data)
            self.pieces.append(piece)

    def read_frames(self, accept: Accept) -> list[Piece]:
        """Every whole MAVLink frame on the tape that `accept` holds for one, timed by the piece that completed it."""
        splitters = {direction: FrameSplitter(accept) for direction in Direction}
        return [
            Piece(time=piece.time, direction=piece.direction, data=frame)
            for piece in self.pieces
            for frame in splitters[piece.direction].feed(piece.data)
        ]


def encode_tlog(frames: Iterable[Piece], epoch: float) -> bytes:
    """A telemetry log of `frames`: before each its time, microseconds since 1970 as 8 bytes, big-endian.

    A log has no room for what is no frame: a reader would look for the next time in it.

    Args:
        frames: whole frames, oldest first.
        epoch: Unix time of zero on the test clock, s.
    """
    return b"".join(struct.pack(">Q", round((epoch + frame.time) * 1e6)) + frame.data for frame in frames)
