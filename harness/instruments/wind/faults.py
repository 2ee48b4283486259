"""A wind source that lies: the air as a faulty source really moves it, for rig faults of the simulated wind."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from harness.plant.weather import LogLaw, PowerLaw, Turbulence, Wind
from harness.targets.base import Air

MUTED, REVERSED, LIES = "muted", "reversed", "lies"
# what is left of a command, by fault
SHARES: Mapping[str, float] = MappingProxyType({MUTED: 0.0, REVERSED: -1.0, LIES: 0.8})


def faulty(air: Air, fault: str) -> Air:
    """`air` behind a source with `fault`; without one, or with one that is not of the source, `air` itself."""
    return FaultyAir(air, SHARES[fault]) if fault in SHARES else air


class FaultyAir:
    """Takes every command and follows `share` of it; below 0 it blows the other way."""

    def __init__(self, air: Air, share: float) -> None:
        self._air, self._share = air, share

    def set_wind(self, north: float, east: float, up: float = 0.0) -> None:
        """Blow a share of it, m/s."""
        self._air.set_wind(self._share * north, self._share * east, self._share * up)

    def add_gust(self, *, start: float, duration: float, north: float, east: float, up: float = 0.0) -> None:
        """Blow a share of the gust."""
        share = self._share
        self._air.add_gust(start=start, duration=duration, north=share * north, east=share * east, up=share * up)

    def add_operating_gust(self, *, start: float, duration: float, north: float, east: float) -> None:
        """Blow a share of the gust."""
        share = self._share
        self._air.add_operating_gust(start=start, duration=duration, north=share * north, east=share * east)

    def set_direction_change(self, *, start: float, duration: float, angle: float) -> None:
        """Turn by a share of the angle, rad."""
        self._air.set_direction_change(start=start, duration=duration, angle=self._share * angle)

    def set_swing(self, amplitude: float, period: float) -> None:
        """Swing by a share of the amplitude, rad."""
        self._air.set_swing(abs(self._share) * amplitude, period)

    def set_profile(self, profile: PowerLaw | LogLaw | None) -> None:
        """A shape has no share."""
        self._air.set_profile(profile)

    def set_shear(self, north: float, east: float, *, reference: float = 10.0) -> None:
        """Shear by a share of it."""
        self._air.set_shear(self._share * north, self._share * east, reference=reference)

    def set_turbulence(self, turbulence: Turbulence | None) -> None:
        """Stir with a share of the intensity."""
        share = abs(self._share)
        if turbulence is None or share == 0.0:
            self._air.set_turbulence(None)
        elif turbulence.w20 is not None:
            self._air.set_turbulence(replace(turbulence, w20=share * turbulence.w20))
        else:
            along, across, up = turbulence.sigmas or (0.0, 0.0, 0.0)
            self._air.set_turbulence(replace(turbulence, sigmas=(share * along, share * across, share * up)))

    def read_wind(self) -> Wind:
        """The true air, as it is."""
        return self._air.read_wind()
