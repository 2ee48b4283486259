"""The moving set-point: goes to the target within limits of speed and acceleration. A kernel source."""

import math

from harness.drone.flight import layout as own
from harness.drone.flight.estimator import wrap
from harness.plant import layout as lay
from harness.plant.jit import Array, njit

_YAW_RATE = 1.0  # rad/s
_LEASH = 3.0  # m, beyond which the set-point waits for the aircraft
_NEAR = 1.5  # 1/s, approach over the last stretch, where the square root would be too steep


@njit
def _approach(distance: float, top: float, acc: float) -> float:
    """Speed (m/s) at `distance` (m) from the target from which half of `acc` (m/s^2) still stops in time."""
    return min(top, math.sqrt(acc * distance), _NEAR * distance)


@njit
def _horizontal(s: Array, p: Array) -> None:
    north, east = s[own.TARGET] - s[own.SET_POS], s[own.TARGET + 1] - s[own.SET_POS + 1]
    distance = math.sqrt(north * north + east * east)
    behind = math.sqrt(
        (s[own.SET_POS] - s[own.ESTIMATE + lay.POS]) ** 2 + (s[own.SET_POS + 1] - s[own.ESTIMATE + lay.POS + 1]) ** 2
    )
    acc = p[own.SET_POINT_ACC]
    speed = _approach(distance, s[own.CRUISE], acc) * min(1.0, max(0.0, 2.0 - behind / _LEASH))
    scale = speed / max(distance, 1e-6)
    off_north, off_east = scale * north - s[own.SET_VEL], scale * east - s[own.SET_VEL + 1]
    off = math.sqrt(off_north * off_north + off_east * off_east)
    part = min(1.0, acc * p[lay.DT] / max(off, 1e-9))
    s[own.SET_VEL] += part * off_north
    s[own.SET_VEL + 1] += part * off_east
    s[own.SET_ACC] = part * off_north / p[lay.DT]
    s[own.SET_ACC + 1] = part * off_east / p[lay.DT]


@njit
def _vertical(s: Array, p: Array) -> None:
    down = s[own.TARGET + 2] - s[own.SET_POS + 2]
    top = s[own.DESCEND] if down > 0.0 else s[own.CLIMB]
    behind = abs(s[own.SET_POS + 2] - s[own.ESTIMATE + lay.POS + 2])
    speed = _approach(abs(down), top, p[own.SET_POINT_ACC]) * min(1.0, max(0.0, 2.0 - 2.0 * behind))
    off = (speed if down > 0.0 else -speed) - s[own.SET_VEL + 2]
    most = p[own.SET_POINT_ACC] * p[lay.DT]
    s[own.SET_VEL + 2] += min(most, max(-most, off))


@njit
def guide(s: Array, p: Array) -> None:
    """Move position, velocity, acceleration and yaw set-points on by one frame."""
    _horizontal(s, p)
    _vertical(s, p)
    for axis in range(3):
        s[own.SET_POS + axis] += p[lay.DT] * s[own.SET_VEL + axis]
    turn = wrap(s[own.TARGET_YAW] - s[own.SET_YAW])
    most = _YAW_RATE * p[lay.DT]
    s[own.SET_YAW] += min(most, max(-most, turn))
