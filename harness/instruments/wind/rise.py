"""A wind that rises in steps past the article's limit, and when it crossed it; WIND-09 is measured against it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.drone.flight.state import Truth
from harness.errors import RigError
from harness.instruments.truth.truth import wind_speed

AVERAGED = 3.0


@dataclass(frozen=True, kw_only=True)
class Order:
    """A wind speed (m/s) that is ordered at a time (test clock, s)."""

    time: float
    speed: float


@dataclass(frozen=True, kw_only=True)
class Rise:
    """A staircase of wind speeds; complete once it has ended.

    Attributes:
        start: when it began, test clock, s.
        limit: the article's declared limit, m/s.
        readings: of the reference anemometer, in the order of time.
        period: between two readings, s.
    """

    start: float
    limit: float
    readings: Sequence[Truth]
    period: float

    def crossed(self) -> float:
        """When the realised wind, as a mean over 3 s, first reached the declared limit, s on the test clock.

        Raises:
            RigError: it never did.
        """
        count = round(AVERAGED / self.period)
        speeds = [wind_speed(reading) for reading in self.readings]
        for end in range(count, len(speeds) + 1):
            if sum(speeds[end - count : end]) / count >= self.limit:
                return self.readings[end - 1].motion.time
        raise RigError(f"the realised wind never crossed the declared limit of {self.limit:g} m/s")


def staircase(start: float, speeds: Sequence[float], *, dwell: float, slope: float, period: float) -> list[Order]:
    """Orders that raise the wind to each of `speeds` in turn, `dwell` s apart, by `slope` m/s^2, `period` s apart."""
    orders, last = [], 0.0
    for number, speed in enumerate(speeds):
        steps = max(1, math.ceil(abs(speed - last) / slope / period))
        for step in range(1, steps + 1):
            time = start + number * dwell + step * period
            orders.append(Order(time=time, speed=last + (speed - last) * step / steps))
        last = speed
    return orders
