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
def _free_pace(s: Array) -> float:
    """Part of its speed that the horizontal set-point may keep: less when the aircraft falls behind it."""
    north = s[own.SET_POS] - s[own.ESTIMATE + lay.POS]
    east = s[own.SET_POS + 1] - s[own.ESTIMATE + lay.POS + 1]
    return min(1.0, max(0.0, 2.0 - math.sqrt(north * north + east * east) / _LEASH))


@njit
def _wanted_velocity(s: Array, p: Array) -> tuple[float, float]:
    """Horizontal velocity (m/s, north and east) that the set-point should have."""
    free = _free_pace(s)
    if s[own.COURSE] == 1.0:
        return free * s[own.TARGET_VEL], free * s[own.TARGET_VEL + 1]
    north, east = s[own.TARGET] - s[own.SET_POS], s[own.TARGET + 1] - s[own.SET_POS + 1]
    distance = math.sqrt(north * north + east * east)
    scale = free * _approach(distance, s[own.CRUISE], p[own.SET_POINT_ACC]) / max(distance, 1e-6)
    return scale * north, scale * east


@njit
def _horizontal(s: Array, p: Array) -> None:
    north, east = _wanted_velocity(s, p)
    off_north, off_east = north - s[own.SET_VEL], east - s[own.SET_VEL + 1]
    off = math.sqrt(off_north * off_north + off_east * off_east)
    part = min(1.0, p[own.SET_POINT_ACC] * p[lay.DT] / max(off, 1e-9))
    s[own.SET_VEL] += part * off_north
    s[own.SET_VEL + 1] += part * off_east
    s[own.SET_ACC] = part * off_north / p[lay.DT]
    s[own.SET_ACC + 1] = part * off_east / p[lay.DT]
    for axis in range(2):
        s[own.SET_POS + axis] += p[lay.DT] * s[own.SET_VEL + axis]


@njit
def _wanted_sink(s: Array, p: Array) -> float:
    """Speed (m/s, down) that the set-point should have."""
    free: float = min(1.0, max(0.0, 2.0 - 2.0 * abs(s[own.SET_POS + 2] - s[own.ESTIMATE + lay.POS + 2])))
    if s[own.COURSE_UP] == 1.0:
        wanted: float = min(s[own.DESCEND], max(-s[own.CLIMB], s[own.TARGET_VEL + 2]))
        return free * wanted
    down = s[own.TARGET + 2] - s[own.SET_POS + 2]
    top = s[own.DESCEND] if down > 0.0 else s[own.CLIMB]
    speed: float = free * _approach(abs(down), top, p[own.SET_POINT_ACC])
    return speed if down > 0.0 else -speed


@njit
def _vertical(s: Array, p: Array) -> None:
    most = p[own.SET_POINT_ACC] * p[lay.DT]
    s[own.SET_VEL + 2] += min(most, max(-most, _wanted_sink(s, p) - s[own.SET_VEL + 2]))
    s[own.SET_POS + 2] += p[lay.DT] * s[own.SET_VEL + 2]


@njit
def _follow(s: Array, axis: int) -> None:
    """Let the set-point be where the aircraft is, so that a later course begins there."""
    s[own.SET_POS + axis] = s[own.ESTIMATE + lay.POS + axis]
    s[own.SET_VEL + axis] = s[own.ESTIMATE + lay.VEL + axis]
    s[own.SET_ACC + axis] = 0.0


@njit
def _turn(s: Array, p: Array) -> None:
    most = _YAW_RATE * p[lay.DT]
    if s[own.COURSE_YAW] == 1.0:
        s[own.SET_YAW] = wrap(s[own.SET_YAW] + s[own.TARGET_YAW_RATE] * p[lay.DT])
    else:
        s[own.SET_YAW] += min(most, max(-most, wrap(s[own.TARGET_YAW] - s[own.SET_YAW])))


@njit
def guide(s: Array, p: Array) -> None:
    """Move position, velocity, acceleration and yaw set-points on by one frame, as the courses say."""
    if s[own.COURSE] == 2.0:
        _follow(s, 0)
        _follow(s, 1)
    else:
        _horizontal(s, p)
    if s[own.COURSE_UP] == 2.0:
        _follow(s, 2)
    else:
        _vertical(s, p)
    _turn(s, p)
