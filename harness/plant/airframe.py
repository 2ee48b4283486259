"""An airframe in words, and the arrays that the kernels fly. Loads no kernel."""

import hashlib
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.errors import UsageError
from harness.plant import layout as lay

FRAME_RATE = 400
_DIAGONAL = math.sqrt(0.5)


@dataclass(frozen=True, kw_only=True)
class Airframe:
    """A quadrotor in X, ArduPilot's motor order (front right, rear left, front left, rear right).

    Attributes:
        mass: take-off mass, kg.
        inertia: principal moments about roll, pitch and yaw, kg m^2.
        arm: from the centre of mass to a rotor, m.
        thrust_to_weight: of the healthy aircraft with a full pack and no load on it.
        thrust_scale: factor on the thrust of every rotor; 1 is healthy.
        torque_ratio: rotor torque by thrust, m.
        rotor_max: greatest rotor speed with a full pack, rad/s.
        motor_lag: time constant of a rotor's speed, s.
        inflow: thrust lost per rotor speed and axial airspeed, N s^2/m.
        rotor_drag: in-plane force per rotor speed and in-plane airspeed, N s^2/m.
        body_drag: force per square of airspeed along each body axis, N s^2/m^2.
        battery_wh: energy of a full pack at its open-circuit voltage, Wh.
        battery_charge: how full the pack is at power-on, 0 to 1.
        gravity: m/s^2.
    """

    mass: float = 2.2
    inertia: tuple[float, float, float] = (0.028, 0.030, 0.052)
    arm: float = 0.26
    thrust_to_weight: float = 2.2
    thrust_scale: float = 1.0
    torque_ratio: float = 0.018
    rotor_max: float = 820.0
    motor_lag: float = 0.03
    inflow: float = 2.5e-4
    rotor_drag: float = 1.3e-4
    body_drag: tuple[float, float, float] = (0.026, 0.026, 0.040)
    battery_wh: float = 130.0
    battery_charge: float = 1.0
    gravity: float = 9.80665

    def __post_init__(self) -> None:
        """Raises: UsageError: mass, size, lag or battery is not a positive finite number."""
        for name in ("mass", "arm", "thrust_to_weight", "thrust_scale", "rotor_max", "motor_lag", "battery_wh"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise UsageError(f"airframe: {name} must be a positive number, got {value}")

    @property
    def thrust_coefficient(self) -> float:
        """Thrust of one healthy rotor by the square of its speed, N s^2."""
        return self.thrust_to_weight * self.mass * 9.80665 / (4.0 * self.rotor_max**2)


_FULL_VOLTAGE = 25.2  # six cells of 4.20 V
_EMPTY_VOLTAGE = 20.4  # of 3.40 V
SENSORS = {
    lay.GYRO_NOISE: 0.003,
    lay.ACCEL_NOISE: 0.08,
    lay.BARO_NOISE: 0.08,
    lay.BARO_WANDER: 0.06,
    lay.BARO_WANDER_LAG: 120.0,
    lay.BARO_STATIC: 0.0007,
    lay.HEADING_NOISE: 0.01,
    lay.GPS_NOISE: 0.12,
    lay.GPS_NOISE_UP: 0.20,
    lay.GPS_WANDER: 0.12,
    lay.GPS_WANDER_LAG: 60.0,
    lay.GPS_VEL_NOISE: 0.05,
    lay.BARO_FRAMES: 8.0,
    lay.GPS_FRAMES: 40.0,
}
_POWER = {
    lay.FULL_VOLTAGE: _FULL_VOLTAGE,
    lay.EMPTY_VOLTAGE: _EMPTY_VOLTAGE,
    lay.RESISTANCE: 0.025,
    lay.SAG_RESISTANCE: 0.015,
    lay.SAG_LAG: 20.0,
    lay.EFFICIENCY: 0.75,
    lay.AVIONICS: 8.0,
}


def make_parameters(airframe: Airframe, size: int = lay.PARAMETER_SIZE) -> npt.NDArray[np.float64]:
    """Parameters of the kernels for `airframe`, `size` places long, those beyond the plant's part zero."""
    p = np.zeros(size)
    p[lay.DT], p[lay.GRAVITY], p[lay.MASS] = 1.0 / FRAME_RATE, airframe.gravity, airframe.mass
    p[lay.INERTIA : lay.INERTIA + 3] = airframe.inertia
    side = airframe.arm * _DIAGONAL
    p[lay.ROTOR_X : lay.ROTOR_X + 4] = side, -side, side, -side
    p[lay.ROTOR_Y : lay.ROTOR_Y + 4] = side, -side, -side, side
    p[lay.SPIN : lay.SPIN + 4] = 1.0, 1.0, -1.0, -1.0
    p[lay.THRUST] = airframe.thrust_coefficient * airframe.thrust_scale
    p[lay.TORQUE] = airframe.thrust_coefficient * airframe.torque_ratio
    p[lay.INFLOW], p[lay.ROTOR_DRAG] = airframe.inflow, airframe.rotor_drag
    p[lay.BODY_DRAG : lay.BODY_DRAG + 3] = airframe.body_drag
    p[lay.MOTOR_LAG], p[lay.ROTOR_MAX] = airframe.motor_lag, airframe.rotor_max
    p[lay.CAPACITY] = airframe.battery_wh * 3600.0 / (0.5 * (_FULL_VOLTAGE + _EMPTY_VOLTAGE))
    p[lay.FRICTION], p[lay.TIP_COSINE] = 0.6, math.cos(math.radians(45.0))
    p[lay.MOTOR_HEALTH : lay.MOTOR_HEALTH + 4] = 1.0
    for place, value in {**SENSORS, **_POWER}.items():
        p[place] = value
    return p


def make_state(airframe: Airframe, seed: int, size: int = lay.STATE_SIZE) -> npt.NDArray[np.float64]:
    """State at power-on: at rest on the ground at home, level, heading north, sensor biases drawn from `seed`."""
    s = np.zeros(size)
    s[lay.QUAT], s[lay.ON_GROUND], s[lay.GPS_FIX] = 1.0, 1.0, 1.0
    s[lay.FORCE + 2] = -airframe.gravity
    s[lay.VOLTAGE] = _FULL_VOLTAGE
    capacity = airframe.battery_wh * 3600.0 / (0.5 * (_FULL_VOLTAGE + _EMPTY_VOLTAGE))
    s[lay.CHARGE] = (1.0 - airframe.battery_charge) * capacity
    draw = hashlib.sha256(f"biases {seed}".encode()).digest()
    unit = [2.0 * int.from_bytes(draw[4 * n : 4 * n + 4], "big") / 2**32 - 1.0 for n in range(7)]
    s[lay.GYRO_BIAS : lay.GYRO_BIAS + 3] = [0.01 * part for part in unit[:3]]
    s[lay.ACCEL_BIAS : lay.ACCEL_BIAS + 3] = [0.05 * part for part in unit[3:6]]
    s[lay.HEADING_BIAS] = 0.02 * unit[6]
    return s


def make_random(seed: int) -> npt.NDArray[np.uint64]:
    """States of the noise generators for `seed` (any int >= 0): the sensors' and the air's, never zero.

    Apart, so that turbulence does not change what the sensors' noise is, nor the other way round.
    """
    draws = [hashlib.sha256(f"{purpose} {seed}".encode()).digest() for purpose in ("noise", "air")]
    return np.array([int.from_bytes(draw[:8], "big") | 1 for draw in draws], dtype=np.uint64)
