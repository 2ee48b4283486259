"""What is read of the flight for reports; each reading is taken once at one time, however many messages need it."""

from collections.abc import Callable
from typing import Protocol, TypeVar, cast

from harness.drone.flight.orders import Health, Satellites
from harness.drone.flight.state import Battery, Landed, Mode, Motion, Truth
from harness.timing import Clock

Reading = TypeVar("Reading")


class Observed(Protocol):
    """The part of ``FlightControl`` that is only read; explained there."""

    @property
    def mode(self) -> Mode:
        """Present flight mode."""
        ...

    @property
    def armed(self) -> bool:
        """Whether the motors may turn."""
        ...

    @property
    def landed(self) -> Landed:
        """Whether it stands, flies, takes off or lands."""
        ...

    def read_estimate(self) -> Motion:
        """Estimated motion."""
        ...

    def read_truth(self) -> Truth:
        """Read for the motor outputs alone."""
        ...

    def read_battery(self) -> Battery:
        """Battery monitor."""
        ...

    def read_satellites(self) -> Satellites:
        """GNSS receiver."""
        ...

    def read_health(self) -> Health:
        """How it judges itself."""
        ...

    def read_arming_problem(self) -> str:
        """Why it would not arm now."""
        ...


class Readings:
    """A flight as it is now; implements :class:`Observed`."""

    def __init__(self, flight: Observed, clock: Clock) -> None:
        self._flight, self._clock = flight, clock
        self._time = clock.now()
        self._taken: dict[str, object] = {}

    def forget(self) -> None:
        """Read anew, because something has just changed the state."""
        self._taken.clear()

    @property
    def mode(self) -> Mode:
        """Present flight mode."""
        return self._flight.mode

    @property
    def armed(self) -> bool:
        """Whether the motors may turn."""
        return self._flight.armed

    @property
    def landed(self) -> Landed:
        """Whether it stands, flies, takes off or lands."""
        return self._flight.landed

    def read_estimate(self) -> Motion:
        """Estimated motion."""
        return self._once("estimate", self._flight.read_estimate)

    def read_truth(self) -> Truth:
        """Read for the motor outputs alone."""
        return self._once("truth", self._flight.read_truth)

    def read_battery(self) -> Battery:
        """Battery monitor."""
        return self._once("battery", self._flight.read_battery)

    def read_satellites(self) -> Satellites:
        """GNSS receiver."""
        return self._once("satellites", self._flight.read_satellites)

    def read_health(self) -> Health:
        """How it judges itself."""
        return self._once("health", self._flight.read_health)

    def read_arming_problem(self) -> str:
        """Why it would not arm now."""
        return self._once("arming problem", self._flight.read_arming_problem)

    def _once(self, name: str, read: Callable[[], Reading]) -> Reading:
        now = self._clock.now()
        if now != self._time:
            self._taken.clear()
            self._time = now
        if name not in self._taken:
            self._taken[name] = read()
        return cast(Reading, self._taken[name])
