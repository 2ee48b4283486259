"""The boundary of the containment volume and how near the truth came to it; WIND-09 is measured on it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.drone.flight.state import Truth
from harness.errors import RigError
from harness.judgement import Estimate, estimate


@dataclass(frozen=True, kw_only=True)
class Boundary:
    """A circle about home, and the truth while it was watched; complete once the watching has ended.

    Attributes:
        readings: of the truth, in the order of time.
        radius: of the containment volume, m.
        u_position: standard uncertainty of the truth's position, m.
    """

    readings: Sequence[Truth]
    radius: float
    u_position: float

    def excursion(self) -> Estimate:
        """Greatest signed distance beyond the boundary, m; negative: it stayed inside by that much.

        Raises:
            RigError: nothing was watched.
        """
        beyond = [math.hypot(reading.motion.north, reading.motion.east) - self.radius for reading in self.readings]
        if not beyond:
            raise RigError("the truth was not read while the boundary was watched")
        return estimate(max(beyond), truth=self.u_position)
