"""Parts of the roles for flights in wind: journeys, a rising wind, what the truth watches, warnings, power."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from harness.instruments.flight.alarm import Alarm
from harness.instruments.flight.boundary import Boundary
from harness.instruments.flight.effort import Effort
from harness.instruments.flight.route import Route, Trace
from harness.instruments.flight.touchdown import Landings
from harness.instruments.flight.track import Spot
from harness.instruments.power.power import Consumption
from harness.instruments.wind.rise import Rise
from harness.judgement import Estimate


class Traveller(Protocol):
    """Of the vehicle role: journeys."""

    def take_off_and_land(self, *, height: float) -> None:
        """Take off to `height` m, hover above the pad, land on it and disarm.

        Raises:
            VehicleError: it does not, in time.
        """
        ...

    def move_to(self, spot: Spot) -> None:
        """Fly to a point and arrive there.

        Raises:
            VehicleError: it does not, in time.
        """
        ...

    def fly_route(self, route: Route) -> None:
        """Upload the route as a mission, fly it and hold its end.

        Raises:
            VehicleError: it refuses the mission, or does not come to its end in time.
        """
        ...

    def return_home(self) -> float:
        """Order the return home and wait until it stands there; returns when it was ordered, test clock, s.

        Raises:
            VehicleError: it had left its station before, or does not land in time.
        """
        ...


class AlarmWitness(Protocol):
    """Of the observer role: warnings and what follows them."""

    def watching_wind_action(self) -> AbstractContextManager[Alarm]:
        """Watch for warnings of the wind and for the declared action on too much of it, while the context lasts.

        Raises:
            RigError: the declared action is none that shows; on leaving, when the observer heard nothing.
        """
        ...


class RisingWind(Protocol):
    """Of the wind role: a wind past the limit, and what is declared for journeys in wind."""

    @property
    def declared_cruise(self) -> float:
        """The declared speed over ground of a planned track, m/s."""
        ...

    def downwind(self, *, up: float) -> Spot:
        """The point at the declared radius of return, straight downwind of home and `up` m above it."""
        ...

    def rising(self, *, fractions: Sequence[float], azimuth: float, dwell: float) -> AbstractContextManager[Rise]:
        """Raise the wind in steps to `fractions` of the declared wind limit, `dwell` s apart, while the body goes on.

        Raises:
            RigError: on leaving, when it did not blow as ordered or did not cross the limit.
        """
        ...


class FlightTruth(Protocol):
    """Of the truth role: what it watches of a flight."""

    def watching_motors(self) -> AbstractContextManager[Effort]:
        """Watch the motors' outputs and the tilt while the context lasts."""
        ...

    def watching_landings(self) -> AbstractContextManager[Landings]:
        """Watch for first contacts with the ground, about the pad at home, while the context lasts."""
        ...

    def tracing(self, route: Route, *, turn: float) -> AbstractContextManager[Trace]:
        """Trace the way along a route while the context lasts; within `turn` m of a corner it may turn."""
        ...

    def watching_boundary(self) -> AbstractContextManager[Boundary]:
        """Watch the distance to the declared containment boundary about home while the context lasts."""
        ...


class PowerRole(Protocol):
    """A calibrated meter at the battery."""

    def draw_beforehand(self, *, share: float) -> None:
        """Let a bench load draw `share` of the declared energy that is used when the return begins.

        Raises:
            RigError: the register did not count it.
        """
        ...

    def wait_used(self) -> None:
        """Wait until the declared energy has been taken from the full pack, in the air.

        Raises:
            VehicleTimeout: the article draws too little ever to get there.
        """
        ...

    def metering(self) -> AbstractContextManager[Consumption]:
        """Meter the power while the context lasts.

        Raises:
            RigError: on leaving, when the integral of the power and the meter's own register do not agree.
        """
        ...

    def reserve(self) -> Estimate:
        """Charge left in the pack as a share of its charge when full, %."""
        ...
