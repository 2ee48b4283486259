"""Equations of motion of the multirotor and their integration. A kernel source.

The aerodynamic form (rotor drag proportional to rotor speed and in-plane airspeed, inflow loss of thrust, body drag per
axis with the whole airspeed) follows rotorpy 3.0 (github.com/spencerfolk/rotorpy); the code is our own.
"""

import math

from harness.plant import layout as lay
from harness.plant.jit import Array, njit


@njit
def to_world(x: Array, a: float, b: float, c: float) -> tuple[float, float, float]:
    """Body vector (a, b, c) in world axes, by the quaternion in `x`."""
    w, i, j, k = x[lay.QUAT], x[lay.QUAT + 1], x[lay.QUAT + 2], x[lay.QUAT + 3]
    u, v, t = 2.0 * (j * c - k * b), 2.0 * (k * a - i * c), 2.0 * (i * b - j * a)
    return a + w * u + j * t - k * v, b + w * v + k * u - i * t, c + w * t + i * v - j * u


@njit
def to_body(x: Array, a: float, b: float, c: float) -> tuple[float, float, float]:
    """World vector (a, b, c) in body axes, by the quaternion in `x`."""
    w, i, j, k = x[lay.QUAT], -x[lay.QUAT + 1], -x[lay.QUAT + 2], -x[lay.QUAT + 3]
    u, v, t = 2.0 * (j * c - k * b), 2.0 * (k * a - i * c), 2.0 * (i * b - j * a)
    return a + w * u + j * t - k * v, b + w * v + k * u - i * t, c + w * t + i * v - j * u


@njit
def electric(x: Array, p: Array) -> tuple[float, float]:
    """Terminal voltage (V) and current (A) that feed the rotors at their speeds.

    Power P drawn through resistance R from voltage E: ``P = (E - R I) I``; beyond ``E^2 / 4R`` the pack gives its most.
    """
    power = p[lay.AVIONICS]
    for n in range(4):
        power += p[lay.TORQUE] * x[lay.ROTOR + n] ** 3 / p[lay.EFFICIENCY]
    left = max(0.0, 1.0 - x[lay.CHARGE] / p[lay.CAPACITY])
    open_circuit = p[lay.EMPTY_VOLTAGE] + left * (p[lay.FULL_VOLTAGE] - p[lay.EMPTY_VOLTAGE]) - x[lay.SAG]
    root = math.sqrt(max(0.0, open_circuit * open_circuit - 4.0 * p[lay.RESISTANCE] * power))
    current = 0.5 * (open_circuit - root) / p[lay.RESISTANCE]
    return open_circuit - p[lay.RESISTANCE] * current, current


@njit
def _rotors(x: Array, p: Array, n: int, d: Array) -> tuple[float, float, float]:
    """Force (N, body) of rotor `n`, its moments added to the RATE places of `d`; needs body airspeed in VEL of `d`."""
    arm_x, arm_y, arm_z = p[lay.ROTOR_X + n] + p[lay.CENTRE], p[lay.ROTOR_Y + n] + p[lay.CENTRE + 1], p[lay.CENTRE + 2]
    speed = x[lay.ROTOR + n]
    u = d[lay.VEL] - x[lay.RATE + 2] * arm_y + x[lay.RATE + 1] * arm_z
    v = d[lay.VEL + 1] + x[lay.RATE + 2] * arm_x - x[lay.RATE] * arm_z
    w = d[lay.VEL + 2] + x[lay.RATE] * arm_y - x[lay.RATE + 1] * arm_x
    thrust = p[lay.THRUST] * speed * speed + p[lay.INFLOW] * speed * w
    side, front = -p[lay.ROTOR_DRAG] * speed * v, -p[lay.ROTOR_DRAG] * speed * u
    d[lay.RATE] -= arm_y * thrust + arm_z * side
    d[lay.RATE + 1] += arm_x * thrust + arm_z * front
    d[lay.RATE + 2] += arm_x * side - arm_y * front + p[lay.SPIN + n] * p[lay.TORQUE] * speed * speed
    return front, side, -thrust


@njit
def _turn(x: Array, p: Array, d: Array) -> None:
    """Angular acceleration from the moments in RATE of `d` (Euler's equation), and the quaternion's rate."""
    a, b, c = x[lay.RATE], x[lay.RATE + 1], x[lay.RATE + 2]
    ixx, iyy, izz = p[lay.INERTIA], p[lay.INERTIA + 1], p[lay.INERTIA + 2]
    d[lay.RATE] = (d[lay.RATE] - (izz - iyy) * b * c) / ixx
    d[lay.RATE + 1] = (d[lay.RATE + 1] - (ixx - izz) * c * a) / iyy
    d[lay.RATE + 2] = (d[lay.RATE + 2] - (iyy - ixx) * a * b) / izz
    w, i, j, k = x[lay.QUAT], x[lay.QUAT + 1], x[lay.QUAT + 2], x[lay.QUAT + 3]
    d[lay.QUAT] = -0.5 * (i * a + j * b + k * c)
    d[lay.QUAT + 1] = 0.5 * (w * a + j * c - k * b)
    d[lay.QUAT + 2] = 0.5 * (w * b + k * a - i * c)
    d[lay.QUAT + 3] = 0.5 * (w * c + i * b - j * a)


@njit
def _power(x: Array, s: Array, p: Array, d: Array) -> None:
    """Rates of the rotors (first-order lag, top speed follows the voltage) and of the battery."""
    voltage, current = electric(x, p)
    top = p[lay.ROTOR_MAX] * voltage / p[lay.FULL_VOLTAGE]
    for n in range(4):
        wanted = s[lay.MOTOR + n] * p[lay.MOTOR_HEALTH + n] * top
        d[lay.ROTOR + n] = (wanted - x[lay.ROTOR + n]) / p[lay.MOTOR_LAG]
    d[lay.CHARGE] = current
    d[lay.ENERGY] = voltage * current
    d[lay.SAG] = (p[lay.SAG_RESISTANCE] * current - x[lay.SAG]) / p[lay.SAG_LAG]


@njit
def derivative(x: Array, s: Array, p: Array, d: Array) -> None:
    """Rates of the integrated state.

    Args:
        x: integrated state (INTEGRATED places).
        s: whole state, for the motor commands and the wind.
        p: parameters.
        d: the rates; written.
    """
    a, b, c = to_body(x, x[lay.VEL] - s[lay.AIR], x[lay.VEL + 1] - s[lay.AIR + 1], x[lay.VEL + 2] - s[lay.AIR + 2])
    d[lay.VEL], d[lay.VEL + 1], d[lay.VEL + 2] = a, b, c
    speed = math.sqrt(a * a + b * b + c * c)
    fx, fy, fz = -p[lay.BODY_DRAG] * speed * a, -p[lay.BODY_DRAG + 1] * speed * b, -p[lay.BODY_DRAG + 2] * speed * c
    arm_x, arm_y, arm_z = p[lay.CENTRE], p[lay.CENTRE + 1], p[lay.CENTRE + 2]
    d[lay.RATE] = arm_y * fz - arm_z * fy
    d[lay.RATE + 1] = arm_z * fx - arm_x * fz
    d[lay.RATE + 2] = arm_x * fy - arm_y * fx
    for n in range(4):
        rotor_x, rotor_y, rotor_z = _rotors(x, p, n, d)
        fx, fy, fz = fx + rotor_x, fy + rotor_y, fz + rotor_z
    _turn(x, p, d)
    north, east, down = to_world(x, fx / p[lay.MASS], fy / p[lay.MASS], fz / p[lay.MASS])
    d[lay.VEL], d[lay.VEL + 1], d[lay.VEL + 2] = north, east, down + p[lay.GRAVITY]
    for axis in range(3):
        d[lay.POS + axis] = x[lay.VEL + axis]
    _power(x, s, p, d)


@njit
def integrate(s: Array, p: Array) -> None:
    """Move the integrated state on by one frame: classical Runge-Kutta of fourth order, quaternion made unit again."""
    stage = s[lay.WORK : lay.WORK + lay.INTEGRATED]
    d = s[lay.WORK + lay.INTEGRATED : lay.WORK + 2 * lay.INTEGRATED]
    total = s[lay.WORK + 2 * lay.INTEGRATED : lay.WORK + 3 * lay.INTEGRATED]
    for n in range(lay.INTEGRATED):
        stage[n] = s[n]
        total[n] = 0.0
    for k in range(4):
        derivative(stage, s, p, d)
        weight = 1.0 if k == 0 or k == 3 else 2.0
        ahead = p[lay.DT] if k == 2 else 0.5 * p[lay.DT]
        for n in range(lay.INTEGRATED):
            total[n] += weight * d[n]
            stage[n] = s[n] + ahead * d[n]
    for n in range(lay.INTEGRATED):
        s[n] += p[lay.DT] / 6.0 * total[n]
    size = math.sqrt(s[lay.QUAT] ** 2 + s[lay.QUAT + 1] ** 2 + s[lay.QUAT + 2] ** 2 + s[lay.QUAT + 3] ** 2)
    for n in range(4):
        s[lay.QUAT + n] /= size
