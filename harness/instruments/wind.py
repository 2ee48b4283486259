"""The wind role: blows a commanded wind and proves that it blew."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from harness.drone.flight.state import Truth
from harness.errors import RigError
from harness.instruments.context import Context
from harness.instruments.figures import Gust
from harness.instruments.truth import tilt, wind_speed
from harness.instruments.undo import Undo
from harness.timing import run_for

PERIOD = 0.1
RAMP = 3.0
MUTED = "muted"
MEAN_TOLERANCE = 0.05
PEAK_TOLERANCE = 0.10
STILL_WINDOW = 4.0
# less tilt than this cannot be told from the unrest of a hover in still air
LEAST_TILT_CHANGE = 1.0
GUST_DELAY = 2.0


class PlantWind:
    """The air of a simulated article. Fault ``muted``: it takes every command and blows nothing.

    The reference anemometer is the plant's true wind, never the article's own estimate.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._air = context.need(context.sockets.air, "air")
        self._truth: Callable[[], Truth] = context.need(context.sockets.truth, "truth")
        self._heading = self._speed = 0.0

    @contextmanager
    def blowing(self, *, fraction: float, azimuth: float, settle: float) -> Iterator[float]:
        """Blow `fraction` of the declared greatest wind from `azimuth` (deg, clockwise from the nose).

        Yields:
            The commanded speed in m/s, once it has been reached and `settle` seconds have passed.

        Raises:
            RigError: on leaving, when the anemometer or the article's tilt shows that it did not blow. An error of
                the body stays the one that is raised; the controls are recorded all the same.
        """
        speed = fraction * self._claim("max_wind")
        still_tilt = self._mean(STILL_WINDOW, tilt)
        self._heading = math.degrees(self._truth().motion.yaw) + azimuth
        with Undo(lambda: self._ramp(0.0)):
            self._ramp(speed)
            run_for(self._context.world, settle)
            readings, stop = self._listen()

            def end() -> None:
                stop()
                self._prove(speed, readings, still_tilt)

            with Undo(end):
                yield speed

    @contextmanager
    def gusting(self, *, peak_fraction: float, mean: float, duration: float) -> Iterator[Gust]:
        """Add one 1-cosine gust from `mean` (m/s) up to `peak_fraction` of the declared gust peak.

        Yields:
            The commanded gust, which starts two seconds later.

        Raises:
            RigError: the gust would not stand clear of the mean, so that the control below could not tell it from
                none; or, on leaving, the realised peak is not within 10 % of the commanded one. An error of the body
                stays the one that is raised; the control is recorded all the same.
        """
        peak = peak_fraction * self._claim("max_gust")
        if peak - mean <= PEAK_TOLERANCE * peak:
            raise RigError(f"a gust to {peak:.2f} m/s is too close to the wind of {mean:.2f} m/s to be told from none")
        start = self._context.world.now() + GUST_DELAY
        gust = Gust(start=start, end=start + duration, amplitude=peak - mean)
        self._gust(gust)
        readings, stop = self._listen()

        def end() -> None:
            stop()
            realised = max((speed for speed, _ in readings), default=0.0)
            ok = abs(realised - peak) <= PEAK_TOLERANCE * peak
            self._context.check("wind.gust", ok, f"commanded a peak of {peak:.2f} m/s, realised {realised:.2f} m/s")

        with Undo(end):
            yield gust

    @property
    def declared_band(self) -> float:
        """The band that an undisturbed hold keeps, as declared, m."""
        return self._claim("hold_r95")

    @property
    def declared_recovery(self) -> float:
        """The declared time back inside that band after a gust, s."""
        return self._claim("gust_recovery_time")

    def _claim(self, name: str) -> float:
        return self._context.claim(getattr(self._context.declaration.envelope, name), f"envelope.{name}")

    def _listen(self) -> tuple[list[tuple[float, float]], Callable[[], None]]:
        readings: list[tuple[float, float]] = []
        world = self._context.world

        def read() -> None:
            truth = self._truth()
            readings.append((wind_speed(truth), tilt(truth)))

        return readings, world.schedule.every(PERIOD, read, start=world.now())

    def _prove(self, speed: float, readings: list[tuple[float, float]], still_tilt: float) -> None:
        calm = sorted(wind for wind, _ in readings)
        median = calm[len(calm) // 2] if calm else 0.0
        ok = abs(median - speed) <= MEAN_TOLERANCE * speed
        self._context.check("wind.realised", ok, f"commanded {speed:.2f} m/s, realised median {median:.2f} m/s")
        change = sum(angle for _, angle in readings) / max(1, len(readings)) - still_tilt
        alive = change >= LEAST_TILT_CHANGE
        self._context.check("wind.liveness", alive, f"mean tilt changed by {change:.1f} deg against still air")

    def _mean(self, window: float, quantity: Callable[[Truth], float]) -> float:
        values: list[float] = []
        world = self._context.world
        stop = world.schedule.every(PERIOD, lambda: values.append(quantity(self._truth())), start=world.now())
        with Undo(stop):
            run_for(world, window)
        return sum(values) / len(values)

    def _ramp(self, end: float) -> None:
        start = self._speed
        steps = max(1, math.ceil(abs(end - start) / RAMP / PERIOD))
        for step in range(1, steps + 1):
            self._set(start + (end - start) * step / steps)
            run_for(self._context.world, PERIOD)

    def _set(self, speed: float) -> None:
        self._speed = speed
        if self._context.fault != MUTED:
            north, east = self._towards(speed)
            self._air.set_wind(north, east)

    def _gust(self, gust: Gust) -> None:
        if self._context.fault != MUTED:
            north, east = self._towards(gust.amplitude)
            self._air.add_gust(start=gust.start, duration=gust.end - gust.start, north=north, east=east)

    def _towards(self, speed: float) -> tuple[float, float]:
        # a wind from ahead blows towards the tail
        heading = math.radians(self._heading)
        return -speed * math.cos(heading), -speed * math.sin(heading)
