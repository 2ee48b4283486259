"""Cascaded control: position to velocity to specific force to attitude to rates to motors. A kernel source."""

import math

from harness.drone.flight import layout as own
from harness.plant import layout as lay
from harness.plant.dynamics import to_world
from harness.plant.jit import Array, njit

_LEAST_PULL = 2.0  # m/s^2, so that the direction of thrust is always defined and the rotors keep turning
_MOST_SHARE = 0.9  # of all thrust for lift and tilt, the rest for steering
_SMOOTH = 2.0  # 1/s, voltage and lift
_RATE_LIMIT = 4.0  # rad/s
_RATE_SUM_LIMIT = 8.0  # rad/s^2
_LEAST_OUTPUT = 0.05


@njit
def _velocity_error(s: Array, p: Array, axis: int, gain: float) -> float:
    """Velocity (m/s) that one axis lacks; `gain` (1/s) turns its position error into a wanted velocity."""
    most = p[own.CATCH_UP]
    correction = gain * (s[own.SET_POS + axis] - s[own.ESTIMATE + lay.POS + axis])
    wanted: float = s[own.SET_VEL + axis] + min(most, max(-most, correction))
    return wanted - s[own.ESTIMATE + lay.VEL + axis]  # type: ignore[no-any-return]


@njit
def _integrate_error(s: Array, p: Array, axis: int, change: float, beyond: float) -> None:
    """Add `change` (m/s^3) to the integral of one axis, unless the output is limited and it drives it further.

    Args:
        s: state; changed.
        p: parameters.
        axis: 0 north, 1 east, 2 down.
        change: velocity error times the integral gain.
        beyond: wanted less limited specific force, m/s^2.
    """
    if change * beyond > 1e-6:
        return
    most = p[own.STEADY_LIMIT]
    s[own.STEADY_ACC + axis] = min(most, max(-most, s[own.STEADY_ACC + axis] + change * p[lay.DT]))


@njit
def _wanted_lift(s: Array, p: Array, most: float) -> float:
    """Upward specific force (m/s^2), at most `most`: by throttle, or by height and climb rate."""
    if s[own.COURSE_UP] == 2.0:
        share, weight = s[own.THROTTLE], p[lay.GRAVITY]
        lift = 2.0 * share * weight if share < 0.5 else weight + (2.0 * share - 1.0) * (most - weight)
        return min(most, max(_LEAST_PULL, lift))  # type: ignore[no-any-return]
    error = _velocity_error(s, p, 2, p[own.HEIGHT_P])
    down = p[own.CLIMB_P] * error + s[own.STEADY_ACC + 2] - p[lay.GRAVITY]
    lift = min(most, max(_LEAST_PULL, -down))
    _integrate_error(s, p, 2, p[own.CLIMB_I] * error, down + lift)
    return lift  # type: ignore[no-any-return]


@njit
def _lean(s: Array, lift: float, limit: float) -> None:
    """PULL for the lean that is told, whatever the position; `lift` and `limit` of the side force in m/s^2."""
    forward, right = lift * math.tan(s[own.LEAN]), lift * math.tan(s[own.LEAN + 1])
    north = forward * math.cos(s[own.SET_YAW]) - right * math.sin(s[own.SET_YAW])
    east = forward * math.sin(s[own.SET_YAW]) + right * math.cos(s[own.SET_YAW])
    part = min(1.0, limit / max(1e-9, math.sqrt(north * north + east * east)))
    s[own.PULL], s[own.PULL + 1] = part * north, part * east


@njit
def _control_position(s: Array, p: Array) -> None:
    """Wanted specific force PULL: lift first, then as much tilt as limit and thrust leave."""
    most = _MOST_SHARE * 4.0 * _motor_thrust(s, p) / p[own.KNOWN_MASS]
    lift = _wanted_lift(s, p, most)
    s[own.PULL + 2] = -lift
    limit = min(p[own.TILT_TANGENT] * lift, math.sqrt(max(0.0, most * most - lift * lift)))
    if s[own.COURSE] == 2.0:
        _lean(s, lift, limit)
        return
    error_n = _velocity_error(s, p, 0, p[own.POSITION_P])
    error_e = _velocity_error(s, p, 1, p[own.POSITION_P])
    north = s[own.SET_ACC] + p[own.VELOCITY_P] * error_n + s[own.STEADY_ACC]
    east = s[own.SET_ACC + 1] + p[own.VELOCITY_P] * error_e + s[own.STEADY_ACC + 1]
    side = math.sqrt(north * north + east * east)
    part = limit / side if side > limit else 1.0
    s[own.PULL], s[own.PULL + 1] = part * north, part * east
    _integrate_error(s, p, 0, p[own.VELOCITY_I] * error_n, north - part * north)
    _integrate_error(s, p, 1, p[own.VELOCITY_I] * error_e, east - part * east)


@njit
def _motor_thrust(s: Array, p: Array) -> float:
    """Thrust (N) of one healthy motor at full output with the present voltage."""
    ratio: float = s[own.VOLTAGE_SMOOTH] / p[lay.FULL_VOLTAGE]
    return p[own.MOTOR_THRUST] * ratio * ratio  # type: ignore[no-any-return]


@njit
def _control_attitude(s: Array, p: Array, e: Array) -> None:
    """Wanted rates from the attitude error, in the form ``e = vee(Rd'R - R'Rd) / 2`` (Lee, Leok, McClamroch 2010)."""
    north, east, down = -s[own.PULL], -s[own.PULL + 1], -s[own.PULL + 2]
    size = math.sqrt(north * north + east * east + down * down)
    zn, ze, zd = north / size, east / size, down / size
    # the nose lies above or below the wanted heading, never beside it, however the aircraft leans
    ahead_n, ahead_e = math.cos(s[own.SET_YAW]), math.sin(s[own.SET_YAW])
    xn, xe, xd = ahead_n * zd, ahead_e * zd, -ahead_n * zn - ahead_e * ze
    size = math.sqrt(xn * xn + xe * xe + xd * xd)
    xn, xe, xd = xn / size, xe / size, xd / size
    yn, ye, yd = ze * xd - zd * xe, zd * xn - zn * xd, zn * xe - ze * xn
    an, ae, ad = to_world(e, 1.0, 0.0, 0.0)
    bn, be, bd = to_world(e, 0.0, 1.0, 0.0)
    cn, ce, cd = to_world(e, 0.0, 0.0, 1.0)
    roll = 0.5 * (zn * bn + ze * be + zd * bd - yn * cn - ye * ce - yd * cd)
    pitch = 0.5 * (xn * cn + xe * ce + xd * cd - zn * an - ze * ae - zd * ad)
    yaw = 0.5 * (yn * an + ye * ae + yd * ad - xn * bn - xe * be - xd * bd)
    s[own.RATE_WANTED] = -p[own.ATTITUDE_P] * roll
    s[own.RATE_WANTED + 1] = -p[own.ATTITUDE_P] * pitch
    s[own.RATE_WANTED + 2] = -p[own.YAW_P] * yaw
    s[own.LIFT] = p[own.KNOWN_MASS] * max(0.0, -(s[own.PULL] * cn + s[own.PULL + 1] * ce + s[own.PULL + 2] * cd))


@njit
def _control_rates(s: Array, p: Array) -> None:
    """Wanted angular acceleration TWIST: PI on the rate error, D on the low-passed rate."""
    for axis in range(3):
        wanted = min(_RATE_LIMIT, max(-_RATE_LIMIT, s[own.RATE_WANTED + axis]))
        before = s[own.RATE_SMOOTH + axis]
        bend = p[own.RATE_SMOOTHING] * (s[own.ESTIMATE + lay.RATE + axis] - before)
        s[own.RATE_SMOOTH + axis] = before + bend * p[lay.DT]
        error = wanted - s[own.ESTIMATE + lay.RATE + axis]
        gain = p[own.RATE_P] if axis < 2 else p[own.YAW_RATE_P]
        total = s[own.RATE_SUM + axis] + p[own.RATE_I] * error * p[lay.DT]
        s[own.RATE_SUM + axis] = min(_RATE_SUM_LIMIT, max(-_RATE_SUM_LIMIT, total))
        s[own.TWIST + axis] = gain * error + s[own.RATE_SUM + axis] - p[own.RATE_D] * bend


@njit
def _spread(s: Array, part: float) -> float:
    """Greatest less least motor share when `part` of the yaw shares is added to those for roll and pitch."""
    low, high = 1e9, -1e9
    for n in range(4):
        share = s[own.SHARE + n] + part * s[own.SHARE_YAW + n]
        low, high = min(low, share), max(high, share)
    return high - low


@njit
def _share_out(s: Array, p: Array, most: float) -> None:
    """Thrust of each motor for TWIST (N): roll and pitch first, yaw in what room they leave."""
    square_x, square_y = 0.0, 0.0
    for n in range(4):
        square_x += p[lay.ROTOR_X + n] ** 2
        square_y += p[lay.ROTOR_Y + n] ** 2
    roll = p[lay.INERTIA] * s[own.TWIST] / square_y
    pitch = p[lay.INERTIA + 1] * s[own.TWIST + 1] / square_x
    yaw = p[lay.INERTIA + 2] * s[own.TWIST + 2] / (4.0 * p[own.TORQUE_RATIO])
    for n in range(4):
        s[own.SHARE + n] = p[lay.ROTOR_X + n] * pitch - p[lay.ROTOR_Y + n] * roll
        s[own.SHARE_YAW + n] = p[lay.SPIN + n] * yaw
    room = min(1.0, most / max(1e-9, _spread(s, 0.0)))
    for n in range(4):
        s[own.SHARE + n] *= room
    part = 1.0
    while part > 0.05 and _spread(s, part) > most:
        part -= 0.1
    for n in range(4):
        s[own.SHARE + n] += max(0.0, part) * s[own.SHARE_YAW + n]


@njit
def _spare_lift(s: Array) -> None:
    """Cut the shares to what LIFT bears.

    Else an aircraft that the ground holds level while the wind pushes would answer with more and more steering, thereby
    with lift, and slide away on its gear.
    """
    low = 0.0
    for n in range(4):
        low = min(low, s[own.SHARE + n])
    part = min(1.0, 0.25 * s[own.LIFT] / max(1e-9, -low))
    for n in range(4):
        s[own.SHARE + n] *= part


@njit
def _drive_motors(s: Array, p: Array) -> None:
    """Motor outputs for LIFT and TWIST; lift gives way before attitude does, but for the last of a landing."""
    most = _motor_thrust(s, p)
    _share_out(s, p, most)
    if s[own.TOUCHING_DOWN] == 1.0:
        _spare_lift(s)
    low, high = 1e9, -1e9
    for n in range(4):
        low, high = min(low, s[own.SHARE + n]), max(high, s[own.SHARE + n])
    lift = min(most - high, max(-low, 0.25 * s[own.LIFT]))
    for n in range(4):
        thrust = max(0.0, lift + s[own.SHARE + n])
        s[lay.MOTOR + n] = min(1.0, max(_LEAST_OUTPUT, math.sqrt(thrust / most)))
    s[own.LIFT_SMOOTH] += _SMOOTH * 2.0 * p[lay.DT] * (4.0 * lift - s[own.LIFT_SMOOTH])


@njit
def _stand_by(s: Array, p: Array) -> None:
    """Motors idle or stopped, set-point where the aircraft stands, integrals empty."""
    for n in range(4):
        s[lay.MOTOR + n] = p[own.IDLE] if s[own.DRIVE] == 1.0 else 0.0
    for axis in range(3):
        s[own.SET_POS + axis] = s[own.ESTIMATE + lay.POS + axis]
        s[own.SET_VEL + axis] = 0.0
        s[own.SET_ACC + axis] = 0.0
        s[own.STEADY_ACC + axis] = 0.0
        s[own.RATE_SUM + axis] = 0.0
        s[own.RATE_SMOOTH + axis] = 0.0
    s[own.LIFT_SMOOTH] = 0.0


@njit
def control(s: Array, p: Array) -> None:
    """Set the motors from estimate and set-point; DRIVE says whether they turn at all."""
    s[own.VOLTAGE_SMOOTH] += _SMOOTH * p[lay.DT] * (s[lay.VOLTAGE] - s[own.VOLTAGE_SMOOTH])
    if s[own.DRIVE] < 2.0:
        _stand_by(s, p)
        return
    _control_position(s, p)
    _control_attitude(s, p, s[own.ESTIMATE : own.ESTIMATE + own.ESTIMATE_SIZE])
    _control_rates(s, p)
    _drive_motors(s, p)
