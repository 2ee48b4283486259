"""What the aircraft's sensors read. A kernel source."""

import math

from harness.plant import layout as lay
from harness.plant.dynamics import to_body
from harness.plant.jit import Array, Random, njit
from harness.plant.noise import normal, wander


@njit
def _inertial(s: Array, p: Array, rng: Random) -> None:
    """Gyro and accelerometer of this frame: true value, constant bias, white noise."""
    for axis in range(3):
        s[lay.GYRO + axis] = s[lay.RATE + axis] + s[lay.GYRO_BIAS + axis] + p[lay.GYRO_NOISE] * normal(rng)
        s[lay.ACCEL + axis] = s[lay.FORCE + axis] + s[lay.ACCEL_BIAS + axis] + p[lay.ACCEL_NOISE] * normal(rng)


@njit
def _barometer(s: Array, p: Array, rng: Random) -> None:
    """Height with slow drift, noise, the static-pressure error of the airspeed, false drift; and the heading."""
    wander(s, lay.BARO_DRIFT, p[lay.BARO_WANDER], p[lay.BARO_FRAMES] * p[lay.DT] / p[lay.BARO_WANDER_LAG], rng)
    square = 0.0
    for axis in range(3):
        square += (s[lay.VEL + axis] - s[lay.AIR + axis]) ** 2
    error = s[lay.BARO_DRIFT] + p[lay.BARO_STATIC] * square + p[lay.BARO_NOISE] * normal(rng)
    s[lay.BARO_OFFSET] += p[lay.BARO_RATE] * p[lay.BARO_FRAMES] * p[lay.DT]
    s[lay.BARO] = error - s[lay.POS + 2] + s[lay.BARO_OFFSET]
    w, i, j, k = s[lay.QUAT], s[lay.QUAT + 1], s[lay.QUAT + 2], s[lay.QUAT + 3]
    yaw = math.atan2(2.0 * (w * k + i * j), 1.0 - 2.0 * (j * j + k * k))
    s[lay.HEADING] = yaw + s[lay.HEADING_BIAS] + p[lay.HEADING_NOISE] * normal(rng)


@njit
def _deliver(s: Array) -> None:
    """Give out the sample taken one period ago; after an outage there is none yet."""
    if s[lay.GPS_HELD_TIME] < 0.0:
        return
    s[lay.GPS_NEW], s[lay.GPS_FIX], s[lay.GPS_TIME] = 1.0, 1.0, s[lay.GPS_HELD_TIME]
    for axis in range(3):
        s[lay.GPS_POS + axis] = s[lay.GPS_HELD + axis]
        s[lay.GPS_VEL + axis] = s[lay.GPS_HELD + 3 + axis]


@njit
def _satellites(s: Array, p: Array, rng: Random) -> None:
    """Deliver the position and velocity sampled one period ago, and sample the next ones."""
    if p[lay.GPS_LOST] != 0.0:
        s[lay.GPS_FIX], s[lay.GPS_HELD_TIME] = 0.0, -1.0
        return
    _deliver(s)
    ratio = p[lay.GPS_FRAMES] * p[lay.DT] / p[lay.GPS_WANDER_LAG]
    for axis in range(3):
        wander(s, lay.GPS_DRIFT + axis, p[lay.GPS_WANDER], ratio, rng)
        noise = p[lay.GPS_NOISE] if axis < 2 else p[lay.GPS_NOISE_UP]
        place = s[lay.POS + axis] + s[lay.GPS_DRIFT + axis] + s[lay.GPS_GLITCH + axis]
        s[lay.GPS_HELD + axis] = place + noise * normal(rng)
        s[lay.GPS_HELD + 3 + axis] = s[lay.VEL + axis] + p[lay.GPS_VEL_NOISE] * normal(rng)
    s[lay.GPS_TAKEN], s[lay.GPS_HELD_TIME] = 1.0, s[lay.FRAME] * p[lay.DT]


@njit
def sense(s: Array, p: Array, rng: Random) -> None:
    """Read every sensor that is due in this frame; ``BARO_NEW`` and ``GPS_NEW`` say which are fresh."""
    _inertial(s, p, rng)
    s[lay.BARO_NEW] = 1.0 if s[lay.FRAME] % p[lay.BARO_FRAMES] == 0.0 else 0.0
    s[lay.GPS_NEW], s[lay.GPS_TAKEN] = 0.0, 0.0
    if s[lay.BARO_NEW] == 1.0:
        _barometer(s, p, rng)
    if s[lay.FRAME] % p[lay.GPS_FRAMES] == 0.0:
        _satellites(s, p, rng)


@njit
def measure_force(s: Array, before: Array, p: Array) -> None:
    """Specific force in body axes as an accelerometer integrates it: mean acceleration of the frame less gravity."""
    rate = 1.0 / p[lay.DT]
    a, b, c = to_body(
        s,
        (s[lay.VEL] - before[lay.VEL]) * rate,
        (s[lay.VEL + 1] - before[lay.VEL + 1]) * rate,
        (s[lay.VEL + 2] - before[lay.VEL + 2]) * rate - p[lay.GRAVITY],
    )
    s[lay.FORCE], s[lay.FORCE + 1], s[lay.FORCE + 2] = a, b, c
