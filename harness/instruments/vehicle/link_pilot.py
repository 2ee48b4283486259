"""The vehicle role's verbs of a link that is lost, bad or late."""

import math
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from random import Random
from statistics import median

from harness.instruments.figures import Orders, Regained
from harness.instruments.flight.track import Spot
from harness.instruments.link.bothways import BothWays, Delivery
from harness.instruments.link.clocks import STEP, Timebase
from harness.instruments.link.control import Grip, LinkControl, Witness
from harness.instruments.link.latency import Latencies, LatencyMeter
from harness.instruments.link.transfers import MissionExchange, Transfers
from harness.instruments.undo import Undo
from harness.instruments.vehicle.clock_pilot import ClockPilot
from harness.judgement import Count
from harness.link.virtual import VirtualCable

# share of an added delay by which the measured one may differ
DELAY_TWIN = 0.05
PATH = (
    "path: from the ground station's end of the link to the article and back, so the transport and the article's own "
    "handling; clocks: "
)
ONE_CLOCK = "the article's Unix time in SYSTEM_TIME, which in this simulation is the test clock itself"
ITS_OWN = "the article's time since boot in SYSTEM_TIME, less its offset from the test clock of {:.2f} ms"


class LinkPilot(ClockPilot):
    """Part of the MAVLink vehicle, which sets the attributes that are used here."""

    _cable: VirtualCable
    _rng: Random

    @property
    def home(self) -> Spot:
        """The launch point."""
        return Spot(north=0.0, east=0.0, up=0.0)

    @contextmanager
    def hung_up(self) -> Iterator[None]:
        """The ground station's program has ended while the context lasts: its end of the link is closed."""
        self._client.stop_heartbeats()
        self._cable.ground.close()

        def end() -> None:
            self._cable.ground.reopen()
            self._client.start()

        with Undo(end):
            yield

    def wait_regained(self, *, within: float) -> Regained:
        """Time from now until telemetry is heard again and a command is acknowledged.

        Raises:
            VehicleTimeout: not within `within` s.
        """
        return self._control().wait_regained(within)

    def count_refusals(self) -> Count:
        """The acceptance twin after a loss: one order of the pilot, whether it was not obeyed."""
        return self._control().count_refusals(self._context.claim(self._link.command_time, "link.command_time"))

    def holding_control(self) -> AbstractContextManager[Grip]:
        """Prove control again and again while the context lasts."""
        return self._control().holding()

    def retake(self) -> None:
        """Take the article back from an action of its own.

        Raises:
            VehicleError: it does not obey.
        """
        self._control().retake(self._context.claim(self._link.command_time, "link.command_time"))

    def turn(self, count: int, *, witness: Witness) -> Orders:
        """Give `count` orders to turn, whose effect `witness` sees.

        Raises:
            RigError: the article acts by itself so often that nothing can be ordered.
        """
        within = self._context.claim(self._link.command_time, "link.command_time")
        orders, void = self._control().turn(count, within, witness)
        self._context.log.note(f"{count} orders counted; {void} void, since an action on loss of the link came between")
        return orders

    def exchange_missions(self, count: int, *, within: float) -> Transfers:
        """Send and read back missions, on the ground; each way `within` s."""
        self.make_ready()
        return MissionExchange(self._client, self._world, self._rng).exchange(count, within)

    def try_both_ways(self, duration: float) -> Delivery:
        """What the link delivers each way in `duration` s; the article stays as it is."""
        self._client.connect()
        longest = self._context.claim(self._link.round_trip_max, "link.round_trip_max") / 1000.0
        return BothWays(self._client, self._world).take(duration, longest)

    def time_commands(self, count: int, timebase: Timebase) -> Latencies:
        """Latency of `count` harmless commands and of the telemetry that answers them, on the ground.

        Raises:
            RigError: a message came before it was sent, so the article's clock is not what it was compared as.
        """
        self.make_ready()
        meter = LatencyMeter(self._client, self._world, self._context.epoch, self._rng)
        clock = math.hypot(self._context.uncertainty, timebase.uncertainty())
        taken = meter.take(count, self._longest(), clock, timebase.read)
        meter.crowd(self._longest())
        latencies = replace(taken, ground=self._context.uncertainty)
        self._assert_causal(latencies, timebase)
        self._context.log.note(f"{count} commands, {latencies.unanswered} unanswered: {latencies.describe()}")
        own = timebase.offset
        self._context.log.note(PATH + (ITS_OWN.format(1000 * own.middle) if own else ONE_CLOCK))
        self._context.log.chart(latencies.chart())
        return latencies

    def _assert_causal(self, latencies: Latencies, timebase: Timebase) -> None:
        shortest = min((*latencies.command, *latencies.telemetry), default=0.0)
        slack = timebase.offset.half + STEP + self._context.sockets.clock_lag if timebase.offset else 0.0
        if shortest < -slack:
            # one way cannot be told from the difference of two clocks
            detail = (
                f"a message came {-1000 * shortest:.1f} ms before it was sent: the article's clock is not the rig's"
            )
            self._context.check("clock.agrees", False, detail)

    def assert_sees_delay(self, before: Latencies, after: Latencies, delay: float) -> None:
        """The twin of a latency: `delay` s added each way on the rig's link must be seen in full.

        Raises:
            RigError: it is not, so small figures show nothing.
        """
        names, ways = ("command", "telemetry", "round_trip"), (1, 1, 2)
        seen = [_median(after, name) - _median(before, name) for name in names]
        ok = all(abs(each - way * delay) <= DELAY_TWIN * delay for each, way in zip(seen, ways, strict=True))
        told = ", ".join(f"{1000 * each:.1f} ms" for each in seen)
        self._context.check("latency.twin", ok, f"{1000 * delay:g} ms added each way, seen {told}")

    def _control(self) -> LinkControl:
        return LinkControl(self._client, self._world)


def _median(latencies: Latencies, name: str) -> float:
    samples = getattr(latencies, name)
    return float(median(samples)) if samples else math.nan
