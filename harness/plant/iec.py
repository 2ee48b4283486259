"""Extreme gust and extreme change of direction of IEC 61400-1 for an aircraft's place in the wind. Loads no kernel.

The standard is written for wind turbines: rotor diameter becomes the aircraft's width, hub height its height.
"""

import math
from dataclasses import dataclass

GUST_DURATION = 10.5  # s
TURN_DURATION = 6.0  # s
GUST_PEAK = 0.74  # of the amplitude, by the gust's shape


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where and in what wind: mean wind (m/s) at `height` (m above ground), an aircraft of `width` (m).

    Attributes:
        speed: mean wind at the height, m/s.
        height: m above ground.
        width: of the aircraft, m.
        intensity: reference turbulence intensity: 0.16 (category A), 0.14 (B), 0.12 (C).
    """

    speed: float
    height: float = 10.0
    width: float = 0.6
    intensity: float = 0.16

    @property
    def sigma(self) -> float:
        """Standard deviation of the wind along itself (normal turbulence model), m/s."""
        return self.intensity * (0.75 * self.speed + 5.6)

    @property
    def scale(self) -> float:
        """Turbulence scale parameter, m."""
        return 0.7 * min(self.height, 60.0)


def operating_gust_amplitude(site: Site, yearly_extreme: float = math.inf) -> float:
    """Amplitude of the extreme operating gust, m/s: ``min(1.35 (Ve1 - V), 3.3 sigma / (1 + 0.1 D / scale))``.

    Args:
        site: where.
        yearly_extreme: Ve1, the extreme wind with a recurrence of one year, m/s.
    """
    by_turbulence = 3.3 * site.sigma / (1.0 + 0.1 * site.width / site.scale)
    return max(0.0, min(1.35 * (yearly_extreme - site.speed), by_turbulence))


def direction_change(site: Site) -> float:
    """Angle of the extreme direction change, rad, at most pi: ``4 arctan(sigma / (V (1 + 0.1 D / scale)))``."""
    if site.speed <= 0.0:
        return math.pi
    return min(math.pi, 4.0 * math.atan(site.sigma / (site.speed * (1.0 + 0.1 * site.width / site.scale))))
