"""What can go wrong with the aircraft while it flies: motors, load, sensors. Loads no kernel.

Each function sets a condition, with healthy values as defaults, and works on the arrays of the kernels. None of them
tells the autopilot. Axes of the body: m forward, right and down.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.errors import RigError
from harness.plant import layout as lay
from harness.plant.airframe import SENSORS

Vector = tuple[float, float, float]
_Array = npt.NDArray[np.float64]
_GNSS_NOISES = (lay.GPS_NOISE, lay.GPS_NOISE_UP, lay.GPS_WANDER, lay.GPS_VEL_NOISE)


@dataclass(frozen=True, kw_only=True)
class Gnss:
    """Condition of the satellite receiver.

    Attributes:
        lost: it hears nothing: no fix, no samples.
        glitch: false offset of the position, m north, east and up.
        noise: factor on all its noise.
    """

    lost: bool = False
    glitch: Vector = (0.0, 0.0, 0.0)
    noise: float = 1.0


def set_motor(p: _Array, motor: int, thrust: float = 1.0) -> None:
    """Let `motor` (0 to 3, ArduPilot's order) give `thrust` of the healthy one's at the same command; 0 is dead.

    The loss is one of speed, so current and torque fall too, as with a tired motor or controller; what is left of a
    dead one runs down with the motor's time constant.

    Raises:
        RigError: there is no such motor, or the share is not 0 to 1.
    """
    if motor not in range(4):
        raise RigError(f"there is no motor {motor}: number them 0 to 3")
    p[lay.MOTOR_HEALTH + motor] = math.sqrt(_within("motor thrust", thrust, 0.0, 1.0))


def add_mass(p: _Array, mass: float, place: Vector = (0.0, 0.0, 0.0)) -> None:
    """Fix a load of `mass` kg at `place` (from the middle of the airframe); calls add up, a negative mass takes off.

    Mass, centre of mass and, by the parallel-axis theorem, the principal moments change. The products of inertia are
    left out: the kernels fly a diagonal inertia.

    Raises:
        RigError: not finite, or nothing would be left to fly.
    """
    _finite("mass", mass, *place)
    total = p[lay.MASS] + mass
    if not total > 0.1:
        raise RigError(f"a mass of {total:g} kg cannot fly: leave at least 0.1 kg")
    # the middle lies at CENTRE from the old centre of mass, so the load lies at CENTRE + place
    arm = p[lay.CENTRE : lay.CENTRE + 3] + np.array(place)
    reduced = p[lay.MASS] * mass / total
    inertia = p[lay.INERTIA : lay.INERTIA + 3] + reduced * (arm @ arm - arm**2)
    if not (inertia > 0.0).all():
        raise RigError(f"taking {-mass:g} kg off at {place} m leaves no inertia: take off what was put on")
    p[lay.INERTIA : lay.INERTIA + 3] = inertia
    p[lay.CENTRE : lay.CENTRE + 3] -= mass / total * arm
    p[lay.MASS] = total


def set_centre(p: _Array, offset: Vector = (0.0, 0.0, 0.0)) -> None:
    """Move the centre of mass to `offset` from the middle of the airframe, mass and inertia unchanged.

    Raises:
        RigError: not within 0.5 m.
    """
    for part in offset:
        _within("centre of mass", part, -0.5, 0.5)
    p[lay.CENTRE : lay.CENTRE + 3] = [-part for part in offset]


def set_inertial_noise(p: _Array, *, gyro: float = 1.0, accel: float = 1.0) -> None:
    """Multiply the healthy noise of gyro and accelerometer.

    Raises:
        RigError: a factor is not 0 to 1000.
    """
    p[lay.GYRO_NOISE] = _within("gyro noise", gyro, 0.0, 1e3) * SENSORS[lay.GYRO_NOISE]
    p[lay.ACCEL_NOISE] = _within("accelerometer noise", accel, 0.0, 1e3) * SENSORS[lay.ACCEL_NOISE]


def set_gyro_bias(s: _Array, bias: Vector) -> None:
    """Set the gyro's bias, rad/s about the body axes.

    Raises:
        RigError: not finite.
    """
    _finite("gyro bias", *bias)
    s[lay.GYRO_BIAS : lay.GYRO_BIAS + 3] = bias


def set_accel_bias(s: _Array, bias: Vector) -> None:
    """Set the accelerometer's bias, m/s^2 along the body axes.

    Raises:
        RigError: not finite.
    """
    _finite("accelerometer bias", *bias)
    s[lay.ACCEL_BIAS : lay.ACCEL_BIAS + 3] = bias


def set_barometer_drift(p: _Array, rate: float = 0.0) -> None:
    """Let the barometric height drift off by `rate` m/s from now on; 0 leaves it where it is.

    Raises:
        RigError: not finite.
    """
    _finite("barometer drift", rate)
    p[lay.BARO_RATE] = rate


def set_heading_bias(s: _Array, bias: float) -> None:
    """Set the false part of the heading, rad clockwise.

    Raises:
        RigError: not finite.
    """
    _finite("heading bias", bias)
    s[lay.HEADING_BIAS] = bias


def set_gnss(s: _Array, p: _Array, gnss: Gnss) -> None:
    """Bring the satellite receiver into that condition, from its next sample on.

    Raises:
        RigError: not finite, or the noise factor is not 0 to 1000.
    """
    _finite("GNSS glitch", *gnss.glitch)
    set_gnss_noise(p, gnss.noise)
    p[lay.GPS_LOST] = float(gnss.lost)
    s[lay.GPS_GLITCH : lay.GPS_GLITCH + 3] = gnss.glitch[0], gnss.glitch[1], -gnss.glitch[2]


def set_gnss_noise(p: _Array, factor: float) -> None:
    """Multiply the healthy receiver's noise.

    Raises:
        RigError: the factor is not 0 to 1000.
    """
    factor = _within("GNSS noise", factor, 0.0, 1e3)
    for place in _GNSS_NOISES:
        p[place] = factor * SENSORS[place]


def _finite(what: str, *values: float) -> None:
    if not all(map(math.isfinite, values)):
        raise RigError(f"{what} must be finite, got {values}")


def _within(what: str, value: float, low: float, high: float) -> float:
    if not (math.isfinite(value) and low <= value <= high):
        raise RigError(f"{what} must be a number from {low:g} to {high:g}, got {value}")
    return value
