"""From a ``FlightConfig`` to the arrays that the kernels fly. Loads no kernel."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from harness.drone.flight import layout as own
from harness.drone.flight.config import FlightConfig
from harness.plant import layout as lay
from harness.plant.airframe import Airframe, make_parameters, make_random, make_state
from harness.plant.degrade import add_mass, set_centre, set_gnss_noise, set_motor

_HEALTHY_MASS = 2.2  # kg; the propulsion is built for this mass, so a heavier aircraft has less in reserve
_GAINS = {
    own.HEIGHT_P: 1.2,
    own.CLIMB_P: 4.0,
    own.ATTITUDE_P: 6.5,
    own.YAW_P: 3.0,
    own.RATE_P: 18.0,
    own.RATE_I: 10.0,
    own.RATE_D: 0.15,
    own.YAW_RATE_P: 5.0,
    own.SET_POINT_ACC: 2.5,
    own.CATCH_UP: 5.0,
    own.IDLE: 0.08,
    own.RATE_SMOOTHING: 250.0,
    own.STEADY_LIMIT: 9.0,
}
_POSITION_P, _VELOCITY_P, _VELOCITY_I, _CLIMB_I = 0.7, 1.7, 1.0, 1.5


class FlightArrays(NamedTuple):
    """State, parameters and noise generator, as ``run_frames`` takes them."""

    state: npt.NDArray[np.float64]
    parameters: npt.NDArray[np.float64]
    rng: npt.NDArray[np.uint64]


def make_airframe(config: FlightConfig) -> Airframe:
    """The airframe that `config` describes, without what has gone wrong with it since it was built."""
    healthy = Airframe()
    return Airframe(
        mass=config.mass,
        thrust_to_weight=healthy.thrust_to_weight * _HEALTHY_MASS / config.mass,
        thrust_scale=config.thrust_scale,
        battery_wh=config.battery_wh,
        battery_charge=config.battery_charge,
    )


def make_settings(config: FlightConfig) -> npt.NDArray[np.float64]:
    """The parameters of plant and autopilot."""
    airframe = make_airframe(config)
    p = make_parameters(airframe, own.PARAMETER_SIZE)
    for place, value in _GAINS.items():
        p[place] = value
    steady = config.integrator_gain if config.integrator else 0.0
    p[own.POSITION_P] = _POSITION_P * config.position_gain
    p[own.VELOCITY_P] = _VELOCITY_P * config.position_gain
    p[own.VELOCITY_I] = _VELOCITY_I * config.position_gain * steady
    p[own.CLIMB_I] = _CLIMB_I * config.climb_gain * steady
    p[own.CLIMB_P] *= config.climb_gain
    p[own.HEIGHT_P] *= config.climb_gain
    p[own.ATTITUDE_P] *= config.attitude_gain
    p[own.TILT_TANGENT] = math.tan(config.tilt_limit)
    p[own.MOTOR_THRUST] = airframe.thrust_coefficient * airframe.rotor_max**2
    p[own.TORQUE_RATIO] = airframe.torque_ratio
    p[own.GPS_GATE] = config.gnss_gate
    _know_oneself(p, config, airframe)
    _degrade(p, config)
    return p


def _degrade(p: npt.NDArray[np.float64], config: FlightConfig) -> None:
    """What the autopilot is not told of."""
    p[lay.GPS_LOST] = float(not config.gnss)
    p[lay.BODY_DRAG + 1] *= config.side_drag
    set_gnss_noise(p, config.gnss_noise)
    p[lay.RESISTANCE] *= config.pack_resistance[0]
    forward, right, down = config.centre
    set_centre(p, (forward, right, down))
    add_mass(p, config.added_mass)
    for motor, thrust in enumerate(config.motor_thrust):
        set_motor(p, motor, thrust)


def _know_oneself(p: npt.NDArray[np.float64], config: FlightConfig, airframe: Airframe) -> None:
    """Mass, and drag by mass, as the autopilot was told: of the sound aircraft without added load, at hover."""
    hover = math.sqrt(config.mass * airframe.gravity / (4.0 * airframe.thrust_coefficient))
    p[own.KNOWN_MASS] = config.mass
    p[own.DRAG] = 4.0 * airframe.rotor_drag * hover / config.mass
    p[own.DRAG_SQUARE] = airframe.body_drag[0] / config.mass


def make_arrays(config: FlightConfig, seed: int) -> FlightArrays:
    """Arrays at power-on; `seed` (int >= 0) drives the sensors' noise and biases only."""
    airframe, p = make_airframe(config), make_settings(config)
    s = make_state(airframe, seed, own.STATE_SIZE)
    s[lay.HEADING_BIAS] += config.compass_error
    s[own.ESTIMATE + lay.QUAT] = 1.0
    s[own.VOLTAGE_SMOOTH] = s[lay.VOLTAGE]
    s[own.RESTING] = 1.0
    s[own.WEIGHT] = config.mass * airframe.gravity
    return FlightArrays(s, p, make_random(seed))
