"""The radio role: cuts the link, disturbs it, proves on the far side that it did, and keeps a log of what passed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from harness.errors import RigError
from harness.instruments.context import Context
from harness.instruments.figures import Cut
from harness.instruments.recording import show_recording
from harness.instruments.undo import Undo
from harness.link.impair import Blackout
from harness.link.port import Receiver
from harness.link.recorder import LinkRecorder
from harness.link.taping import Tape, encode_tlog
from harness.timing import Clock, run_for
from harness.vehicle.codec import Identity, is_intact
from harness.vehicle.corrupt import CorruptFrame

LEAKY, MUTED = "leaky", "muted"
DIRECTIONS = {"both": ("up", "down"), "up": ("up",), "down": ("down",)}
SETTLE = 1.0
TLOG = "application/x-mavlink-tlog"


@dataclass
class Probe:
    """Behind every impairment: counts what the far side of a direction gets.

    Attributes:
        pieces: how many pieces passed.
        last: when the newest did, s of the test clock.
        seen: how often each piece passed, while someone wants to know.
    """

    clock: Clock
    pieces: int = 0
    last: float = 0.0
    seen: Counter[bytes] | None = None

    def __call__(self, data: bytes, forward: Receiver) -> None:
        """Count and forward."""
        self.pieces += 1
        self.last = self.clock.now()
        if self.seen is not None:
            self.seen[data] += 1
        forward(data)


class CableRadio:
    """A virtual radio link, on tape. Fault ``leaky``: a cut does not cut; ``muted``: an injection injects nothing."""

    def __init__(self, context: Context) -> None:
        self._context, self._world = context, context.world
        self._cable = context.need(context.sockets.radio, "radio link")
        self._blackouts = {"up": Blackout(), "down": Blackout()}
        self._probes = {"up": Probe(self._world), "down": Probe(self._world)}
        self._tape = Tape(self._world)
        self._cable.up[:] = [self._blackouts["up"], self._probes["up"], self._tape.up]
        self._cable.down[:] = [self._blackouts["down"], self._probes["down"], self._tape.down]
        self._recorder = LinkRecorder(self._cable, self._world)

    @contextmanager
    def cut(self, direction: str) -> Iterator[Cut]:
        """Silence `direction` ("both", "up" to the article, "down" from it); the sockets stay open.

        Raises:
            RigError: on leaving, when a frame got through, or when nothing was offered that could have. An error of
                the body stays the one that is raised; the control is recorded all the same.
        """
        if direction not in DIRECTIONS:
            raise RigError(f"the radio knows no direction {direction!r}; it knows {', '.join(DIRECTIONS)}")
        ways = DIRECTIONS[direction]
        passed, offered = self._passed(ways), self._offered(ways)

        def end() -> None:
            for way in ways:
                self._blackouts[way].restore()
            self._show_link()
            leaked, tried = self._passed(ways) - passed, self._offered(ways) - offered
            detail = f"{tried} pieces were offered during the cut ({direction}), {leaked} reached the far side"
            self._context.check("link.cut", tried > 0 and leaked == 0, detail)

        if self._context.fault != LEAKY:
            for way in ways:
                self._blackouts[way].cut()
        with Undo(end):
            yield Cut(last_frame=self._probes["up"].last)

    def inject(self, frames: Sequence[CorruptFrame], *, rate: float) -> None:
        """Send `frames` towards the article, `rate` a second.

        Raises:
            RigError: not all of them were seen at the far side.
        """
        world, seen = self._world, Counter[bytes]()
        self._probes["up"].seen = seen
        start = world.now()
        for number, frame in enumerate(frames):
            if self._context.fault != MUTED:
                world.schedule.at(start + number / rate, partial(self._cable.ground.send, frame.data))
        run_for(world, len(frames) / rate + SETTLE)
        self._probes["up"].seen = None
        self._show_link()
        # by their bytes: the station's own frames, which go the same way, prove nothing
        found = (Counter(frame.data for frame in frames) & seen).total()
        detail = f"{len(frames)} damaged frames sent, {found} of them seen at the far side"
        self._context.check("injector.seen", found == len(frames), detail)

    def _offered(self, ways: Sequence[str]) -> int:
        return sum(self._blackouts[way].passed_pieces + self._blackouts[way].swallowed_pieces for way in ways)

    def _passed(self, ways: Sequence[str]) -> int:
        return sum(self._probes[way].pieces for way in ways)

    def _show_link(self) -> None:
        frames = self._tape.read_frames(is_intact)
        self._context.log.exhibit("radio link", TLOG, encode_tlog(frames, Identity().epoch), "capture")
        show_recording(self._recorder, self._context.log)
        left_out = sum(len(piece.data) for piece in self._tape.pieces) - sum(len(frame.data) for frame in frames)
        text = f"radio link, what got through since power-on: {len(frames)} frames"
        if left_out:
            text += f"; {left_out} bytes of damaged ones are left out, a log has no place for them"
        if self._tape.full_at is not None:
            text += f"; the tape was full at {self._tape.full_at:.1f} s"
        self._context.log.note(text)
