"""How hard the motors worked and how far the aircraft leaned, from the truth's readings; WIND-07 is measured on it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.drone.flight.state import Truth
from harness.errors import RigError
from harness.instruments.flight.attitude import tilt
from harness.instruments.flight.track import BLOCKS, percentile
from harness.judgement import Estimate, estimate

NINETY_NINE = 99.0
# a motor command this near to an end of its range has nothing left; speed controllers idle at a twentieth
LOW_END, HIGH_END = 0.051, 0.99


@dataclass(frozen=True, kw_only=True)
class Effort:
    """Motor outputs and tilt while they were watched; complete once the watching has ended.

    Attributes:
        readings: of the truth, in the order of time, `period` s apart.
        period: s.
        tilt_limit: the aircraft's declared greatest tilt, deg.
        u_tilt: standard uncertainty of the truth's tilt, deg.
    """

    readings: Sequence[Truth]
    period: float
    tilt_limit: float
    u_tilt: float

    def motor_p99(self) -> Estimate:
        """99th percentile of the worst motor's output, % of its range.

        Raises:
            RigError: the truth tells of no motor, or was read too seldom.
        """
        outputs = self.worst_outputs()
        return estimate(percentile(outputs, NINETY_NINE), repeatability=_spread(outputs))

    def worst_outputs(self) -> list[float]:
        """Output of the motor with the greatest 99th percentile at each reading, %.

        Raises:
            RigError: see `motor_p99`.
        """
        self._assert_enough()
        motors = zip(*(reading.motors for reading in self.readings), strict=True)
        return max(([100.0 * share for share in motor] for motor in motors), key=lambda m: percentile(m, NINETY_NINE))

    def saturation_time(self) -> Estimate:
        """Longest unbroken time with any motor at an end of its range, s.

        Raises:
            RigError: see `motor_p99`.
        """
        self._assert_enough()
        longest = run = 0
        for reading in self.readings:
            at_an_end = any(share <= LOW_END or share >= HIGH_END for share in reading.motors)
            run = run + 1 if at_an_end else 0
            longest = max(longest, run)
        return estimate(longest * self.period, time=self.period / math.sqrt(6.0))

    def tilt_margin(self) -> Estimate:
        """The declared greatest tilt less the 99th percentile of tilt, deg.

        Raises:
            RigError: see `motor_p99`.
        """
        self._assert_enough()
        tilts = [tilt(reading) for reading in self.readings]
        margin = self.tilt_limit - percentile(tilts, NINETY_NINE)
        return estimate(margin, truth=self.u_tilt, repeatability=_spread(tilts))

    def _assert_enough(self) -> None:
        counts = {len(reading.motors) for reading in self.readings}
        # an output that nobody tells compares false with every limit, and would never be at an end of its range
        told = all(math.isfinite(share) for reading in self.readings for share in reading.motors)
        if len(self.readings) < 2 * BLOCKS or len(counts) != 1 or counts == {0} or not told:
            raise RigError(
                f"{len(self.readings)} readings of the truth do not tell what the motors did: on a bench, have the "
                "article send SERVO_OUTPUT_RAW on the observer's port"
            )


def _spread(values: Sequence[float]) -> float:
    """Standard uncertainty of the 99th percentile from that of six blocks of the window."""
    size = len(values) // BLOCKS
    parts = [percentile(values[start : start + size], NINETY_NINE) for start in range(0, size * BLOCKS, size)]
    mean = sum(parts) / BLOCKS
    return math.sqrt(sum((part - mean) ** 2 for part in parts) / (BLOCKS - 1) / BLOCKS)
