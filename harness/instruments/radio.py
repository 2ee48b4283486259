"""The radio role: cuts the link, disturbs it, and proves on the far side that it did."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from harness.errors import RigError
from harness.instruments.context import Context
from harness.instruments.figures import Cut
from harness.instruments.undo import Undo
from harness.link.impair import Blackout
from harness.link.port import Receiver
from harness.timing import run_for
from harness.vehicle.corrupt import CorruptFrame

LEAKY, MUTED = "leaky", "muted"
DIRECTIONS = {"both": ("up", "down"), "up": ("up",), "down": ("down",)}
SETTLE = 1.0


@dataclass
class Probe:
    """Counts what passes a point of the link; the one behind every impairment sees what the far side gets."""

    clock: Context
    pieces: int = 0
    last: float = 0.0
    seen: Counter[bytes] = field(default_factory=Counter)

    def __call__(self, data: bytes, forward: Receiver) -> None:
        """Count and forward."""
        self.pieces += 1
        self.seen[data] += 1
        self.last = self.clock.world.now()
        forward(data)


class CableRadio:
    """A virtual radio link. Fault ``leaky``: a cut does not cut; fault ``muted``: an injection injects nothing."""

    def __init__(self, context: Context) -> None:
        self._context, self._world = context, context.world
        self._cable = context.need(context.sockets.radio, "radio link")
        self._blackouts = {"up": Blackout(), "down": Blackout()}
        self._probes = {"up": Probe(context), "down": Probe(context)}
        self._offers = {"up": Probe(context), "down": Probe(context)}
        for name, stages in (("up", self._cable.up), ("down", self._cable.down)):
            stages[:] = [self._offers[name], self._blackouts[name], self._probes[name]]

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
        passed, offered = self._count(self._probes, ways), self._count(self._offers, ways)

        def end() -> None:
            for way in ways:
                self._blackouts[way].restore()
            leaked = self._count(self._probes, ways) - passed
            tried = self._count(self._offers, ways) - offered
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
        world, far = self._world, self._probes["up"]
        before = far.seen.copy()
        start = world.now()
        for number, frame in enumerate(frames):
            if self._context.fault != MUTED:
                world.schedule.at(start + number / rate, lambda data=frame.data: self._cable.ground.send(data))  # type: ignore[misc]
        run_for(world, len(frames) / rate + SETTLE)
        # by their bytes: the station's own frames, which go the same way, prove nothing
        seen = (Counter(frame.data for frame in frames) & (far.seen - before)).total()
        detail = f"{len(frames)} damaged frames sent, {seen} of them seen at the far side"
        self._context.check("injector.seen", seen == len(frames), detail)

    def _count(self, probes: dict[str, Probe], ways: Sequence[str]) -> int:
        return sum(probes[way].pieces for way in ways)
