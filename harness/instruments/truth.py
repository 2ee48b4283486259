"""The truth role: where the article really is, from a source that is not the article."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from harness.drone.flight.state import Truth
from harness.errors import RigError
from harness.instruments.chart import Chart, Line
from harness.instruments.context import Context
from harness.instruments.story import Story
from harness.instruments.track import Sample, Spot, Track
from harness.instruments.undo import Undo
from harness.judgement import Estimate, estimate
from harness.timing import run_for

PERIOD = 0.02
FOLLOWING_PERIOD = 0.2
# the plant's own numbers are exact; what remains is the time between two samples
U_TIME = PERIOD / math.sqrt(12.0)
FROZEN = "frozen"


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
    def following(self, spot: Spot) -> Iterator[Story]:
        """Keep a chart of height and distance from `spot` while the context lasts, also of a body that fails.

        Yields what others tell of the flight, to be drawn on it.
        """
        story = Story()
        samples: list[Sample] = []
        world = self._context.world
        stop = world.schedule.every(FOLLOWING_PERIOD, lambda: samples.append(self._sample()), start=world.now())

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
        truth = self.read()
        motion = truth.motion
        return Sample(
            time=self._context.world.now(),
            north=motion.north,
            east=motion.east,
            up=motion.up,
            tilt=tilt(truth),
            wind=wind_speed(truth),
        )

    def distance_over_ground(self, spot: Spot) -> Estimate:
        """How far the article is from `spot` over ground, m."""
        motion = self.read().motion
        distance = math.hypot(motion.north - spot.north, motion.east - spot.east)
        return estimate(distance, truth=self._context.uncertainty)


def tilt(truth: Truth) -> float:
    """Angle of the body's up axis from the vertical, deg.

    Raises:
        RigError: the attitude is not a finite number.
    """
    roll, pitch = truth.motion.roll, truth.motion.pitch
    if not (math.isfinite(roll) and math.isfinite(pitch)):
        raise RigError(f"the truth gives no attitude: roll {roll}, pitch {pitch}")
    return math.degrees(math.acos(max(-1.0, min(1.0, math.cos(roll) * math.cos(pitch)))))


def wind_speed(truth: Truth) -> float:
    """Speed of the true wind at the article, m/s.

    Raises:
        RigError: the wind is not a finite number.
    """
    speed = math.sqrt(truth.wind_north**2 + truth.wind_east**2 + truth.wind_up**2)
    if not math.isfinite(speed):
        raise RigError("the reference anemometer gives no number")
    return speed
