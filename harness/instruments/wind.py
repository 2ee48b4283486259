"""The wind role: blows a commanded wind and proves that it blew."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from harness.drone.flight.state import Truth
from harness.errors import RigError, VehicleError
from harness.instruments.chart import Chart
from harness.instruments.context import Context
from harness.instruments.figures import Gust
from harness.instruments.rise import Order, Rise, staircase
from harness.instruments.track import Spot
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
# of an article that came down: one second in the air
LEAST_READINGS = 10
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
    def blowing(
        self, *, fraction: float, azimuth: float, settle: float, of: str = "max_wind", landing: bool = False
    ) -> Iterator[float]:
        """Blow `fraction` of a declared wind, the greatest one, from `azimuth` (deg, clockwise from the nose).

        Args:
            fraction: of the declared wind.
            azimuth: relative to the airframe, deg.
            settle: s.
            of: key of the declared wind: max_wind, takeoff_wind or track_wind.
            landing: whether the article lands in it by order.

        Yields:
            The commanded speed in m/s, once it has been reached and `settle` seconds have passed.

        Raises:
            RigError: on leaving, when the anemometer or the article's tilt shows that it did not blow.
            VehicleError: on leaving, when it blew and the article, in the air before, came down in it.
                An error of the body stays the one that is raised; the controls are recorded all the same.
        """
        speed = fraction * self._claim(of)
        flew, still_tilt = not self._truth().on_ground, self._still_tilt()
        self._heading = math.degrees(self._truth().motion.yaw) + azimuth
        with Undo(lambda: self._ramp(0.0)):
            self._ramp(speed)
            run_for(self._context.world, settle)
            readings, stop = self._listen()

            def end() -> None:
                stop()
                self._prove_wind(speed, readings)
                came_down = flew and not landing and any(reading.on_ground for reading in readings)
                self._prove_liveness(readings, still_tilt, cut_short=came_down)
                if came_down:
                    raise VehicleError(f"the article came down in a wind of {speed:.2f} m/s")

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
            realised = max(map(wind_speed, readings), default=0.0)
            ok = abs(realised - peak) <= PEAK_TOLERANCE * peak
            self._context.check("wind.gust", ok, f"commanded a peak of {peak:.2f} m/s, realised {realised:.2f} m/s")

        with Undo(end):
            yield gust

    @contextmanager
    def rising(self, *, fractions: Sequence[float], azimuth: float, dwell: float) -> Iterator[Rise]:
        """Raise the wind in steps to `fractions` of the declared wind limit, `dwell` s apart, while the body goes on.

        Raises:
            RigError: on leaving, when a step did not blow as ordered, the limit was not crossed, or the article's tilt
                did not change with the wind. An error of the body stays the one that is raised.
        """
        limit, world = self._claim("wind_limit"), self._context.world
        still_tilt = self._still_tilt()
        self._heading = math.degrees(self._truth().motion.yaw) + azimuth
        speeds = [fraction * limit for fraction in fractions]
        orders = staircase(world.now(), speeds, dwell=dwell, slope=RAMP, period=PERIOD)
        with Undo(lambda: self._ramp(0.0)):
            handles = [world.schedule.at(order.time, partial(self._set, order.speed)) for order in orders]
            readings, stop = self._listen()
            rise = Rise(start=world.now(), limit=limit, readings=readings, period=PERIOD)

            def end() -> None:
                stop()
                for handle in handles:
                    handle.cancel()
                self._show_rise(rise)
                self._prove_rise(rise, orders)
                self._prove_liveness(readings, still_tilt, cut_short=False)

            with Undo(end):
                yield rise

    def downwind(self, *, up: float) -> Spot:
        """The point at the declared radius of return, straight downwind of home and `up` m above it."""
        radius = self._claim("return_radius")
        north, east = self._towards(radius)
        return Spot(north=north, east=east, up=up)

    @property
    def declared_cruise(self) -> float:
        """The declared speed over ground of a planned track, m/s."""
        return self._claim("cruise_speed")

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

    def _listen(self) -> tuple[list[Truth], Callable[[], None]]:
        readings: list[Truth] = []
        world = self._context.world
        return readings, world.schedule.every(PERIOD, lambda: readings.append(self._truth()), start=world.now())

    def _still_tilt(self) -> float:
        readings, stop = self._listen()
        with Undo(stop):
            run_for(self._context.world, STILL_WINDOW)
        return _mean_tilt(readings)

    def _prove_wind(self, speed: float, readings: list[Truth]) -> None:
        calm = sorted(map(wind_speed, readings))
        median = calm[len(calm) // 2] if calm else 0.0
        ok = abs(median - speed) <= MEAN_TOLERANCE * speed
        self._context.check("wind.realised", ok, f"commanded {speed:.2f} m/s, realised median {median:.2f} m/s")

    def _show_rise(self, rise: Rise) -> None:
        times = tuple(reading.motion.time for reading in rise.readings)
        lines = (
            ("realised wind", times, tuple(map(wind_speed, rise.readings))),
            ("declared limit", times, (rise.limit,) * len(times)),
        )
        self._context.log.chart(Chart(title="Realised wind", x_label="test clock (s)", y_label="m/s", lines=lines))

    def _prove_rise(self, rise: Rise, orders: Sequence[Order]) -> None:
        latest = {round(order.time / PERIOD): order.speed for order in orders}
        speed, worst = 0.0, 0.0
        for reading in rise.readings:
            # an order is in force when the next reading is taken
            worst = max(worst, abs(wind_speed(reading) - speed))
            speed = latest.get(round(reading.motion.time / PERIOD), speed)
        ok = worst <= MEAN_TOLERANCE * rise.limit
        self._context.check("wind.realised", ok, f"realised wind at most {worst:.2f} m/s off the commanded staircase")
        self._context.check("wind.crossed", True, f"3 s mean crossed {rise.limit:g} m/s at {rise.crossed():.1f} s")

    def _prove_liveness(self, readings: list[Truth], still_tilt: float, *, cut_short: bool) -> None:
        # what lies on the ground feels no wind
        airborne = [reading for reading in readings if not reading.on_ground]
        if cut_short and len(airborne) < LEAST_READINGS:
            self._context.log.note("the article came down too early for its tilt to say whether the wind blew")
            return
        change = _mean_tilt(airborne) - still_tilt
        detail = f"mean tilt in the air changed by {change:.1f} deg against still air, of {len(airborne)} readings"
        self._context.check("wind.liveness", change >= LEAST_TILT_CHANGE, detail)

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


def _mean_tilt(readings: list[Truth]) -> float:
    return sum(map(tilt, readings)) / max(1, len(readings))
