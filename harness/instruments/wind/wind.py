"""The wind role: blows a commanded wind and proves that it blew."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import numpy as np

from harness.drone.flight.state import Truth
from harness.errors import RigError, VehicleError
from harness.instruments.context import Context
from harness.instruments.figures import Gust
from harness.instruments.flight.charts import azimuth as azimuth_chart
from harness.instruments.flight.charts import rise_against_limit, turbulence
from harness.instruments.flight.command import Turn, WindCommand, apart, blows_to
from harness.instruments.flight.track import Spot
from harness.instruments.flight.turbulence import W20, Stirring, compare
from harness.instruments.truth.truth import wind_speed
from harness.instruments.undo import Undo
from harness.instruments.wind.exposure import ISA_DENSITY, Terms
from harness.instruments.wind.faults import faulty
from harness.instruments.wind.readings import bearing_of, bearings, lowest_mean, mean_tilt, time_above
from harness.instruments.wind.rise import Order, Rise, staircase
from harness.plant.weather import Turbulence
from harness.timing import run_for

PERIOD = 0.1
RAMP = 3.0
# deg/s, at which the source turns to another azimuth
SLEW = 18.0
MEAN_TOLERANCE = 0.05
PEAK_TOLERANCE = 0.10
DIRECTION_TOLERANCE = 5.0
STILL_WINDOW = 4.0
# less tilt than this cannot be told from the unrest of a hover in still air
LEAST_TILT_CHANGE = 1.0
# of an article that came down: one second in the air
LEAST_READINGS = 10
GUST_DELAY = 2.0
# the weakest 3 s of a steady wind, as a share of it
LEAST_STRETCH = 0.9
# of the time that a gust is above half of its amplitude, and what is added for the readings, s
WIDTH_TOLERANCE, WIDTH_SLACK = 0.3, 0.2


class PlantWind:
    """The air of a simulated article, at ISA density. Faults of the source, of which it knows nothing itself:

    ``muted``: it takes every command and blows nothing; ``reversed``: it blows the other way; ``lies``: it follows
    commands at 80 % and reports 100 %.

    The reference anemometer is the plant's true wind, never the article's own estimate nor the source's report.

    Attributes:
        slope: at which the wind is raised and let down, m/s^2.
        slack: by which share a steady wind may fall short of what it was told.
    """

    slope = RAMP
    slack = 0.0

    def __init__(self, context: Context) -> None:
        self._context = context
        self._air = faulty(context.need(context.sockets.air, "air"), context.fault)
        self._truth: Callable[[], Truth] = context.need(context.sockets.truth, "truth")
        self._command = WindCommand()
        self._nose = self._bearing = self._speed = 0.0
        declared = context.declaration.envelope.air_density or ISA_DENSITY
        density = float(context.settings.get("air_density") or ISA_DENSITY)
        self._terms = Terms(density=density, declared=declared, uncertainty=context.uncertainty, slack=self.slack)
        self._changing = replace(self._terms, slack=max(self.slack, context.sockets.air_slack))

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
        level = fraction * self._claim(of)
        speed = self._terms.aim(level)

        def prove(readings: list[Truth]) -> None:
            self._prove_wind(level, speed, readings)

        with self._flow(speed, azimuth, prove, landing=landing) as begin:
            run_for(self._context.world, settle)
            with begin():
                yield speed

    @contextmanager
    def turbulent(self, *, fraction: float, azimuth: float, height: float, settle: float) -> Iterator[float]:
        """Blow turbulence of the declared class at `height` (m) on `fraction` of the declared greatest wind.

        Dryden's spectrum (MIL-F-8785C); the seed follows from run, case and role. The pattern passes at the mean wind's
        speed. What blew is compared with the commanded series of that seed.

        Yields:
            The commanded mean speed in m/s, `settle` seconds after the turbulence set in.

        Raises:
            RigError: the declaration names no class; on leaving, when the wind was not the commanded series, or the
                article's tilt shows that it did not blow.
            VehicleError: as for ``blowing``.
        """
        level = fraction * self._claim("max_wind")
        mean = self._changing.aim(level)
        turbulence = Turbulence(
            seed=self._context.seed, w20=self._declared_w20() * mean / level, height=height, speed=mean
        )
        stirrings: list[Stirring] = []
        with self._flow(mean, azimuth, lambda readings: self._prove_turbulence(stirrings[0], readings)) as begin:
            stirrings.append(Stirring(turbulence=turbulence, start=self._context.world.now(), mean=mean))
            self._context.log.note(str(stirrings[0]))
            self._air.set_turbulence(turbulence)
            with Undo(lambda: self._air.set_turbulence(None)):
                run_for(self._context.world, settle)
                with begin():
                    yield mean

    def turn(self, azimuth: float, *, settle: float) -> None:
        """Let the wind that blows come from another azimuth (deg, clockwise from where the nose was), and settle."""
        start, end = self._bearing, self._nose + azimuth
        way = (end - start + 180.0) % 360.0 - 180.0
        steps = math.ceil(abs(way) / SLEW / PERIOD)
        for step in range(1, steps + 1):
            self._set(self._speed, start + way * step / steps)
            run_for(self._context.world, PERIOD)
        run_for(self._context.world, settle)

    @contextmanager
    def swinging(self, *, angle: float, within: float) -> Iterator[Turn]:
        """Swing the wind that blows by `angle` (deg, clockwise) in `within` s; it stays there.

        Yields:
            The commanded turn, which starts two seconds later.

        Raises:
            RigError: on leaving, when the realised turn is not within 5 deg of the commanded one. An error of the body
                stays the one that is raised; the control is recorded all the same.
        """
        start = self._context.world.now() + GUST_DELAY
        turn = Turn(start=start, end=start + within, angle=angle)
        before = bearing_of(self._truth())
        self._command.add_turn(turn)
        readings, stop = self._listen()
        self._air.set_direction_change(start=start, duration=within, angle=math.radians(angle))

        def end() -> None:
            stop()
            self._context.log.chart(azimuth_chart(bearings(readings), self._command, self._nose))
            after = bearing_of(self._truth())
            off = math.inf if before is None or after is None else apart(after - before, angle)
            # from now on the new bearing is set, not turned to
            self._air.set_direction_change(start=start, duration=within, angle=0.0)
            self._set(self._speed, self._bearing + angle)
            detail = f"commanded a swing of {angle:g} deg, realised within {off:.1f} deg"
            self._context.check("wind.swing", off <= DIRECTION_TOLERANCE, detail)

        with Undo(end):
            yield turn

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
        level = peak_fraction * self._claim("max_gust")
        peak = self._changing.aim(level)
        if peak - mean <= PEAK_TOLERANCE * peak:
            raise RigError(f"a gust to {peak:.2f} m/s is too close to the wind of {mean:.2f} m/s to be told from none")
        start = self._context.world.now() + GUST_DELAY
        gust = Gust(start=start, end=start + duration, amplitude=peak - mean)
        north, east = blows_to(gust.amplitude, self._bearing)
        self._air.add_gust(start=start, duration=duration, north=north, east=east)
        readings, stop = self._listen()
        # the peak itself, however the readings fall
        self._context.world.schedule.at(start + 0.5 * duration, lambda: readings.append(self._truth()))

        def end() -> None:
            stop()
            speeds = list(map(wind_speed, readings))
            realised = max(speeds, default=0.0)
            ok = abs(realised - peak) <= PEAK_TOLERANCE * peak
            self._context.check("wind.gust", ok, f"commanded a peak of {peak:.2f} m/s, realised {realised:.2f} m/s")
            if self._context.world.now() >= gust.end:
                self._prove_width(gust, mean, speeds)
            self._context.uncertainty_at(realised, "a gust")
            self._context.log.exposed(self._changing.exposure("gust peak", level, realised))

        with Undo(end):
            yield gust

    @contextmanager
    def rising(self, *, fractions: Sequence[float], azimuth: float, dwell: float) -> Iterator[Rise]:
        """Raise the wind in steps to `fractions` of the declared wind limit, `dwell` s apart, while the body goes on.

        Raises:
            RigError: on leaving, when a step did not blow as ordered, the limit was not crossed, or the article's tilt
                did not change with the wind. An error of the body stays the one that is raised.
        """
        limit, world = self._terms.blown(self._claim("wind_limit")), self._context.world
        still_tilt = self._still_tilt()
        self._nose = math.degrees(self._truth().motion.yaw)
        self._bearing = self._nose + azimuth
        speeds = [fraction * limit for fraction in fractions]
        orders = staircase(world.now(), speeds, dwell=dwell, slope=RAMP, period=PERIOD)
        with Undo(lambda: self._ramp(0.0)):
            handles = [
                world.schedule.at(order.time, partial(self._set, order.speed, self._bearing)) for order in orders
            ]
            readings, stop = self._listen()
            rise = Rise(start=world.now(), limit=limit, readings=readings, period=PERIOD)

            def end() -> None:
                stop()
                for handle in handles:
                    handle.cancel()
                self._prove_rise(rise, orders)
                self._prove_direction(readings)
                self._prove_liveness(readings, still_tilt, cut_short=False)

            with Undo(end):
                yield rise

    def downwind(self, *, up: float) -> Spot:
        """The point at the declared radius of return, straight downwind of home and `up` m above it."""
        radius = self._claim("return_radius")
        north, east = blows_to(radius, self._bearing)
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

    def _declared_w20(self) -> float:
        name = self._context.declaration.envelope.turbulence
        return self._context.claim(None if name is None else W20[name], "envelope.turbulence")

    @contextmanager
    def _flow(
        self, speed: float, azimuth: float, prove: Callable[[list[Truth]], None], *, landing: bool = False
    ) -> Iterator[Callable[[], Undo]]:
        """Raise the wind to `speed`; it goes down on leaving. Yields what begins to read it, in a context of its own.

        On leaving that context the controls are recorded: ``prove``, direction and liveness.
        """
        flew, still_tilt = not self._truth().on_ground, self._still_tilt()
        self._nose = math.degrees(self._truth().motion.yaw)
        self._bearing = self._nose + azimuth

        def begin() -> Undo:
            readings, stop = self._listen()

            def end() -> None:
                stop()
                prove(readings)
                came_down = flew and not landing and any(reading.on_ground for reading in readings)
                self._prove_liveness(readings, still_tilt, cut_short=came_down)
                if came_down:
                    raise VehicleError(f"the article came down in a wind of {speed:.2f} m/s")

            return Undo(end)

        with Undo(lambda: self._ramp(0.0)):
            self._ramp(speed)
            yield begin

    def _listen(self) -> tuple[list[Truth], Callable[[], None]]:
        readings: list[Truth] = []
        world = self._context.world
        return readings, world.schedule.every(PERIOD, lambda: readings.append(self._truth()), start=world.now())

    def _still_tilt(self) -> float:
        readings, stop = self._listen()
        with Undo(stop):
            run_for(self._context.world, STILL_WINDOW)
        return mean_tilt(readings)

    def _prove_wind(self, level: float, speed: float, readings: list[Truth]) -> None:
        speeds = list(map(wind_speed, readings))
        median = sorted(speeds)[len(speeds) // 2] if speeds else 0.0
        ok = abs(median - speed) <= MEAN_TOLERANCE * speed
        self._context.check("wind.realised", ok, f"commanded {speed:.2f} m/s, realised median {median:.2f} m/s")
        lowest = lowest_mean(speeds, PERIOD)
        detail = f"commanded {speed:.2f} m/s, weakest mean of 3 s {lowest:.2f} m/s"
        self._context.check("wind.steady", lowest >= LEAST_STRETCH * speed, detail)
        self._prove_direction(readings)
        self._context.uncertainty_at(median, "a wind")
        self._context.log.exposed(self._terms.exposure("wind", level, median))

    def _prove_width(self, gust: Gust, mean: float, speeds: Sequence[float]) -> None:
        """A spike of the right height is no gust of that length."""
        wide, wanted = time_above(mean + 0.5 * gust.amplitude, speeds, PERIOD), 0.5 * (gust.end - gust.start)
        detail = f"above half of its amplitude for {wide:.1f} s, commanded {wanted:.1f} s"
        self._context.check("wind.gust_width", abs(wide - wanted) <= WIDTH_TOLERANCE * wanted + WIDTH_SLACK, detail)

    def _prove_direction(self, readings: list[Truth]) -> None:
        known = bearings(readings)
        off = max((apart(bearing, self._command.bearing(time)) for time, bearing in known), default=0.0)
        detail = f"at most {off:.1f} deg off the commanded direction, of {len(known)} readings"
        self._context.check("wind.direction", off <= DIRECTION_TOLERANCE, detail)

    def _prove_turbulence(self, stirring: Stirring, readings: list[Truth]) -> None:
        times = np.array([reading.motion.time for reading in readings])
        realised = np.array([self._along(reading) for reading in readings])
        commanded = stirring.at(times)
        likeness = compare(realised, commanded, PERIOD)
        self._context.log.chart(turbulence(times, realised, commanded))
        problems = likeness.problems()
        said = f"{', '.join(problems)} not as commanded; " if problems else ""
        self._context.check("wind.turbulence", not problems, f"{said}{likeness}")
        mean, told = likeness.mean
        self._context.uncertainty_at(mean, "a wind")
        self._context.log.exposed(self._changing.series("mean of the turbulent wind", told=told, realised=mean))
        sigma, told = likeness.total
        self._context.log.exposed(self._changing.series("sigma of the turbulence", told=told, realised=sigma))

    def _along(self, reading: Truth) -> tuple[float, float, float]:
        """The wind at one time: m/s along the commanded direction, to the right of it, and up."""
        towards = math.radians(self._command.bearing(reading.motion.time) + 180.0)
        north, east = reading.wind_north, reading.wind_east
        along = north * math.cos(towards) + east * math.sin(towards)
        return along, east * math.cos(towards) - north * math.sin(towards), reading.wind_up

    def _prove_rise(self, rise: Rise, orders: Sequence[Order]) -> None:
        times = [reading.motion.time for reading in rise.readings]
        self._context.log.chart(rise_against_limit(times, list(map(wind_speed, rise.readings)), rise.limit))
        latest = {round(order.time / PERIOD): order.speed for order in orders}
        speed, worst = 0.0, 0.0
        for reading in rise.readings:
            # an order is in force when the next reading is taken
            worst = max(worst, abs(wind_speed(reading) - speed))
            speed = latest.get(round(reading.motion.time / PERIOD), speed)
        ok = worst <= MEAN_TOLERANCE * rise.limit
        self._context.check("wind.realised", ok, f"realised wind at most {worst:.2f} m/s off the commanded staircase")
        self._context.uncertainty_at(rise.limit, "the wind limit")
        self._context.check("wind.crossed", True, f"3 s mean crossed {rise.limit:g} m/s at {rise.crossed():.1f} s")

    def _prove_liveness(self, readings: list[Truth], still_tilt: float, *, cut_short: bool) -> None:
        # what lies on the ground feels no wind
        airborne = [reading for reading in readings if not reading.on_ground]
        if cut_short and len(airborne) < LEAST_READINGS:
            self._context.log.note("the article came down too early for its tilt to say whether the wind blew")
            return
        change = mean_tilt(airborne) - still_tilt
        detail = f"mean tilt in the air changed by {change:.1f} deg against still air, of {len(airborne)} readings"
        self._context.check("wind.liveness", change >= LEAST_TILT_CHANGE, detail)

    def _ramp(self, end: float) -> None:
        start = self._speed
        steps = max(1, math.ceil(abs(end - start) / self.slope / PERIOD))
        for step in range(1, steps + 1):
            self._set(start + (end - start) * step / steps, self._bearing)
            run_for(self._context.world, PERIOD)

    def _set(self, speed: float, bearing: float) -> None:
        self._speed, self._bearing = speed, bearing
        self._command.set_bearing(self._context.world.now(), bearing)
        north, east = blows_to(speed, bearing)
        self._air.set_wind(north, east)
