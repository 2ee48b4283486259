"""Latency of commands and telemetry, by a harmless command whose answer carries the article's own clock.

MAV_CMD_REQUEST_MESSAGE for SYSTEM_TIME: sent at a (ground), carried out at b (the stamp of SYSTEM_TIME), heard at c,
acknowledged at d. Command latency is b - a, telemetry latency c - b, the round trip d - a. The first two need both
clocks to be one, or their offset (``clocks.py``), measured before on the link as it is.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from random import Random

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import RigError, VehicleError
from harness.instruments.chart import Chart, Line
from harness.instruments.flight.track import percentile
from harness.instruments.link.clocks import Exchange
from harness.judgement import Estimate, estimate
from harness.timing import Deadline, Wait, World, run_for, wait_until
from harness.vehicle.codec import Message
from harness.vehicle.vehicle import Vehicle

PERCENT = 99.0
MILLI = 1000.0
# the article's stamp counts microseconds, ms
RESOLUTION = 0.001 / math.sqrt(12.0)
# least samples for an upper bound of the 99th percentile: 1 - 0.99^n > 0.975
LEAST = 368
LONGEST_GAP = 0.02
SETTLE = 0.2  # s, for what is under way
CROWD = 24  # pings of 28 bytes: twice and more of the 280 that a link passes at once
BINS = 60
LEAST_BIN = 0.1  # ms

ReadStamp = Callable[[Exchange], float]


@dataclass(frozen=True, kw_only=True)
class Latencies:
    """Samples in s, in the order they were taken; an unanswered command counts as `longest` in the round trips.

    Attributes:
        command: ground to article.
        telemetry: article to ground.
        round_trip: there and back.
        unanswered: commands without an answer in time.
        clock: standard uncertainty of the clocks, s: of both together, and so of one way.
        ground: of the rig's clock alone, s, which a round trip is told by.
    """

    command: tuple[float, ...]
    telemetry: tuple[float, ...]
    round_trip: tuple[float, ...]
    unanswered: int
    clock: float
    ground: float = 0.0

    def p99(self, name: str) -> Estimate:
        """99th percentile of one of the three, ms.

        Its uncertainty is that of the rank: the value at the upper 97.5 % limit of the binomial rank, less the value.

        Raises:
            RigError: too few samples bound that percentile.
        """
        samples: Sequence[float] = getattr(self, name)
        if len(samples) < LEAST:
            raise RigError(f"{len(samples)} samples of the {name} latency do not bound a 99th percentile: {LEAST} do")
        ordered, share = sorted(samples), PERCENT / 100.0
        value = percentile(ordered, PERCENT)
        rank = math.ceil(len(ordered) * share + 2.0 * math.sqrt(len(ordered) * share * (1.0 - share)))
        above = ordered[min(rank, len(ordered) - 1)] - value
        return _estimate(value, above / 2.0, self.ground if name == "round_trip" else self.clock)

    def with_clock(self, clock: float) -> "Latencies":
        """The same samples where the clocks are that uncertain (standard uncertainty, s)."""
        return replace(self, clock=clock)

    def longest(self) -> Estimate:
        """Longest round trip, ms."""
        return _estimate(max(self.round_trip), 0.0, self.ground)

    def describe(self) -> str:
        """Median, 95th and 99th percentile and maximum of the three, ms."""
        return "; ".join(_percentiles(name, getattr(self, name)) for name in ("command", "telemetry", "round_trip"))

    def chart(self) -> Chart:
        """Share of samples by latency, in bins of one width; there must be a round trip."""
        every = (*self.command, *self.telemetry, *self.round_trip)
        width = max((max(every) - min(every)) * MILLI / BINS, LEAST_BIN)
        lines = tuple(_histogram(name, getattr(self, name), width) for name in ("command", "telemetry", "round_trip"))
        return Chart(
            title=f"Latency of {len(self.round_trip)} commands",
            x_label="latency (ms)",
            y_label="share of samples (%)",
            lines=lines,
        )


def _estimate(seconds: float, rank: float, clock: float) -> Estimate:
    return estimate(seconds * MILLI, clock=clock * MILLI, resolution=RESOLUTION, rank=rank * MILLI)


def _percentiles(name: str, samples: Sequence[float]) -> str:
    if not samples:
        return f"{name.replace('_', ' ')}: none"
    values = [percentile(samples, percent) * MILLI for percent in (50.0, 95.0, 99.0, 100.0)]
    return f"{name.replace('_', ' ')} p50/p95/p99/max " + "/".join(f"{value:.2f}" for value in values) + " ms"


def _histogram(name: str, samples: Sequence[float], width: float) -> Line:
    """A stepped outline over bins of `width` ms."""
    if not samples:
        return name, (), ()
    low, high = min(samples) * MILLI, max(samples) * MILLI
    counts = [0] * (int((high - low) / width) + 1)
    for sample in samples:
        counts[int((sample * MILLI - low) / width)] += 1
    x, y = [low], [0.0]
    for number, count in enumerate(counts):
        share = 100.0 * count / len(samples)
        x += [low + number * width, low + (number + 1) * width]
        y += [share, share]
    return name.replace("_", " "), (*x, x[-1]), (*y, 0.0)


class LatencyMeter:
    """Takes samples one after another, with pauses drawn at random, so that they do not fall in step with the article.

    Attributes:
        epoch: Unix time of zero on the article's clock, s.
    """

    def __init__(self, client: Vehicle, world: World, epoch: float, rng: Random) -> None:
        self._client, self._world, self.epoch, self._rng = client, world, epoch, rng
        self._stamps: list[tuple[float, float, float]] = []
        self._acks: list[float] = []

    def take(self, count: int, longest: float, clock: float, read: ReadStamp | None = None) -> Latencies:
        """Take `count` samples; each waits at most `longest` s for its answer.

        Args:
            count: of samples.
            longest: time for an answer, s.
            clock: standard uncertainty of what `read` gives, s.
            read: when an answer was stamped, s of the test clock; by its Unix time if not given.
        """
        stamped = read or (lambda exchange: exchange.unix - self.epoch)
        taken = self.exchange(count, longest)
        answered = [each for each in taken if each is not None]
        return Latencies(
            command=tuple(stamped(each) - each.start for each in answered),
            telemetry=tuple(each.heard - stamped(each) for each in answered),
            round_trip=tuple(longest if each is None else each.acknowledged - each.start for each in taken),
            unanswered=len(taken) - len(answered),
            clock=clock,
        )

    def exchange(self, count: int, longest: float) -> list[Exchange | None]:
        """Give `count` commands; None for one without an answer within `longest` s."""
        telemetry = self._client.telemetry
        stops = [telemetry.subscribe("SYSTEM_TIME", self._stamp), telemetry.subscribe("COMMAND_ACK", self._ack)]
        try:
            with self._unasked_stopped():
                return [self._sample(longest) for _ in range(count)]
        finally:
            for stop in stops:
                stop()

    def crowd(self, within: float) -> None:
        """Ask so much at once that a capped link has to let something wait, and give it `within` s to pass.

        Samples come one by one and need no cap; without this nothing showed that there was one.
        """
        for number in range(CROWD):
            self._client.send(mavlink.MAVLink_timesync_message(0, number + 1))
        run_for(self._world, within)

    @contextmanager
    def _unasked_stopped(self) -> Iterator[None]:
        """No SYSTEM_TIME unless asked for: on a slow link one that was sent before would pass for an answer.

        An article that refuses goes on; its old stamps then show as messages that came before they were sent.
        """
        rate = self._client.dialect.streams.get(mavlink.MAVLINK_MSG_ID_SYSTEM_TIME)
        self._set_interval(-1.0)
        run_for(self._world, SETTLE)
        try:
            yield
        finally:
            # 0: the article's own rate
            self._set_interval(1e6 / rate if rate else 0.0)

    def _set_interval(self, interval: float) -> None:
        with suppress(VehicleError):
            self._client.send_command(
                mavlink.MAV_CMD_SET_MESSAGE_INTERVAL, mavlink.MAVLINK_MSG_ID_SYSTEM_TIME, interval
            )

    def _sample(self, longest: float) -> Exchange | None:
        run_for(self._world, self._rng.uniform(0.0, LONGEST_GAP))
        self._stamps.clear()
        self._acks.clear()
        start, over = self._world.now(), Deadline(self._world, longest)
        self._client.send(self._command())
        wait = Wait(name="answer to a timed command", within=2 * longest)
        wait_until(self._world, lambda: bool(self._acks and self._stamps) or over.passed(), wait)
        if not (self._acks and self._stamps):
            return None
        unix, boot, heard = self._stamps[-1]
        return Exchange(start=start, unix=unix, boot=boot, heard=heard, acknowledged=self._acks[0])

    def _command(self) -> Message:
        telemetry, message = self._client.telemetry, mavlink.MAVLINK_MSG_ID_SYSTEM_TIME
        request = mavlink.MAV_CMD_REQUEST_MESSAGE
        return mavlink.MAVLink_command_long_message(
            telemetry.system, telemetry.component, request, 0, message, 0, 0, 0, 0, 0, 0
        )

    def _stamp(self, message: Message) -> None:
        self._stamps.append((message.time_unix_usec * 1e-6, message.time_boot_ms * 1e-3, self._world.now()))

    def _ack(self, message: Message) -> None:
        if message.command == mavlink.MAV_CMD_REQUEST_MESSAGE:
            self._acks.append(self._world.now())
