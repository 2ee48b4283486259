"""The truth role: where the article really is, from a source that is not the article."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from harness.drone.flight.state import Truth
from harness.errors import RigError
from harness.instruments.attitude import tilt as tilt
from harness.instruments.boundary import Boundary
from harness.instruments.chart import Chart, Line
from harness.instruments.context import Context
from harness.instruments.effort import Effort
from harness.instruments.route import Route, Trace
from harness.instruments.touchdown import Landings
from harness.instruments.track import Sample, Spot, Track
from harness.instruments.undo import Undo
from harness.judgement import Estimate, estimate
from harness.timing import run_for

PERIOD = 0.02
FOLLOWING_PERIOD = 0.2
# the plant's own numbers are exact; what remains is the time between two samples
U_TIME = PERIOD / math.sqrt(12.0)
FROZEN = "frozen"
HOME = Spot(north=0.0, east=0.0, up=0.0)
CONTAINMENT = "envelope.containment_radius"
CLOCK = "test clock (s)"
# of the readings, one in so many is drawn
SHOWN = 5


class PlantTruth:
    """Truth from the plant of a simulated article. Fault ``frozen``: it gives its first reading for ever."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._read: Callable[[], Truth] = context.need(context.sockets.truth, "truth")
        self._kept: Truth | None = None

    def read(self) -> Truth:
        """The true state now.

        Raises:
            RigError: the reading is older than the test clock allows, or no number.
        """
        reading = self._read()
        if self._context.fault == FROZEN:
            self._kept = self._kept or reading
            reading = self._kept
        motion = reading.motion
        if not all(map(math.isfinite, (motion.time, motion.north, motion.east, motion.up))):
            raise RigError(f"the truth gives no number at {self._context.world.now():.2f} s: {motion}")
        age = self._context.world.now() - motion.time
        if age > 5 * PERIOD:
            self._context.check(
                "truth.fresh", False, f"the truth is {age:.2f} s old, at most {5 * PERIOD} s are allowed"
            )
        return reading

    def record(self, *, over: float, around: Spot) -> Track:
        """Let `over` seconds pass and record the truth at 50 Hz around a commanded point.

        Raises:
            RigError: the truth stands still or has gaps.
        """
        samples: list[Sample] = []
        world = self._context.world
        stop = world.schedule.every(PERIOD, lambda: samples.append(self._sample()), start=world.now())
        try:
            run_for(world, over)
        finally:
            stop()
        self._context.check("truth.fresh", True, f"{len(samples)} samples in {over:g} s")
        u = self._context.uncertainty
        # the calibration is one of position, in m; the plant's tilt is exact
        tell = self._context.log.note
        track = Track(samples=samples, spot=around, u_position=u, u_tilt=0.0, u_time=U_TIME, tell=tell)
        self._show_errors(track)
        return track

    @contextmanager
    def following(self, spot: Spot) -> Iterator[None]:
        """Keep a chart of height and distance from `spot` while the context lasts, also of a body that fails."""
        samples: list[Sample] = []
        world = self._context.world
        stop = world.schedule.every(FOLLOWING_PERIOD, lambda: samples.append(self._sample()), start=world.now())

        def end() -> None:
            stop()
            self._show_way(samples, spot)

        with Undo(end):
            yield

    def _show_way(self, samples: list[Sample], spot: Spot) -> None:
        times = tuple(sample.time for sample in samples)
        away = tuple(math.hypot(sample.north - spot.north, sample.east - spot.east) for sample in samples)
        lines = (("height", times, tuple(sample.up for sample in samples)), ("distance from home", times, away))
        self._context.log.chart(
            Chart(title="Where the aircraft was", x_label="test clock (s)", y_label="m", lines=lines)
        )

    def _show_errors(self, track: Track) -> None:
        times = tuple(sample.time for sample in track.samples)
        lines: tuple[Line, ...] = (
            ("horizontal error", times, tuple(map(track.horizontal, track.samples))),
            ("vertical error", times, tuple(map(track.vertical, track.samples))),
        )
        wind = (("wind", times, tuple(sample.wind for sample in track.samples)),)
        limits = ("r95_horizontal", "max_horizontal", "r95_vertical", "peak_excursion")
        log, clock = self._context.log, "test clock (s)"
        log.chart(Chart(title="Position error", x_label=clock, y_label="m", lines=lines, quantities=limits))
        log.chart(Chart(title="Realised wind", x_label=clock, y_label="m/s", lines=wind))

    def _sample(self) -> Sample:
        return self._sample_of(self.read())

    def _sample_of(self, truth: Truth) -> Sample:
        motion = truth.motion
        return Sample(
            time=motion.time,
            north=motion.north,
            east=motion.east,
            up=motion.up,
            tilt=tilt(truth),
            wind=wind_speed(truth),
        )

    @contextmanager
    def watching_motors(self) -> Iterator[Effort]:
        """Watch the motors' outputs and the tilt while the context lasts."""
        limit = self._context.claim(self._context.declaration.envelope.max_tilt, "envelope.max_tilt")
        with self._listening(self._show_motors) as readings:
            yield Effort(readings=readings, period=PERIOD, tilt_limit=limit, u_tilt=0.0)

    @contextmanager
    def watching_landings(self) -> Iterator[Landings]:
        """Watch for first contacts with the ground, about the pad at home, while the context lasts."""
        u = self._context.uncertainty
        with self._listening(self._show_heights) as readings:
            landings = Landings(readings=readings, pad=HOME, u_position=u, u_time=U_TIME)
            yield landings
        for line in landings.describe():
            self._context.log.note(line)

    @contextmanager
    def tracing(self, route: Route, *, turn: float) -> Iterator[Trace]:
        """Trace the way along a route while the context lasts; within `turn` m of a corner it may turn."""
        u = self._context.uncertainty
        with self._listening(lambda readings: self._show_route(readings, route)) as readings:
            yield Trace(readings=readings, route=route, turn=turn, u_position=u, u_time=U_TIME)

    @contextmanager
    def watching_boundary(self) -> Iterator[Boundary]:
        """Watch the distance to the declared containment boundary about home while the context lasts."""
        radius = self._context.claim(self._context.declaration.envelope.containment_radius, CONTAINMENT)
        with self._listening(self._show_heights) as readings:
            yield Boundary(readings=readings, radius=radius, u_position=self._context.uncertainty)

    @contextmanager
    def _listening(self, show: Callable[[list[Truth]], None]) -> Iterator[list[Truth]]:
        readings: list[Truth] = []
        world = self._context.world
        stop = world.schedule.every(PERIOD, lambda: readings.append(self.read()), start=world.now())

        def end() -> None:
            stop()
            show(readings)

        with Undo(end):
            yield readings
        self._context.check("truth.fresh", True, f"{len(readings)} readings")

    def _show_motors(self, readings: list[Truth]) -> None:
        shown = readings[::SHOWN]
        times = tuple(reading.motion.time for reading in shown)
        outputs = tuple(100.0 * max(reading.motors, default=0.0) for reading in shown)
        lines: tuple[Line, ...] = (("greatest motor output", times, outputs),)
        self._context.log.chart(
            Chart(title="Motor outputs", x_label=CLOCK, y_label="% of range", lines=lines, quantities=("motor_p99",))
        )

    def _show_heights(self, readings: list[Truth]) -> None:
        self._show_way([self._sample_of(reading) for reading in readings[::SHOWN]], HOME)

    def _show_route(self, readings: list[Truth], route: Route) -> None:
        places = [reading.motion for reading in readings[::SHOWN]]
        flown = tuple(place.east for place in places), tuple(place.north for place in places)
        planned = tuple(corner.east for corner in route.corners), tuple(corner.north for corner in route.corners)
        lines: tuple[Line, ...] = (("planned", *planned), ("flown", *flown))
        self._context.log.chart(Chart(title="Ground track", x_label="east (m)", y_label="north (m)", lines=lines))

    def distance_over_ground(self, spot: Spot) -> Estimate:
        """How far the article is from `spot` over ground, m."""
        motion = self.read().motion
        distance = math.hypot(motion.north - spot.north, motion.east - spot.east)
        return estimate(distance, truth=self._context.uncertainty)


def wind_speed(truth: Truth) -> float:
    """Speed of the true wind at the article, m/s.

    Raises:
        RigError: the wind is not a finite number.
    """
    speed = math.sqrt(truth.wind_north**2 + truth.wind_east**2 + truth.wind_up**2)
    if not math.isfinite(speed):
        raise RigError("the reference anemometer gives no number")
    return speed
