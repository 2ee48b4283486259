"""What all topics need: the flight, the time, and how values are fitted into fields.

Values beyond a field's range are held at its end, never wrapped.
"""

import math
from dataclasses import dataclass

from harness.drone.mavlink.config import MavlinkConfig
from harness.drone.mavlink.empty_part import EmptyPart
from harness.drone.mavlink.flight_control import FlightControl
from harness.drone.mavlink.geodesy import Home
from harness.timing import Clock

Limits = tuple[int, int]

INT16, UINT16 = (-(2**15), 2**15 - 1), (0, 2**16 - 1)
INT32, UINT32 = (-(2**31), 2**31 - 1), (0, 2**32 - 1)
UNKNOWN_U16, UNKNOWN_I16 = 2**16 - 1, 2**15 - 1


@dataclass(frozen=True, kw_only=True)
class Aircraft:
    """What is reported on."""

    flight: FlightControl
    clock: Clock
    config: MavlinkConfig
    home: Home


class Topic(EmptyPart):
    """A part that only reports."""

    def __init__(self, aircraft: Aircraft) -> None:
        super().__init__()
        self._flight, self._clock = aircraft.flight, aircraft.clock
        self._config, self._home = aircraft.config, aircraft.home

    def _milliseconds(self) -> int:
        return round(self._clock.now() * 1000) % 2**32

    def _microseconds(self) -> int:
        return round(self._clock.now() * 1e6)


def held(value: float, limits: Limits) -> int:
    """`value` as a whole number within `limits`; what is not a number becomes the lower one."""
    low, high = limits
    return round(min(max(value, low), high)) if not math.isnan(value) else low


def degrees(angle: float) -> float:
    """`angle` (rad) from 0 to 360."""
    return math.degrees(angle) % 360.0
