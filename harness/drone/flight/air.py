"""The air around the drone, as a wind source moves it and an anemometer reads it. Loads no kernel on import."""

from harness.drone.flight.settings import FlightArrays
from harness.plant import layout as lay
from harness.plant import weather
from harness.plant.weather import LogLaw, PowerLaw, Turbulence, Wind


class FlightAir:
    """Sets and reads the air of a flight. Times are seconds since power-on; a wind is given by where it blows *to*.

    Every method that sets something raises RigError for numbers that are not finite or beyond what the plant is made
    for.
    """

    def __init__(self, arrays: FlightArrays) -> None:
        """Take hold of the arrays that the flight's kernels work on."""
        # numba loads with the first drone, not with the package
        from harness.plant.air import blow

        self._s, self._p, self._rng = arrays
        self._blow = blow

    def set_wind(self, north: float, east: float, up: float = 0.0) -> None:
        """Set the steady wind, m/s; `up` is the updraft."""
        weather.set_steady(self._s, (north, east, up))
        self._renew()

    def add_gust(self, *, start: float, duration: float, north: float, east: float, up: float = 0.0) -> None:
        """Add a 1-cosine gust of amplitude (north, east, up) m/s from `start` for `duration` s."""
        weather.add_gust(self._s, self._now, (start, duration), (north, east, up))

    def add_operating_gust(self, *, start: float, duration: float, north: float, east: float) -> None:
        """Add an operating gust of IEC 61400-1 (dip, peak, dip), whose peak is 0.74 of its amplitude (m/s)."""
        weather.add_operating_gust(self._s, self._now, (start, duration), (north, east, 0.0))

    def set_direction_change(self, *, start: float, duration: float, angle: float) -> None:
        """Turn the mean wind by `angle` (rad, clockwise) from `start` within `duration` s, and leave it turned."""
        weather.set_direction_change(self._s, (start, duration), angle)
        self._renew()

    def set_swing(self, amplitude: float, period: float) -> None:
        """Let the mean wind's direction swing by `amplitude` (rad) to both sides in `period` s; 0 ends it."""
        weather.set_swing(self._s, self._now, amplitude, period)
        self._renew()

    def set_profile(self, profile: PowerLaw | LogLaw | None) -> None:
        """Let the horizontal steady wind follow the height above ground; None: it is the same everywhere."""
        weather.set_profile(self._s, profile)
        self._renew()

    def set_shear(self, north: float, east: float, *, reference: float = 10.0) -> None:
        """Let the wind gain (north, east) m/s with each metre of height; at `reference` (m) it gains nothing."""
        weather.set_shear(self._s, (north, east), reference)
        self._renew()

    def set_turbulence(self, turbulence: Turbulence | None) -> None:
        """Start turbulence now, in its steady state; None ends it. Give the mean wind first: it carries the pattern."""
        weather.set_turbulence(self._s, self._rng, turbulence)
        self._renew()

    def read(self) -> Wind:
        """The air at the aircraft now, part by part."""
        return weather.read_wind(self._s, self._now)

    @property
    def _now(self) -> float:
        return float(self._s[lay.FRAME] * self._p[lay.DT])

    def _renew(self) -> None:
        self._blow(self._s, self._now)
