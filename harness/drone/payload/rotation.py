"""Rotation matrices and quaternions in the order yaw, pitch, roll (Diebel, "Representing Attitude", 2006)."""

import math

Row = tuple[float, float, float]
Matrix = tuple[Row, Row, Row]
Angles = tuple[float, float, float]  # roll, pitch, yaw
Quaternion = tuple[float, float, float, float]  # w, x, y, z


def to_matrix(roll: float, pitch: float, yaw: float) -> Matrix:
    """From the body to the frame in which the angles are given: Rz(yaw) Ry(pitch) Rx(roll)."""
    sr, cr, sp, cp = math.sin(roll), math.cos(roll), math.sin(pitch), math.cos(pitch)
    sy, cy = math.sin(yaw), math.cos(yaw)
    return (
        (cp * cy, sr * sp * cy - cr * sy, cr * sp * cy + sr * sy),
        (cp * sy, sr * sp * sy + cr * cy, cr * sp * sy - sr * cy),
        (-sp, sr * cp, cr * cp),
    )


def to_angles(m: Matrix) -> Angles:
    """Roll, pitch and yaw of a matrix; straight up or down, roll is zero."""
    pitch = math.asin(min(1.0, max(-1.0, -m[2][0])))
    if abs(m[2][0]) > 1.0 - 1e-12:
        return 0.0, pitch, math.atan2(-m[0][1], m[1][1])
    return math.atan2(m[2][1], m[2][2]), pitch, math.atan2(m[1][0], m[0][0])


def times(a: Matrix, b: Matrix) -> Matrix:
    """The product of two matrices."""
    (ax, bx, cx), (ay, by, cy), (az, bz, cz) = b
    rows = tuple((i * ax + j * ay + k * az, i * bx + j * by + k * bz, i * cx + j * cy + k * cz) for i, j, k in a)
    return rows[0], rows[1], rows[2]


def to_quaternion(roll: float, pitch: float, yaw: float) -> Quaternion:
    """The quaternion of the same rotation, its first element not negative."""
    sr, cr, sp, cp = math.sin(roll / 2), math.cos(roll / 2), math.sin(pitch / 2), math.cos(pitch / 2)
    sy, cy = math.sin(yaw / 2), math.cos(yaw / 2)
    w, x = cr * cp * cy + sr * sp * sy, sr * cp * cy - cr * sp * sy
    y, z = cr * sp * cy + sr * cp * sy, cr * cp * sy - sr * sp * cy
    sign = math.copysign(1.0, w)
    return sign * w, sign * x, sign * y, sign * z


def from_quaternion(w: float, x: float, y: float, z: float) -> Angles:
    """Roll, pitch and yaw of a unit quaternion."""
    roll = math.atan2(2.0 * (w * x + y * z), 1.0 - 2.0 * (x * x + y * y))
    pitch = math.asin(min(1.0, max(-1.0, 2.0 * (w * y - z * x))))
    return roll, pitch, math.atan2(2.0 * (w * z + x * y), 1.0 - 2.0 * (y * y + z * z))


def wrapped(angle: float) -> float:
    """The same angle from -pi to pi."""
    return math.remainder(angle, 2.0 * math.pi)
