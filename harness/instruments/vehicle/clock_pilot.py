"""The vehicle role's verbs of the article's clock: its offset from the test clock, and that it keeps it."""

import math
from collections.abc import Sequence
from random import Random

from harness.catalogue.sections import Link
from harness.instruments.context import Context
from harness.instruments.link.clocks import Exchange, Offset, Timebase, bound_boot, bound_unix
from harness.instruments.link.latency import Latencies, LatencyMeter
from harness.timing import World
from harness.vehicle.vehicle import Vehicle

COMPARISONS = 100
# of the shorter one-way latency that is declared: further off, the clocks and not the link would be judged
SHARE = 0.1
ROUNDING = 2e-6  # s: a stamp counts microseconds


class ClockPilot:
    """Part of the MAVLink vehicle, which sets the attributes that are used here."""

    _context: Context
    _world: World

    @property
    def _client(self) -> Vehicle:
        raise NotImplementedError

    def make_ready(self) -> None:
        """Connect and wait until it is ready to arm."""
        raise NotImplementedError

    def compare_clocks(self) -> Timebase:
        """The offset of the article's clock, over the link as it is, on the ground.

        Raises:
            RigError: no offset explains all exchanges, or none is known well enough.
        """
        self.make_ready()
        taken = self._exchange("before")
        if self._context.sockets.one_clock:
            self._check_agrees(taken)
            return Timebase(epoch=self._context.epoch)
        offset = bound_boot(taken, self._context.sockets.clock_lag)
        self._check_known("clock.known", offset, offset)
        return Timebase(epoch=self._context.epoch, offset=offset)

    def assert_clock_kept(self, latencies: Latencies, timebase: Timebase) -> Latencies:
        """The latencies with all that the clocks have drifted since the comparison in their uncertainty.

        Raises:
            RigError: the article's clock ran otherwise than the rig's, so that one way cannot be told.
        """
        taken = self._exchange("after")
        if timebase.offset is None:
            self._check_agrees(taken)
            return latencies
        kept = bound_boot(taken, self._context.sockets.clock_lag)
        self._check_known("clock.kept", kept, timebase.offset)
        return latencies.with_clock(math.hypot(self._context.uncertainty, timebase.uncertainty(kept)))

    def _check_agrees(self, taken: Sequence[Exchange]) -> None:
        offset = bound_unix(taken, self._context.epoch)
        agrees = bool(taken) and offset.low <= ROUNDING and offset.high >= -ROUNDING
        self._context.check("clock.agrees", agrees, f"the article's Unix clock is {_tell(offset)} the test clock")

    def _check_known(self, name: str, offset: Offset, reference: Offset) -> None:
        allowed, off = SHARE * self._shortest(), reference.farthest(offset)
        ok = offset.half > -ROUNDING and off <= allowed
        detail = (
            f"the article's time since boot is {_tell(offset)} the test clock; at most {1000 * off:.2f} ms from what "
            f"is used, {1000 * allowed:.1f} ms allowed"
        )
        if offset.half <= -ROUNDING:
            detail += "; no one offset explains all exchanges: its clock does not run evenly, or its stamps are made up"
        self._context.check(name, ok, detail)

    def _exchange(self, when: str) -> list[Exchange]:
        # a draw of its own, so that the samples of the latency stay those of their seed
        rng = Random(f"{self._context.seed} clocks {when}")
        meter = LatencyMeter(self._client, self._world, self._context.epoch, rng)
        taken = meter.exchange(COMPARISONS, self._longest())
        return [each for each in taken if each is not None]

    def _longest(self) -> float:
        """Time for an answer, s."""
        return 2.0 * self._context.claim(self._link.round_trip_max, "link.round_trip_max") / 1000.0

    def _shortest(self) -> float:
        """The shorter one-way latency that is declared, s."""
        link, claim = self._link, self._context.claim
        command = claim(link.command_latency, "link.command_latency")
        return min(command, claim(link.telemetry_latency, "link.telemetry_latency")) / 1000.0

    @property
    def _link(self) -> Link:
        return self._context.declaration.link


def _tell(offset: Offset) -> str:
    return f"{1000 * offset.low:.3f} to {1000 * offset.high:.3f} ms ahead of"
