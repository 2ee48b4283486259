"""Angles of the true attitude."""

import math

from harness.drone.flight.state import Truth
from harness.errors import RigError


def tilt(truth: Truth) -> float:
    """Angle of the body's up axis from the vertical, deg.

    Raises:
        RigError: the attitude is not a finite number.
    """
    roll, pitch = truth.motion.roll, truth.motion.pitch
    if not (math.isfinite(roll) and math.isfinite(pitch)):
        raise RigError(f"the truth gives no attitude: roll {roll}, pitch {pitch}")
    return math.degrees(math.acos(max(-1.0, min(1.0, math.cos(roll) * math.cos(pitch)))))
