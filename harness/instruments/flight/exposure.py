"""Exposure to wind over many flights: how long in the band, how often control was lost, and what that supports.

Time in the band is time in the air while the mean wind of the last minute, by the reference anemometer, lies in the
band. A minute is stricter than the ten minutes of a weather service: it also leaves out a lull within them.
"""

import math
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from harness.drone.flight.state import Truth
from harness.errors import NotShown, RigError, VehicleError
from harness.instruments.chart import Chart
from harness.instruments.context import Context
from harness.instruments.flight.attitude import tilt
from harness.judgement import Count, Estimate, estimate, zero_failure_rate

PERIOD = 0.1
MEAN_OVER = 60.0
# less is no flight in the band
LEAST_IN_BAND = 300.0
HOUR = 3600.0
# what counts as a loss of control: tilt, deg, and a touch-down faster or more tilted than any landing
OVERTURNED = 90.0
CRASH_SPEED, CRASH_TILT = 3.0, 45.0


@dataclass(kw_only=True)
class FlightLog:
    """What one flight adds.

    Attributes:
        start: test clock, s.
        airborne: s off the ground.
        in_band: s of that in the band.
        landed: whether it stood on the ground at its end.
        loss: how control was lost; "" where it was not.
        end: test clock, s.
    """

    start: float
    airborne: float = 0.0
    in_band: float = 0.0
    landed: bool = False
    loss: str = ""
    end: float = math.nan

    @property
    def counts(self) -> bool:
        """Whether it took off, was long enough in the band, and landed under control."""
        return self.in_band >= LEAST_IN_BAND and self.landed and not self.loss


@dataclass(frozen=True, kw_only=True)
class Band:
    """Speeds from `low` to `high` m/s, and the radius (m) around home that a flight must not leave."""

    low: float
    high: float
    radius: float


@dataclass
class Exposure:
    """The ledger of a campaign of flights; `read` gives truth and wind of the rig, which must be fresh."""

    context: Context
    read: Callable[[], Truth]
    band: Band
    logs: list[FlightLog] = field(default_factory=list)
    _means: list[tuple[float, float]] = field(default_factory=list)

    def flights(self, most: int) -> Iterator[AbstractContextManager[None]]:
        """At most `most` flights, each a context to fly in; the campaign is over with the first loss of control."""
        for _ in range(most):
            if self.logs and self.logs[-1].loss:
                return
            yield self._flight()

    @contextmanager
    def _flight(self) -> Iterator[None]:
        """Keep the log of one flight; a loss of control that the truth shows ends it and is counted.

        Raises:
            VehicleError: the article failed in another way, such as not to take off.
        """
        world = self.context.world
        log, winds = FlightLog(start=world.now()), deque[float](maxlen=round(MEAN_OVER / PERIOD))
        self.logs.append(log)
        stop = world.schedule.every(PERIOD, lambda: self._sample(log, winds), start=world.now())
        try:
            yield
        except VehicleError as error:
            if not log.loss:
                raise
            self.context.log.note(f"flight {len(self.logs)} ended with a loss of control: {log.loss}; {error}")
        finally:
            stop()
            log.end, log.landed = world.now(), self.read().on_ground

    def _sample(self, log: FlightLog, winds: deque[float]) -> None:
        truth = self.read()
        winds.append(math.hypot(truth.wind_north, truth.wind_east, truth.wind_up))
        mean = sum(winds) / len(winds)
        # once a second is enough to look at
        if not round(truth.motion.time / PERIOD) % 10:
            self._means.append((self.context.world.now(), mean))
        log.loss = log.loss or self._loss(truth, log)
        if not truth.on_ground:
            log.airborne += PERIOD
            full = len(winds) == winds.maxlen
            log.in_band += PERIOD * (full and self.band.low <= mean <= self.band.high)

    def _loss(self, truth: Truth, log: FlightLog) -> str:
        motion = truth.motion
        away = math.hypot(motion.north, motion.east)
        leaning = tilt(truth)
        down, contact = truth.contact_down, math.degrees(truth.contact_tilt)
        if away > self.band.radius:
            return f"{away:.0f} m from home, outside the containment volume of {self.band.radius:g} m"
        if leaning > OVERTURNED:
            return f"tilted by {leaning:.0f} deg"
        if not (log.airborne and truth.on_ground):
            return ""
        if not (math.isfinite(down) and math.isfinite(contact)):
            raise RigError(
                "this truth does not tell how hard it landed, so a crash could not be seen: take another make"
            )
        if down > CRASH_SPEED or contact > CRASH_TILT:
            return f"hit the ground at {down:.1f} m/s, tilted by {contact:.0f} deg"
        return ""

    def losses(self) -> Count:
        """Flights with a loss of control, of all flights; what none supports is told to the record."""
        lost, hours = sum(bool(log.loss) for log in self.logs), self._hours()
        if not lost and hours:
            self.context.log.note(
                f"no loss of control in {hours:.2f} h in the band: at most {zero_failure_rate(hours):.2g} per hour at "
                "95 % confidence, if losses come at a constant rate"
            )
        self._show()
        return Count(events=lost, trials=max(1, len(self.logs)))

    def assert_complete(self, hours: float) -> None:
        """Whether the campaign was planned and flown to support `hours` in the band.

        Raises:
            NotShown: it was not, which says nothing against the article.
        """
        got = self._hours()
        if got < hours:
            raise NotShown(f"exposure {got:.2f} of {hours:g} h: the depth flies too little to support the claim")

    def hours_in_band(self) -> Estimate:
        """Time in the band over all flights, h; each has two edges that lie somewhere within a sample."""
        edges = math.sqrt(2.0 * len(self.logs)) * PERIOD / math.sqrt(12.0)
        return estimate(self._hours(), time=edges / HOUR)

    def flights_in_band(self) -> Estimate:
        """Flights that took off, were in the band for five minutes and landed."""
        return estimate(float(sum(log.counts for log in self.logs)))

    def band_share(self) -> Estimate:
        """Time in the band of the time in the air, over the flights that count, %."""
        counted = [log for log in self.logs if log.counts]
        flown = sum(log.airborne for log in counted)
        return estimate(100.0 * sum(log.in_band for log in counted) / flown if flown else 0.0)

    def _hours(self) -> float:
        return sum(log.in_band for log in self.logs) / HOUR

    def _show(self) -> None:
        times = tuple(time for time, _ in self._means)
        edges = (min(times, default=0.0), max(times, default=0.0))
        band = ("the band", edges, (self.band.low,) * 2, (self.band.high,) * 2)
        lost = tuple(
            (f"flight {number}: loss of control", log.end) for number, log in enumerate(self.logs, 1) if log.loss
        )
        self.context.log.chart(
            Chart(
                title=f"Exposure: {self._hours():.2f} h in the band, {len(self.logs)} flights",
                x_label="test clock (s)",
                y_label="mean wind of a minute (m/s)",
                lines=(("wind at the aircraft", times, tuple(mean for _, mean in self._means)),),
                bands=(band,),
                spans=tuple(
                    ("flights" if not number else "", log.start, log.end) for number, log in enumerate(self.logs)
                ),
                events=lost,
            )
        )
