"""Wind sources that only know a speed and a direction: gusts and turns are made of orders, ten a second."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NoReturn

from harness.errors import NotShown, RigError
from harness.instruments.context import Context
from harness.instruments.dialogue import closed_on_error
from harness.instruments.flight.command import apart, comes_from
from harness.instruments.truth.tracker import assemble
from harness.instruments.wind.wind import PlantWind
from harness.plant.weather import LogLaw, PowerLaw, Turbulence, Wind
from harness.timing import World

PERIOD = 0.1
CALM = 0.05  # m/s; less has no direction
FIXED_WITHIN = 5.0  # deg
SLACK = 0.01  # gusts are made of ten orders a second, and no fan holds its speed to the last digit

Order = Callable[[float, float], None]


@dataclass(frozen=True, kw_only=True)
class _Change:
    """Something on top of the mean wind from `start` to `end`: its share goes from 0 to 1 by `shape`."""

    start: float
    end: float
    shape: Callable[[float], float]
    north: float = 0.0
    east: float = 0.0
    angle: float = 0.0

    def share(self, now: float) -> float:
        return self.shape(min(1.0, max(0.0, (now - self.start) / (self.end - self.start))))


class SourceAir:
    """Implements :class:`harness.targets.base.Air`: sums up what was ordered and tells the source.

    What the source cannot make at all is NOT_TESTED (``NotShown``).
    """

    def __init__(self, world: World, order: Order) -> None:
        """`order` takes a speed (m/s) and the bearing (deg) that it comes from."""
        self._world, self._order = world, order
        self._north = self._east = 0.0
        self._changes: list[_Change] = []

    def set_wind(self, north: float, east: float, up: float = 0.0) -> None:
        """Blow steadily to that direction, m/s."""
        if up:
            self._cannot("blow upwards")
        self._north, self._east = north, east
        self._tell()

    def add_gust(self, *, start: float, duration: float, north: float, east: float, up: float = 0.0) -> None:
        """Add a 1-cosine gust of that amplitude, m/s."""
        if up:
            self._cannot("blow upwards")
        self._add(_Change(start=start, end=start + duration, shape=_bell, north=north, east=east))

    def add_operating_gust(self, *, start: float, duration: float, north: float, east: float) -> None:
        """No order of its kind."""
        self._cannot("make operating gusts")

    def set_direction_change(self, *, start: float, duration: float, angle: float) -> None:
        """Turn the mean wind by `angle` (rad, clockwise) within that time; 0 takes it back."""
        self._changes = [each for each in self._changes if not each.angle]
        if angle:
            self._add(_Change(start=start, end=start + duration, shape=_rise, angle=angle))

    def set_swing(self, amplitude: float, period: float) -> None:
        """No order of its kind."""
        if amplitude:
            self._cannot("swing")

    def set_profile(self, profile: PowerLaw | LogLaw | None) -> None:
        """No order of its kind."""
        if profile is not None:
            self._cannot("make a profile over height")

    def set_shear(self, north: float, east: float, *, reference: float = 10.0) -> None:
        """No order of its kind."""
        if north or east:
            self._cannot("make shear")

    def set_turbulence(self, turbulence: Turbulence | None) -> None:
        """No order of its kind."""
        if turbulence is not None:
            self._cannot("make turbulence of a commanded spectrum")

    def read_wind(self) -> Wind:
        """A source measures nothing.

        Raises:
            RigError: always.
        """
        raise RigError("a wind source measures nothing: ask the anemometer")

    def _cannot(self, what: str) -> NoReturn:
        raise NotShown(f"the wind source of this rig cannot {what}")

    def _add(self, change: _Change) -> None:
        self._changes.append(change)
        steps = math.ceil((change.end - change.start) / PERIOD)
        for step in range(1, steps + 1):
            self._world.schedule.at(change.start + step * (change.end - change.start) / steps, self._tell)

    def _tell(self) -> None:
        now = self._world.now()
        north, east, angle = self._north, self._east, 0.0
        for change in self._changes:
            share = change.share(now)
            north, east, angle = north + share * change.north, east + share * change.east, angle + share * change.angle
        speed = math.hypot(north, east)
        bearing = (comes_from(north, east) + math.degrees(angle)) % 360.0
        self._order(speed if speed > CALM else 0.0, bearing)


def _bell(phase: float) -> float:
    return 0.5 * (1.0 - math.cos(2.0 * math.pi * phase))


def _rise(phase: float) -> float:
    return 0.5 * (1.0 - math.cos(math.pi * phase))


class MeasuredWind(PlantWind):
    """The wind role on a bench: a source that is told, an anemometer that proves it."""

    slack = SLACK

    def __init__(self, context: Context, source: Any) -> None:  # noqa: ANN401 - of any make
        """Blow with `source` (``order(speed, bearing)``) and measure with the rig's anemometer.

        Raises:
            RigError: the rig has no anemometer, or the target is not on a bench.
        """
        self._source = source
        with closed_on_error(source):
            self._set_up(context, source)

    def _set_up(self, context: Context, source: Any) -> None:  # noqa: ANN401 - of any make
        anemometer, tracker = context.device("anemometer"), context.devices.get("tracker")
        order: Order = source.order
        if "bearing" in context.settings:
            order = partial(_fixed, float(context.settings["bearing"]), source.order)
        truth = assemble(context, tracker.read if tracker is not None else None)
        sockets = replace(context.sockets, air=SourceAir(context.world, order), truth=truth)
        super().__init__(
            replace(context, sockets=sockets, uncertainty=anemometer.uncertainty, ranges=anemometer.ranges)
        )

    def identify(self) -> str:
        """What the source says that it is."""
        return str(self._source.identify())

    def close(self) -> None:
        """Let the wind die down, and let go of the source."""
        try:
            self._source.order(0.0, 0.0)
        finally:
            self._source.close()


def _fixed(bearing: float, order: Order, speed: float, wanted: float) -> None:
    """A wind wall stands where it stands.

    Raises:
        RigError: the wind should come from elsewhere.
    """
    if speed and apart(bearing, wanted) > FIXED_WITHIN:
        raise RigError(
            f"the wind should come from {wanted:.0f} deg, and this source stands at {bearing:.0f} deg: turn the "
            "article, or give the vehicle a heading"
        )
    order(speed, bearing)
