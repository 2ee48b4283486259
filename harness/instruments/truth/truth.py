"""The truth role: where the article really is, from a source that is not the article."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise

from harness.drone.flight.state import Truth
from harness.errors import RigError
from harness.instruments.chart import Chart, Line
from harness.instruments.context import Context
from harness.instruments.flight.attitude import tilt as tilt
from harness.instruments.flight.boundary import Boundary
from harness.instruments.flight.charts import ground_track, motor_margin
from harness.instruments.flight.effort import Effort
from harness.instruments.flight.exposure import Band, Exposure
from harness.instruments.flight.gusts import GustResponses
from harness.instruments.flight.overlay import overlaid
from harness.instruments.flight.rose import Rose
from harness.instruments.flight.route import Route, Trace
from harness.instruments.flight.touchdown import Landings
from harness.instruments.flight.track import Sample, Spot, Track
from harness.instruments.story import Story
from harness.instruments.undo import Undo
from harness.judgement import Estimate, estimate
from harness.timing import run_for

PERIOD = 0.02
FOLLOWING_PERIOD = 0.2
# the plant's own numbers are exact; what remains is the time between two samples
U_TIME = PERIOD / math.sqrt(12.0)
# of one position, to the last digit, in flight, s
LONGEST_STILL = 1.0
FROZEN = "frozen"
HOME = Spot(north=0.0, east=0.0, up=0.0)
CONTAINMENT = "envelope.containment_radius"
CLOCK = "test clock (s)"
# of the readings, one in so many is drawn
SHOWN = 5

Points = tuple[tuple[float, ...], tuple[float, ...]]


class PlantTruth:
    """Truth from the plant of a simulated article. Fault ``frozen``: it gives its first reading for ever.

    Attributes:
        oldest: a reading may be, s.
        u_time: standard uncertainty of an event's time, s.
    """

    oldest = 5 * PERIOD
    u_time = U_TIME

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
        if not -PERIOD <= age <= self.oldest:
            self._context.check(
                "truth.fresh", False, f"the truth is {age:.2f} s old, at most {self.oldest} s are allowed"
            )
        return reading

    def record(self, *, over: float, around: Spot, charted: bool = True) -> Track:
        """Let `over` seconds pass and record the truth at 50 Hz around a commanded point; charted unless told not to.

        Raises:
            RigError: the truth stands still or has gaps.
        """
        samples: list[Sample] = []
        readings: list[Truth] = []
        world = self._context.world

        def read() -> None:
            readings.append(self.read())
            samples.append(self._sample(readings[-1]))

        stop = world.schedule.every(PERIOD, read, start=world.now())
        try:
            run_for(world, over)
        finally:
            stop()
        self._assert_moves(readings)
        self._context.check("truth.fresh", True, f"{len(samples)} samples in {over:g} s")
        u = self._context.uncertainty
        # the calibration is one of position, in m; the plant's tilt is exact
        tell = self._context.log.note
        track = Track(samples=samples, spot=around, u_position=u, u_tilt=0.0, u_time=self.u_time, tell=tell)
        if charted:
            self._show_errors(track)
            self._show_readings(readings, track)
        return track

    def _assert_moves(self, readings: list[Truth]) -> None:
        """What flies is never twice at one place to the last digit: a tracker that lost sight repeats what it saw."""
        stuck = since_moved = 0.0
        for before, now in pairwise(readings):
            same = _place(before) == _place(now) and not now.on_ground
            since_moved = since_moved + now.motion.time - before.motion.time if same else 0.0
            stuck = max(stuck, since_moved)
        if stuck > LONGEST_STILL:
            self._context.check("truth.fresh", False, f"the same position for {stuck:.1f} s of flight: does it see it?")

    def record_still(self, *, over: float, around: Spot) -> Track:
        """Record the baseline in still air, and tell its errors in the report."""
        track = self.record(over=over, around=around, charted=False)
        across, up = track.r95_horizontal(), track.r95_vertical()
        self._context.log.note(
            f"baseline in still air over {over:g} s: R95 horizontal {across.value:.3f} m (U {across.U:.2g}), "
            f"vertical {up.value:.3f} m (U {up.U:.2g}), wind at most {max(s.wind for s in track.samples):.2f} m/s"
        )
        return track

    def show_rose(self, rose: Rose) -> None:
        """Chart the errors by the wind's azimuth."""
        azimuths = tuple(sorted(rose.tracks))
        tracks = [rose.tracks[azimuth] for azimuth in azimuths]
        away = tuple(track.r95_horizontal().value for track in tracks)
        askew = tuple(track.r95_heading().value for track in tracks)
        self._show_by_azimuth("Hold error (R95)", "m", ("worst_azimuth_r95",), (azimuths, away))
        self._show_by_azimuth("Heading error (95th percentile)", "deg", ("heading_error",), (azimuths, askew))

    def _show_by_azimuth(self, what: str, unit: str, limits: tuple[str, ...], points: Points) -> None:
        x = "azimuth of the wind from the nose (deg)"
        lines = ((what, *points),)
        self._context.log.chart(
            Chart(title=f"{what} by azimuth", x_label=x, y_label=unit, lines=lines, quantities=limits)
        )

    @contextmanager
    def following(self, spot: Spot) -> Iterator[Story]:
        """Keep a chart of height and distance from `spot` while the context lasts, also of a body that fails.

        Yields what others tell of the flight, to be drawn on it.
        """
        story = Story()
        samples: list[Sample] = []
        world = self._context.world
        stop = world.schedule.every(
            FOLLOWING_PERIOD, lambda: samples.append(self._sample(self.read())), start=world.now()
        )

        def end() -> None:
            stop()
            self._show_way(samples, spot, story)

        with Undo(end):
            yield story

    def _show_way(self, samples: list[Sample], spot: Spot, story: Story) -> None:
        times = tuple(sample.time for sample in samples)
        away = tuple(math.hypot(sample.north - spot.north, sample.east - spot.east) for sample in samples)
        lines = (("height", times, tuple(sample.up for sample in samples)), ("distance from home", times, away))
        chart = Chart(title="Where the aircraft was", x_label="test clock (s)", y_label="m", lines=lines)
        self._context.log.chart(replace(chart, spans=tuple(story.spans), events=tuple(story.events)))
        for each in overlaid(samples, spot, story):
            self._context.log.chart(each)

    def _show_errors(self, track: Track) -> None:
        times = tuple(sample.time for sample in track.samples)
        lines: tuple[Line, ...] = (
            ("horizontal error", times, tuple(map(track.horizontal, track.samples))),
            ("vertical error", times, tuple(map(track.vertical, track.samples))),
        )
        wind = (("wind", times, tuple(sample.wind for sample in track.samples)),)
        limits = ("r95_horizontal", "max_horizontal", "r95_vertical", "peak_excursion", "swing_excursion")
        log, clock = self._context.log, "test clock (s)"
        log.chart(Chart(title="Position error", x_label=clock, y_label="m", lines=lines, quantities=limits))
        log.chart(Chart(title="Realised wind", x_label=clock, y_label="m/s", lines=wind))

    def _show_readings(self, readings: list[Truth], track: Track) -> None:
        times = tuple(sample.time for sample in track.samples)
        self._context.log.chart(ground_track(readings, track.spot))
        self._context.log.chart(motor_margin(times, [reading.motors for reading in readings]))

    def _sample(self, truth: Truth) -> Sample:
        motion = truth.motion
        return Sample(
            time=motion.time,
            north=motion.north,
            east=motion.east,
            up=motion.up,
            tilt=tilt(truth),
            wind=wind_speed(truth),
            heading=math.degrees(motion.yaw),
            rate=math.degrees(math.hypot(motion.p, motion.q, motion.r)),
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
            landings = Landings(readings=readings, pad=HOME, u_position=u, u_time=self.u_time)
            yield landings
        for line in landings.describe():
            self._context.log.note(line)

    @contextmanager
    def tracing(self, route: Route, *, turn: float) -> Iterator[Trace]:
        """Trace the way along a route while the context lasts; within `turn` m of a corner it may turn."""
        u = self._context.uncertainty
        with self._listening(lambda readings: self._show_route(readings, route)) as readings:
            yield Trace(readings=readings, route=route, turn=turn, u_position=u, u_time=self.u_time)

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
        self._show_way([self._sample(reading) for reading in readings[::SHOWN]], HOME, Story())

    def _show_route(self, readings: list[Truth], route: Route) -> None:
        places = [reading.motion for reading in readings[::SHOWN]]
        flown = tuple(place.east for place in places), tuple(place.north for place in places)
        planned = tuple(corner.east for corner in route.corners), tuple(corner.north for corner in route.corners)
        lines: tuple[Line, ...] = (("planned", *planned), ("flown", *flown))
        self._context.log.chart(Chart(title="Ground track", x_label="east (m)", y_label="north (m)", lines=lines))

    @contextmanager
    def responses(self) -> Iterator[GustResponses]:
        """Gather the answers to repetitions of a gust; they are charted on leaving, also where the body fails."""
        answers = GustResponses(self._context.log)
        with Undo(answers.show):
            yield answers

    def exposure(self, *, low: float, high: float) -> Exposure:
        """A ledger of flights in winds from `low` to `high`, as shares of the declared greatest wind."""
        envelope, claim = self._context.declaration.envelope, self._context.claim
        wind = claim(envelope.max_wind, "envelope.max_wind")
        radius = claim(envelope.containment_radius, "envelope.containment_radius")
        return Exposure(self._context, self.read, Band(low=low * wind, high=high * wind, radius=radius))

    def distance_over_ground(self, spot: Spot) -> Estimate:
        """How far the article is from `spot` over ground, m."""
        motion = self.read().motion
        distance = math.hypot(motion.north - spot.north, motion.east - spot.east)
        return estimate(distance, truth=self._context.uncertainty)


def _place(truth: Truth) -> tuple[float, float, float]:
    return truth.motion.north, truth.motion.east, truth.motion.up


def wind_speed(truth: Truth) -> float:
    """Speed of the true wind at the article, m/s.

    Raises:
        RigError: the wind is not a finite number.
    """
    speed = math.sqrt(truth.wind_north**2 + truth.wind_east**2 + truth.wind_up**2)
    if not math.isfinite(speed):
        raise RigError("the reference anemometer gives no number")
    return speed
