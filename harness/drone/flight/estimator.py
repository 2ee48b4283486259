"""Where the drone thinks it is: inertial navigation held by GPS, barometer and heading. A kernel source.

A fixed-gain observer, the steady state of an error-state Kalman filter: velocity errors against GPS turn the estimated
tilt (which an accelerometer alone cannot know in flight) and, slowly, the gyro bias. The delay of the GPS is
known, so its samples are held against the estimate of the time at which they were taken.

A sample too far from the estimate is not believed; the longer none was, the farther one may be, as an error-state
filter's covariance would grow. What the accelerometer feels in the plane of the rotors is drag (Martin and Salaun 2010,
"The true role of accelerometer feedback in quadrotor control"): with satellites it gives the wind, without them, and
with the wind as last known, it keeps the velocity from running away.
"""

import math

from harness.drone.flight import layout as own
from harness.plant import layout as lay
from harness.plant.dynamics import to_body, to_world
from harness.plant.jit import Array, njit

# gains of one GPS sample (10 Hz); velocity and tilt: poles near 1 rad/s
_GPS_POS = 0.10
_GPS_VEL_BY_POS = 0.05
_GPS_VEL = 0.20
_GPS_TILT = 0.12 / 9.80665
_GPS_GYRO = 0.02
_GPS_CLIMB = 0.05
# gains of one barometer and heading sample (50 Hz); height: three poles near 0.8 rad/s
_BARO_POS = 0.045
_BARO_VEL = 0.035
_BARO_BIAS = 0.009
_HEADING = 0.02
_HEADING_GYRO = 0.002
# which GPS samples are believed
_VEL_GATE = 3.0  # m/s
_GATE_GROWTH = 0.05  # m/s^2
_VEL_GATE_GROWTH = 0.3  # m/s^2
_STALE = 0.25  # s without a sample: the next one was taken before the gap
_RESET_AGE = 1.0  # s without belief: begin anew from the sample
_BLIND = 1.0  # s without belief, from which drag holds the velocity
_WIND_LAG, _BLIND_LAG = 2.0, 3.0  # s
# on the ground, 1/s
_LEVEL = 2.0
_GYRO_REST = 2.0


@njit
def _tilt(e: Array, north: float, east: float, down: float) -> None:
    """Turn the estimated attitude by a small world-axes rotation vector (rad)."""
    w, i, j, k = e[lay.QUAT], e[lay.QUAT + 1], e[lay.QUAT + 2], e[lay.QUAT + 3]
    a, b, c = 0.5 * north, 0.5 * east, 0.5 * down
    w, i, j, k = (
        w - a * i - b * j - c * k,
        i + a * w + b * k - c * j,
        j + b * w + c * i - a * k,
        k + c * w + a * j - b * i,
    )
    size = math.sqrt(w * w + i * i + j * j + k * k)
    e[lay.QUAT], e[lay.QUAT + 1], e[lay.QUAT + 2], e[lay.QUAT + 3] = w / size, i / size, j / size, k / size


@njit
def _predict(s: Array, p: Array, e: Array) -> None:
    """Carry the estimate on by one frame of gyro and accelerometer; on the ground it stands still instead."""
    dt = p[lay.DT]
    for axis in range(3):
        e[lay.RATE + axis] = s[lay.GYRO + axis] - s[own.GYRO_BIAS + axis]
    a, b, c = to_world(e, e[lay.RATE] * dt, e[lay.RATE + 1] * dt, e[lay.RATE + 2] * dt)
    _tilt(e, a, b, c)
    north, east, down = to_world(e, s[lay.ACCEL], s[lay.ACCEL + 1], s[lay.ACCEL + 2])
    down += p[lay.GRAVITY]
    if s[own.RESTING] == 1.0:
        _rest(s, p, e, north, east)
        return
    e[lay.VEL] += dt * north
    e[lay.VEL + 1] += dt * east
    e[lay.VEL + 2] += dt * (down - s[own.LIFT_BIAS])
    for axis in range(3):
        e[lay.POS + axis] += dt * e[lay.VEL + axis]


@njit
def _rest(s: Array, p: Array, e: Array, north: float, east: float) -> None:
    """Level by gravity, zero the gyro, hold speed at zero; `north`, `east`: acceleration as now estimated (m/s^2)."""
    part = _LEVEL * p[lay.DT] / p[lay.GRAVITY]
    _tilt(e, -part * east, part * north, 0.0)
    for axis in range(3):
        s[own.GYRO_BIAS + axis] += _GYRO_REST * p[lay.DT] * e[lay.RATE + axis]
        e[lay.VEL + axis] = 0.0
    s[own.LIFT_BIAS] = s[own.WIND] = s[own.WIND + 1] = 0.0


@njit
def _innovation(s: Array, at: int, places: int) -> float:
    """Distance of the GPS sample at place `at` and the estimate in the first two of the snapshot's `places`."""
    north, east = s[at] - s[own.SNAPSHOT + places], s[at + 1] - s[own.SNAPSHOT + places + 1]
    return math.sqrt(north * north + east * east)


@njit
def _is_credible(s: Array, p: Array) -> bool:
    """Whether the GPS sample is near enough to the estimate; on the ground every one is."""
    age = s[own.GPS_AGE]
    near = _innovation(s, lay.GPS_POS, 0) <= p[own.GPS_GATE] + _GATE_GROWTH * age * age
    alike = _innovation(s, lay.GPS_VEL, 3) <= _VEL_GATE + _VEL_GATE_GROWTH * age
    return s[own.RESTING] == 1.0 or (near and alike)  # type: ignore[no-any-return]


@njit
def _begin_anew(s: Array, e: Array) -> None:
    """Take horizontal position and velocity over from the GPS sample, after a time without."""
    for axis in range(2):
        e[lay.POS + axis] += s[lay.GPS_POS + axis] - s[own.SNAPSHOT + axis]
        e[lay.VEL + axis] += s[lay.GPS_VEL + axis] - s[own.SNAPSHOT + 3 + axis]


@njit
def _correct_by_gps(s: Array, e: Array) -> None:
    """Position, velocity and tilt from the GPS sample against the estimate when it was taken."""
    for axis in range(2):
        error = s[lay.GPS_POS + axis] - s[own.SNAPSHOT + axis]
        drift = s[lay.GPS_VEL + axis] - s[own.SNAPSHOT + 3 + axis]
        e[lay.POS + axis] += _GPS_POS * error
        e[lay.VEL + axis] += _GPS_VEL_BY_POS * error + _GPS_VEL * drift
    e[lay.VEL + 2] += _GPS_CLIMB * (s[lay.GPS_VEL + 2] - s[own.SNAPSHOT + 5])
    north = _GPS_TILT * (s[lay.GPS_VEL + 1] - s[own.SNAPSHOT + 4])
    east = -_GPS_TILT * (s[lay.GPS_VEL] - s[own.SNAPSHOT + 3])
    if s[own.RESTING] == 0.0:
        _tilt(e, north, east, 0.0)
        a, b, c = to_body(e, north, east, 0.0)
        s[own.GYRO_BIAS] -= _GPS_GYRO * a
        s[own.GYRO_BIAS + 1] -= _GPS_GYRO * b
        s[own.GYRO_BIAS + 2] -= _GPS_GYRO * c


@njit
def _hear_gps(s: Array, p: Array, e: Array) -> None:
    """Use the GPS sample if it is fresh and credible; keep the estimate of now for the next one."""
    if s[own.GPS_SILENT] <= _STALE:
        s[own.INNOVATION] += 0.1 * (_innovation(s, lay.GPS_POS, 0) - s[own.INNOVATION])
        if _is_credible(s, p):
            if s[own.GPS_AGE] > _RESET_AGE:
                _begin_anew(s, e)
            else:
                _correct_by_gps(s, e)
            s[own.GPS_AGE] = 0.0
    s[own.GPS_SILENT] = 0.0
    for axis in range(3):
        s[own.SNAPSHOT + axis] = e[lay.POS + axis]
        s[own.SNAPSHOT + 3 + axis] = e[lay.VEL + axis]


@njit
def _feel_drag(s: Array, p: Array, e: Array) -> None:
    """Wind, or while blind the velocity, from the in-plane specific force that the airspeed should not give."""
    a, b, c = to_body(e, e[lay.VEL] - s[own.WIND], e[lay.VEL + 1] - s[own.WIND + 1], e[lay.VEL + 2])
    square = p[own.DRAG_SQUARE] * math.sqrt(a * a + b * b + c * c)
    drag = p[own.DRAG] + square
    north, east, _ = to_world(e, s[lay.ACCEL] + drag * a, s[lay.ACCEL + 1] + drag * b, 0.0)
    steep = p[lay.DT] / (drag + square)
    if s[own.GPS_AGE] < _BLIND:
        s[own.WIND] += steep / _WIND_LAG * north
        s[own.WIND + 1] += steep / _WIND_LAG * east
    else:
        e[lay.VEL] -= steep / _BLIND_LAG * north
        e[lay.VEL + 1] -= steep / _BLIND_LAG * east


@njit
def heading_of(e: Array) -> float:
    """Yaw (rad, clockwise from north) of the quaternion in `e`."""
    w, i, j, k = e[lay.QUAT], e[lay.QUAT + 1], e[lay.QUAT + 2], e[lay.QUAT + 3]
    return math.atan2(2.0 * (w * k + i * j), 1.0 - 2.0 * (j * j + k * k))


@njit
def wrap(angle: float) -> float:
    """`angle` (rad) brought into -pi to pi."""
    return angle - 2.0 * math.pi * math.floor((angle + math.pi) / (2.0 * math.pi))


@njit
def _correct_by_barometer(s: Array, e: Array) -> None:
    """Height, climb rate and lift bias from the barometer, yaw from the heading."""
    error = -s[lay.BARO] - e[lay.POS + 2]
    e[lay.POS + 2] += _BARO_POS * error
    turn = _HEADING * wrap(s[lay.HEADING] - heading_of(e))
    _tilt(e, 0.0, 0.0, turn)
    if s[own.RESTING] == 0.0:
        e[lay.VEL + 2] += _BARO_VEL * error
        s[own.LIFT_BIAS] -= _BARO_BIAS * error
        s[own.GYRO_BIAS + 2] -= _HEADING_GYRO * turn


@njit
def estimate(s: Array, p: Array) -> None:
    """Bring the estimate up to this frame's sensor samples."""
    e = s[own.ESTIMATE : own.ESTIMATE + own.ESTIMATE_SIZE]
    s[own.GPS_AGE] += p[lay.DT]
    s[own.GPS_SILENT] += p[lay.DT]
    _predict(s, p, e)
    if s[own.DRIVE] == 2.0:
        _feel_drag(s, p, e)
    if s[lay.BARO_NEW] == 1.0:
        _correct_by_barometer(s, e)
    if s[lay.GPS_NEW] == 1.0:
        _hear_gps(s, p, e)
