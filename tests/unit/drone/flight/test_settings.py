import math

import numpy as np
import pytest

from harness.drone.flight import layout as own
from harness.drone.flight.config import FlightConfig
from harness.drone.flight.settings import make_airframe, make_arrays
from harness.plant import layout as lay


def parameters(**settings):
    return make_arrays(FlightConfig(**settings), 0).parameters


def test_each_setting_reaches_its_parameter():
    healthy = parameters()
    gains = slice(own.POSITION_P, own.VELOCITY_I + 1)
    assert np.allclose(parameters(position_gain=0.5)[gains], 0.5 * healthy[gains])
    assert parameters(integrator=False)[own.VELOCITY_I] == parameters(integrator=False)[own.CLIMB_I] == 0.0
    assert parameters(integrator_gain=0.5)[own.CLIMB_I] == 0.5 * healthy[own.CLIMB_I]
    assert parameters(tilt_limit=0.1)[own.TILT_TANGENT] == pytest.approx(math.tan(0.1))
    assert parameters(thrust_scale=0.6)[lay.THRUST] == pytest.approx(0.6 * healthy[lay.THRUST])


def test_a_weak_motor_is_not_known_to_the_autopilot():
    assert parameters(thrust_scale=0.6)[own.MOTOR_THRUST] == parameters()[own.MOTOR_THRUST]


def test_more_mass_leaves_the_propulsion_as_it_is():
    light, heavy = make_airframe(FlightConfig()), make_airframe(FlightConfig(mass=3.0))
    assert heavy.thrust_coefficient == pytest.approx(light.thrust_coefficient)


def test_arrays_have_room_for_the_autopilot():
    arrays = make_arrays(FlightConfig(), 0)
    assert arrays.state.size == own.STATE_SIZE
    assert arrays.parameters.size == own.PARAMETER_SIZE
    assert arrays.state[own.RESTING] == 1.0
