"""A tape of everything that passed a point of a link, and its export as a telemetry log."""

import struct
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from harness.link.mavframes import FrameSplitter
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
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.pieces: list[Piece] = []
        self.up: Stage = self._head(Direction.UP)
        self.down: Stage = self._head(Direction.DOWN)

    def _head(self, direction: Direction) -> Stage:
        def record(data: bytes, forward: Receiver) -> None:
            self.pieces.append(Piece(time=self._clock.now(), direction=direction, data=data))
            forward(data)

        return record

    def read_frames(self) -> list[Piece]:
        """Every whole MAVLink frame on the tape, timed by the piece that completed it."""
        splitters = {direction: FrameSplitter() for direction in Direction}
        return [
            Piece(time=piece.time, direction=piece.direction, data=frame)
            for piece in self.pieces
            for frame in splitters[piece.direction].feed(piece.data)
        ]

    def write_tlog(self, path: Path, epoch: float = 0.0) -> int:
        """Write the frames as a telemetry log: big-endian microseconds, 8 bytes, before each frame.

        Args:
            path: file to write; an existing one is replaced.
            epoch: Unix time of zero on the test clock, s.

        Returns:
            Number of frames written.

        Raises:
            OSError: the file cannot be written.
        """
        frames = self.read_frames()
        with path.open("wb") as log:
            for frame in frames:
                log.write(struct.pack(">Q", round((epoch + frame.time) * 1e6)) + frame.data)
        return len(frames)
