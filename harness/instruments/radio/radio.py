"""The radio role: cuts the link, disturbs it, proves on the far side that it did, and keeps a log of what passed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from harness.errors import RigError
from harness.instruments.context import Context
from harness.instruments.figures import Cut
from harness.instruments.link.beats import Silence, is_heartbeat, read_silences
from harness.instruments.link.impair import Traffic, build_stages, read_impairment
from harness.instruments.link.recording import show_recording
from harness.instruments.link.sweep import SweepPoint, sweep_charts
from harness.instruments.story import Story
from harness.instruments.undo import Undo
from harness.link.impair import Blackout
from harness.link.impair_plan import Impairment
from harness.link.port import Receiver, Stage
from harness.link.recorder import LinkRecorder
from harness.link.taping import Tape, encode_tlog
from harness.timing import Clock, run_for
from harness.vehicle.codec import is_intact
from harness.vehicle.corrupt import CorruptFrame

LEAKY, MUTED, IDLE = "leaky", "muted", "idle"
DIRECTIONS = {"both": ("up", "down"), "up": ("up",), "down": ("down",)}
SETTLE = 1.0
OUTLASTING, LONGEST_LOSS = 1.0, 60.0  # s
# how long after an impairment its last frames may still be under way, s
DRAIN = 3.0
TLOG = "application/x-mavlink-tlog"


@dataclass
class Probe:
    """Behind every impairment: counts what the far side of a direction gets.

    Attributes:
        pieces: how many pieces passed.
        last: when the newest did, s of the test clock.
        seen: how often each piece passed, while someone wants to know.
        beats: when heartbeats passed.
    """

    clock: Clock
    pieces: int = 0
    last: float = 0.0
    seen: Counter[bytes] | None = None
    beats: list[float] = field(default_factory=list)

    def __call__(self, data: bytes, forward: Receiver) -> None:
        """Count and forward."""
        self.pieces += 1
        self.last = self.clock.now()
        if self.seen is not None:
            self.seen[data] += 1
        if is_heartbeat(data):
            self.beats.append(self.last)
        forward(data)


class CableRadio:
    """A virtual radio link, on tape.

    Fault ``leaky``: a cut does not cut; ``muted``: an injection injects nothing; ``idle``: an impairment does nothing.
    """

    def __init__(self, context: Context) -> None:
        self._context, self._world = context, context.world
        self._cable = context.need(context.sockets.radio, "radio link")
        self._blackouts = {"up": Blackout(), "down": Blackout()}
        self._probes = {"up": Probe(self._world), "down": Probe(self._world)}
        self._tape = Tape(self._world)
        self._shown = 0.0
        self._impaired = 0
        self._cable.up[:] = [self._blackouts["up"], self._probes["up"], self._tape.up]
        self._cable.down[:] = [self._blackouts["down"], self._probes["down"], self._tape.down]
        self._recorder = LinkRecorder(self._cable, self._world)

    @contextmanager
    def cut(self, direction: str, story: Story) -> Iterator[Cut]:
        """Silence `direction` ("both", "up" to the article, "down" from it); the sockets stay open. `story` shows it.

        Raises:
            RigError: on leaving, when a frame got through, or when nothing was offered that could have. An error of
                the body stays the one that is raised; the control is recorded all the same.
        """
        if direction not in DIRECTIONS:
            raise RigError(f"the radio knows no direction {direction!r}; it knows {', '.join(DIRECTIONS)}")
        ways, start = DIRECTIONS[direction], self._world.now()
        passed, offered = self._passed(ways), self._offered(ways)

        def end() -> None:
            for way in ways:
                self._blackouts[way].restore()
            story.shade(f"link silent ({direction})", start, self._world.now())
            self._show_link()
            leaked, tried = self._passed(ways) - passed, self._offered(ways) - offered
            detail = f"{tried} pieces were offered during the cut ({direction}), {leaked} reached the far side"
            self._context.check("link.cut", tried > 0 and leaked == 0, detail)

        if self._context.fault != LEAKY:
            for way in ways:
                self._blackouts[way].cut()
        with Undo(end):
            yield Cut(last_frame=self._probes["up"].last)

    @contextmanager
    def closed(self, story: Story) -> Iterator[Cut]:
        """The link while its ground end is closed, as a program that ends closes its socket; the article can see it.

        Raises:
            RigError: on leaving, when the end was open or a frame got through.
        """
        ways, start = DIRECTIONS["both"], self._world.now()
        if self._context.fault == LEAKY:
            self._cable.ground.reopen()
        passed, shut = self._passed(ways), self._cable.air.closed_by_peer

        def end() -> None:
            story.shade("link closed", start, self._world.now())
            self._show_link()
            leaked = self._passed(ways) - passed
            detail = f"the ground end was {'closed' if shut else 'open'}, {leaked} pieces reached a far side"
            self._context.check("link.closed", shut and leaked == 0, detail)

        with Undo(end):
            yield Cut(last_frame=self._probes["up"].last)

    @contextmanager
    def impaired(self, row: Mapping[str, Any], story: Story) -> Iterator[Mapping[str, Traffic]]:
        """Impair both directions, each for itself, as a row of conditions says; yields the traffic of each way.

        Raises:
            RigError: there is no such impairment; on leaving, when the link was not impaired as asked.
        """
        wanted, start = read_impairment(row), self._world.now()
        built = {way: self._build(wanted, way) for way in DIRECTIONS["both"]}
        self._impaired += 1

        def end() -> None:
            for way, (stages, _) in built.items():
                line = self._line(way)
                line[:] = [stage for stage in line if stage not in stages]
            story.shade("link impaired", start, self._world.now())
            run_for(self._world, DRAIN)
            self._show_link()
            self._check_realised(wanted, {way: traffic for way, (_, traffic) in built.items()})

        with Undo(end):
            yield {way: traffic for way, (_, traffic) in built.items()}

    def _build(self, wanted: Impairment, way: str) -> tuple[list[Stage], Traffic]:
        world, seed = self._world, f"{self._context.seed} {way} {self._impaired}"
        made = (Impairment() if self._context.fault == IDLE else wanted).make_stages(world, world.schedule, seed)
        stages, traffic = build_stages(made, world, self._context.sockets.clock_lag)
        line = self._line(way)
        place = line.index(self._probes[way])
        line[place:place] = stages
        return stages, traffic

    def _line(self, way: str) -> list[Stage]:
        return self._cable.up if way == "up" else self._cable.down

    def _check_realised(self, wanted: Impairment, traffic: Mapping[str, Traffic]) -> None:
        faults = [f"{way}: {fault}" for way, each in traffic.items() for fault in each.faults(wanted)]
        if wanted.rate and not any(each.owed_wait(wanted.rate) > each.slack for each in traffic.values()):
            faults.append("no frame had to wait for the capped rate, either way")
        told = "; ".join(
            f"{way}: {each.delivered_share:.1%} of {len(each.offered.passed)} frames delivered"
            for way, each in traffic.items()
        )
        self._context.check("link.realised", not faults, "; ".join([told, *faults]))

    def outlasting(self, silence: float) -> float:
        """A silence of `silence` s, or longer where the article declares more time before it acts, up to a minute."""
        declared = self._context.claim(self._context.declaration.link.loss_time, "link.loss_time")
        return max(silence, declared + OUTLASTING) if declared <= LONGEST_LOSS else silence

    @property
    def declared_tolerance(self) -> float:
        """The share of frames that may be lost while the article stays under control, as declared."""
        claim = self._context.declaration.link.loss_tolerance
        return self._context.claim(claim, "link.loss_tolerance") / 100.0

    def show_sweep(self, points: Sequence[SweepPoint]) -> None:
        """Keep charts of delivery, missions and outage over loss."""
        for chart in sweep_charts(points, self.declared_tolerance):
            self._context.log.chart(chart)

    def read_silences(self, *, since: float) -> tuple[Silence, ...]:
        """The silences of the ground station since then (test clock, s), as the far side of the link heard them."""
        return read_silences(self._probes["up"].beats, since, self._world.now())

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
        self._context.log.exhibit("radio link", TLOG, encode_tlog(frames, self._context.epoch), "capture")
        show_recording(self._recorder, self._context.log, self._shown)
        left_out = sum(len(piece.data) for piece in self._tape.pieces) - sum(len(frame.data) for frame in frames)
        self._tape.pieces.clear()
        since, self._shown = f"since {self._shown:.1f} s" if self._shown else "since power-on", self._world.now()
        text = f"radio link: {len(frames)} frames got through {since}"
        if left_out:
            text += f"; {left_out} bytes of damaged ones are left out, a log has no place for them"
        if self._tape.full_at is not None:
            text += f"; the tape was full at {self._tape.full_at:.1f} s"
        self._context.log.note(text)
