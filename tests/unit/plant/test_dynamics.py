import math

import numpy as np
import pytest

from harness.plant import layout as lay
from harness.plant.airframe import Airframe, make_parameters, make_state
from harness.plant.dynamics import derivative, electric, integrate, to_body, to_world

STILL = {"inflow": 0.0, "rotor_drag": 0.0, "body_drag": (0.0, 0.0, 0.0)}


def aloft(airframe):
    s, p = make_state(airframe, 0), make_parameters(airframe)
    s[lay.POS + 2] = -1000.0
    return s, p


def fly(s, p, seconds):
    for _ in range(round(seconds / p[lay.DT])):
        integrate(s, p)


def test_rotation_is_a_right_handed_quarter_turn_and_back():
    x = np.zeros(lay.INTEGRATED)
    x[lay.QUAT], x[lay.QUAT + 3] = math.cos(math.pi / 4), math.sin(math.pi / 4)  # heading east
    assert to_world(x, 1.0, 0.0, 0.0) == pytest.approx((0.0, 1.0, 0.0))
    assert to_body(x, *to_world(x, 1.0, 2.0, 3.0)) == pytest.approx((1.0, 2.0, 3.0))


def test_hover_thrust_carries_the_weight():
    s, p = aloft(Airframe())
    speed = math.sqrt(p[lay.MASS] * 9.80665 / (4 * p[lay.THRUST]))
    s[lay.ROTOR : lay.ROTOR + 4] = speed
    d = np.zeros(lay.INTEGRATED)
    derivative(s[: lay.INTEGRATED], s, p, d)
    assert d[lay.VEL : lay.VEL + 3] == pytest.approx([0, 0, 0], abs=1e-12)
    assert d[lay.RATE : lay.RATE + 3] == pytest.approx([0, 0, 0], abs=1e-9)
    s[lay.ROTOR : lay.ROTOR + 4] = 1.01 * speed
    derivative(s[: lay.INTEGRATED], s, p, d)
    assert d[lay.VEL + 2] == pytest.approx(-9.80665 * (1.01**2 - 1))


def test_free_fall_without_air():
    s, p = aloft(Airframe(**STILL))
    fly(s, p, 2.0)
    assert s[lay.POS + 2] + 1000.0 == pytest.approx(0.5 * 9.80665 * 4.0, rel=1e-9)
    assert s[lay.VEL + 2] == pytest.approx(9.80665 * 2.0, rel=1e-9)


def test_climb_costs_thrust_and_descent_gives_it():
    s, p = aloft(Airframe(body_drag=(0.0, 0.0, 0.0)))
    s[lay.ROTOR : lay.ROTOR + 4] = 500.0
    d = np.zeros(lay.INTEGRATED)
    accelerations = []
    for climb in (-5.0, 0.0, 5.0):
        s[lay.VEL + 2] = -climb
        derivative(s[: lay.INTEGRATED], s, p, d)
        accelerations.append(d[lay.VEL + 2])
    assert accelerations[0] < accelerations[1] < accelerations[2]
    assert accelerations[2] - accelerations[1] == pytest.approx(4 * p[lay.INFLOW] * 500 * 5 / p[lay.MASS])


def test_wind_to_the_north_pushes_north_and_as_hard_as_flying_south():
    s, p = aloft(Airframe())
    s[lay.ROTOR : lay.ROTOR + 4] = 500.0
    s[lay.AIR] = 8.0
    blown, flown = np.zeros(lay.INTEGRATED), np.zeros(lay.INTEGRATED)
    derivative(s[: lay.INTEGRATED], s, p, blown)
    s[lay.AIR], s[lay.VEL] = 0.0, -8.0
    derivative(s[: lay.INTEGRATED], s, p, flown)
    expected = (p[lay.BODY_DRAG] * 64 + 4 * p[lay.ROTOR_DRAG] * 500 * 8) / p[lay.MASS]
    assert blown[lay.VEL] == pytest.approx(expected)
    assert flown[lay.VEL] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("faster", "place", "sign"),
    [((1, 2), lay.RATE, 1), ((0, 2), lay.RATE + 1, 1), ((0, 1), lay.RATE + 2, 1)],
    ids=["left pair rolls right", "front pair pitches up", "counter-clockwise pair yaws clockwise"],
)
def test_moments_follow_the_rotors(faster, place, sign):
    s, p = aloft(Airframe())
    s[lay.ROTOR : lay.ROTOR + 4] = 500.0
    for n in faster:
        s[lay.ROTOR + n] = 520.0
    d = np.zeros(lay.INTEGRATED)
    derivative(s[: lay.INTEGRATED], s, p, d)
    assert d[place] * sign > 0.1
    others = [d[lay.RATE + axis] for axis in range(3) if lay.RATE + axis != place]
    assert others == pytest.approx([0, 0], abs=1e-9)


def test_momentum_stays_without_forces():
    s, p = aloft(Airframe(gravity=0.0, **STILL))
    s[lay.VEL : lay.VEL + 3] = 1.0, -2.0, 0.5
    s[lay.RATE : lay.RATE + 3] = 3.0, 0.1, -2.0
    inertia = p[lay.INERTIA : lay.INERTIA + 3]

    def momentum():
        return np.array(to_world(s, *(inertia * s[lay.RATE : lay.RATE + 3])))

    before, energy = momentum(), float(inertia @ s[lay.RATE : lay.RATE + 3] ** 2)
    rates = s[lay.RATE : lay.RATE + 3].copy()
    fly(s, p, 5.0)
    assert s[lay.VEL : lay.VEL + 3] == pytest.approx([1.0, -2.0, 0.5], abs=1e-12)
    assert momentum() == pytest.approx(before, rel=1e-6)
    assert float(inertia @ s[lay.RATE : lay.RATE + 3] ** 2) == pytest.approx(energy, rel=1e-6)
    assert np.abs(s[lay.RATE : lay.RATE + 3] - rates).max() > 0.1  # it did tumble


def test_rotor_speed_follows_with_its_time_constant_and_the_voltage_limits_it():
    s, p = aloft(Airframe())
    s[lay.MOTOR : lay.MOTOR + 4] = 0.5
    voltage, _ = electric(s, p)
    fly(s, p, p[lay.MOTOR_LAG])
    top = p[lay.ROTOR_MAX] * voltage / p[lay.FULL_VOLTAGE]
    assert s[lay.ROTOR] == pytest.approx(0.5 * top * (1 - math.exp(-1)), rel=0.01)
    s[lay.MOTOR : lay.MOTOR + 4] = 1.0
    fly(s, p, 1.0)
    assert s[lay.ROTOR] == pytest.approx(p[lay.ROTOR_MAX] * electric(s, p)[0] / p[lay.FULL_VOLTAGE], rel=1e-3)
    assert s[lay.ROTOR] < 0.99 * p[lay.ROTOR_MAX]


def test_battery_gives_out_what_was_in_it_less_what_it_heats():
    s, p = aloft(Airframe(battery_wh=10.0, gravity=0.0))
    s[lay.MOTOR : lay.MOTOR + 4] = 0.6
    heat, seconds = 0.0, 0
    while s[lay.CHARGE] < p[lay.CAPACITY]:
        _, current = electric(s, p)
        heat += (p[lay.RESISTANCE] * current**2 + s[lay.SAG] * current) * 0.0025
        integrate(s, p)
        seconds += 0.0025
        assert seconds < 600
    assert (s[lay.ENERGY] + heat) / 3600 == pytest.approx(10.0, rel=2e-4)
    assert heat / 3600 > 0.05


def test_pack_gives_its_most_and_no_more():
    s, p = aloft(Airframe())
    p[lay.AVIONICS] = 1e6
    voltage, current = electric(s, p)
    assert voltage == pytest.approx(p[lay.FULL_VOLTAGE] / 2)
    assert math.isfinite(current)
