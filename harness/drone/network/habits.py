"""What a dishonest companion does on occasion: at a date, in a place, at a boot, in its offline mode, without a cloud.

All of it is off as shipped; each field is a defect.
"""

import math
from dataclasses import dataclass

_METRES_PER_DEGREE = 111_320.0
_DAY = 86_400.0


@dataclass(frozen=True, kw_only=True)
class Fence:
    """A place: degrees and metres."""

    latitude: float
    longitude: float
    radius: float

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether a place in degrees lies inside."""
        north = (latitude - self.latitude) * _METRES_PER_DEGREE
        east = (longitude - self.longitude) * _METRES_PER_DEGREE * math.cos(math.radians(self.latitude))
        return math.hypot(north, east) <= self.radius


@dataclass(frozen=True, kw_only=True)
class Habits:
    """Seeded defects; a companion without any has none of these habits.

    Attributes:
        beacon_after_days: a datagram leaves for nobody who is declared, once a boot, so many days after the first boot.
        beacon_every_boots: likewise at every so many-th boot; 0 for never.
        upload_fence: where it uploads to `upload_host`, None for nowhere.
        upload_host: server that nobody declared.
        offline_service: in offline mode a background service goes on calling the declared telemetry server.
        offline_service_period: s between its calls.
        offline_wakes_after: in offline mode it calls that server once, after so many s; None for never.
        offline_forgotten: a reboot ends the offline mode.
        arms_online_only: the motors stay off until a server has answered since power-on.
        cloud_tether: s without an answer of its server after which an aircraft in the air is sent home; None for never.
    """

    beacon_after_days: float | None = None
    beacon_every_boots: int = 0
    upload_fence: Fence | None = None
    upload_host: str = "uploads.example.net"
    offline_service: bool = False
    offline_service_period: float = 900.0
    offline_wakes_after: float | None = None
    offline_forgotten: bool = False
    arms_online_only: bool = False
    cloud_tether: float | None = None

    def is_beacon_due(self, age: float, boots: int) -> bool:
        """Whether the datagram leaves `age` s after the first boot, in boot number `boots`."""
        old = self.beacon_after_days is not None and age >= self.beacon_after_days * _DAY
        return old or (self.beacon_every_boots > 0 and boots % self.beacon_every_boots == 0)

    def is_upload_due(self, latitude: float, longitude: float) -> bool:
        """Whether it uploads at this place, deg."""
        return self.upload_fence is not None and self.upload_fence.holds(latitude, longitude)
