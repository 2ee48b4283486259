"""The flight recorder of a link: every piece that was offered, with what the stages made of it."""

from collections import defaultdict, deque
from dataclasses import dataclass

from harness.link.port import Receiver, Stage
from harness.link.taping import Direction, Piece
from harness.link.virtual import VirtualCable
from harness.timing import Clock

# s in which a piece that has not arrived may still be under way
MAY_COME = 1.0


@dataclass(frozen=True, kw_only=True)
class Fate:
    """A piece and what became of it, in words."""

    piece: Piece
    decision: str


class LinkRecorder:
    """Hears a cable before its first stage and behind its last, and tells from both what the stages decided.

    A piece that came out as it went in was delivered, at once or late; what came out and was never offered was altered
    or doubled on the way, or sent in between. So no stage need tell of itself. Call :meth:`embrace` again when stages
    were added outside the taps.
    """

    def __init__(self, cable: VirtualCable, clock: Clock, most_pieces: int = 200_000) -> None:
        """Record at most that many pieces on each side."""
        self._cable, self._clock, self._most = cable, clock, most_pieces
        self._offered: list[Piece] = []
        self._arrived: list[Piece] = []
        self._taps = {
            way: (self._tap(way, self._offered), self._tap(way, self._arrived))
            for way in (Direction.UP, Direction.DOWN)
        }
        self.embrace()

    @property
    def full(self) -> bool:
        """Whether something was not recorded for want of room."""
        return len(self._offered) >= self._most or len(self._arrived) >= self._most

    def embrace(self) -> None:
        """Be the first and the last stage of both directions."""
        for way, stages in ((Direction.UP, self._cable.up), (Direction.DOWN, self._cable.down)):
            first, last = self._taps[way]
            rest = [stage for stage in stages if stage is not first and stage is not last]
            stages[:] = [first, *rest, last]

    def read_fates(self, since: float = 0.0) -> list[Fate]:
        """What was offered or arrived since then (s of the test clock), by the time at which it was first seen."""
        arrivals: dict[tuple[Direction, bytes], deque[Piece]] = defaultdict(deque)
        for piece in self._arrived:
            arrivals[piece.direction, piece.data].append(piece)
        # those before are decided too, or an arrival of theirs would stand for a piece that came out unasked
        late = self._clock.now() - MAY_COME
        fates = [Fate(piece=piece, decision=_decision(piece, arrivals, late)) for piece in self._offered]
        left = [piece for queue in arrivals.values() for piece in queue]
        fates += [Fate(piece=piece, decision="arrived, but was not offered so") for piece in left]
        return sorted((fate for fate in fates if fate.piece.time >= since), key=lambda fate: fate.piece.time)

    def _tap(self, way: Direction, pieces: list[Piece]) -> Stage:
        def record(data: bytes, forward: Receiver) -> None:
            if len(pieces) < self._most:
                pieces.append(Piece(time=self._clock.now(), direction=way, data=data))
            forward(data)

        return record


def _decision(piece: Piece, arrivals: dict[tuple[Direction, bytes], deque[Piece]], late: float) -> str:
    queue = arrivals[piece.direction, piece.data]
    if not queue or queue[0].time < piece.time:
        return "lost or altered" if piece.time <= late else "pending when this was written"
    late = queue.popleft().time - piece.time
    return f"delayed {late * 1000:.1f} ms" if late > 0 else "delivered"
