"""Metres from home to latitude and longitude, and back, on a sphere (good to centimetres within a kilometre)."""

import math
from dataclasses import dataclass

# ArduPilot's LATLON_TO_M (AP_Common/Location.h): metres in 1e-7 degree of latitude.
_METRES_PER_DEGREE = 0.011131884502145034 * 1e7


@dataclass(frozen=True, kw_only=True)
class Home:
    """The launch point: degrees, and metres above mean sea level."""

    latitude: float
    longitude: float
    altitude: float

    def to_degrees(self, north: float, east: float) -> tuple[float, float]:
        """Latitude and longitude of a point in metres from home."""
        return (self.latitude + north / _METRES_PER_DEGREE, self.longitude + east / self._metres_per_degree_east())

    def to_metres(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Metres north and east of home of a point in degrees."""
        north = (latitude - self.latitude) * _METRES_PER_DEGREE
        return north, (longitude - self.longitude) * self._metres_per_degree_east()

    def _metres_per_degree_east(self) -> float:
        return _METRES_PER_DEGREE * max(math.cos(math.radians(self.latitude)), 0.01)
