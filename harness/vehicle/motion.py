"""Where the article says it is."""

import math
from dataclasses import dataclass

from harness.vehicle.receiver import Sample


@dataclass(frozen=True, kw_only=True)
class Position:
    """The article's own estimate: metres and m/s north, east and up of home, received at `time` (test clock, s)."""

    time: float
    north: float
    east: float
    up: float
    v_north: float
    v_east: float
    v_up: float

    @classmethod
    def from_sample(cls, sample: Sample) -> "Position":
        """From a LOCAL_POSITION_NED."""
        ned = sample.message
        return cls(time=sample.time, north=ned.x, east=ned.y, up=-ned.z, v_north=ned.vx, v_east=ned.vy, v_up=-ned.vz)

    @property
    def speed(self) -> float:
        """Speed over all three axes, m/s."""
        return math.sqrt(self.v_north**2 + self.v_east**2 + self.v_up**2)

    def distance_to(self, north: float, east: float, up: float) -> float:
        """Distance to a point, m."""
        return math.dist((self.north, self.east, self.up), (north, east, up))

    def __str__(self) -> str:
        """As error texts print it."""
        return f"{self.north:.2f} m north, {self.east:.2f} m east, {self.up:.2f} m up at {self.speed:.2f} m/s"
