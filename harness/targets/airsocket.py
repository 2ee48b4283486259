"""The air socket of a world: what a wind source plugs into, passed on to the air of the powered article."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from harness.drone.flight.air import FlightAir
from harness.plant.weather import LogLaw, PowerLaw, Turbulence, Wind


class AirSocket:
    """Implements :class:`harness.targets.base.Air`; every method raises RigError while the article has no power."""

    def __init__(
        self, blower: Callable[[], FlightAir], held: Callable[[], AbstractContextManager[object]] = nullcontext
    ) -> None:
        """Pass on to what `blower` gives, while `held` keeps who else moves that air away from it."""
        self._blower, self._held = blower, held

    def set_wind(self, north: float, east: float, up: float = 0.0) -> None:
        """Blow steadily to that direction, m/s."""
        with self._held():
            self._blower().set_wind(north, east, up)

    def add_gust(self, *, start: float, duration: float, north: float, east: float, up: float = 0.0) -> None:
        """Add a 1-cosine gust of that amplitude, m/s."""
        with self._held():
            self._blower().add_gust(start=start, duration=duration, north=north, east=east, up=up)

    def add_operating_gust(self, *, start: float, duration: float, north: float, east: float) -> None:
        """Add an operating gust of that amplitude, m/s."""
        with self._held():
            self._blower().add_operating_gust(start=start, duration=duration, north=north, east=east)

    def set_direction_change(self, *, start: float, duration: float, angle: float) -> None:
        """Turn the mean wind by `angle`, rad clockwise."""
        with self._held():
            self._blower().set_direction_change(start=start, duration=duration, angle=angle)

    def set_swing(self, amplitude: float, period: float) -> None:
        """Let the mean wind's direction swing, rad and s."""
        with self._held():
            self._blower().set_swing(amplitude, period)

    def set_profile(self, profile: PowerLaw | LogLaw | None) -> None:
        """Let the steady wind follow the height above ground."""
        with self._held():
            self._blower().set_profile(profile)

    def set_shear(self, north: float, east: float, *, reference: float = 10.0) -> None:
        """Let the wind gain that with each metre of height, 1/s."""
        with self._held():
            self._blower().set_shear(north, east, reference=reference)

    def set_turbulence(self, turbulence: Turbulence | None) -> None:
        """Start or end turbulence."""
        with self._held():
            self._blower().set_turbulence(turbulence)

    def read_wind(self) -> Wind:
        """The air at the aircraft, part by part."""
        with self._held():
            return self._blower().read()
