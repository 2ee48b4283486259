"""The plant against facts that do not come from it, each with its source.

Free fall, moments, propulsion's lag and single forces are in ``test_dynamics``, touch-down in ``test_ground``, the
comparison with another simulator in ``test_jsbsim``.
"""

import math

import numpy as np
import pytest

from harness.plant import layout as lay
from harness.plant.airframe import FRAME_RATE, Airframe, make_parameters, make_random, make_state
from harness.plant.dynamics import derivative, integrate, to_world
from harness.plant.step import run_plant
from harness.plant.weather import set_steady

GRAVITY = 9.80665  # m/s^2, standard gravity (BIPM, The International System of Units, 9th edition)
STILL = {"inflow": 0.0, "rotor_drag": 0.0, "body_drag": (0.0, 0.0, 0.0)}


def world(airframe, height=1000.0):
    s, p, rng = make_state(airframe, 0), make_parameters(airframe), make_random(0)
    s[lay.POS + 2], s[lay.ON_GROUND] = -height, 0.0
    return s, p, rng


def rates(s, p):
    d = np.zeros(lay.INTEGRATED)
    derivative(s[: lay.INTEGRATED], s, p, d)
    return d


def test_hover_takes_the_weight_in_thrust_and_the_rotor_speed_of_the_thrust_law():
    """Newton's first law; thrust goes with the square of rotor speed (Leishman, Principles of Helicopter Aerodynamics,
    2nd edition, 2.3: constant thrust coefficient)."""
    airframe = Airframe()
    s, p, _ = world(airframe)
    # 2.2 times the weight at full speed, so the weight at 1 / sqrt(2.2) of it
    s[lay.ROTOR : lay.ROTOR + 4] = airframe.rotor_max / math.sqrt(airframe.thrust_to_weight)
    assert rates(s, p)[lay.VEL : lay.VEL + 3] == pytest.approx([0, 0, 0], abs=1e-12)
    s[lay.ROTOR : lay.ROTOR + 4] *= math.sqrt(1.1)
    assert rates(s, p)[lay.VEL + 2] == pytest.approx(-0.1 * GRAVITY)


def test_fall_follows_the_closed_form_to_terminal_velocity():
    """v = vt tanh(g t / vt), vt = sqrt(m g / k): fall with quadratic drag (Goldstein, Classical Mechanics)."""
    airframe = Airframe()
    s, p, rng = world(airframe)
    terminal = math.sqrt(airframe.mass * GRAVITY / airframe.body_drag[2])
    for seconds in (1.0, 2.0, 4.0):
        while s[lay.FRAME] < seconds * FRAME_RATE:
            run_plant(s, p, rng, 1)
        assert s[lay.VEL + 2] == pytest.approx(terminal * math.tanh(GRAVITY * seconds / terminal), rel=1e-6)
    s[lay.POS + 2] = -1e5
    run_plant(s, p, rng, 25 * FRAME_RATE)
    assert s[lay.VEL + 2] == pytest.approx(terminal, rel=1e-5)


@pytest.mark.parametrize("speed", [4.0, 9.0, 14.0])
def test_tilt_against_wind_balances_drag_and_weight(speed):
    """Statics: along the body's z thrust and its losses, along x drag; the weight's parts hold both.

    The tilt is found here, from the airframe's coefficients alone, and then flown.
    """
    airframe = Airframe()
    k, n = airframe.body_drag, 4
    tilt, omega = 0.0, 500.0
    for _ in range(200):
        ahead, down = speed * math.cos(tilt), -speed * math.sin(tilt)  # airspeed along body x and z
        drag = k[0] * speed * ahead + n * airframe.rotor_drag * omega * ahead
        tilt = math.asin(drag / (airframe.mass * GRAVITY))
        lift = airframe.mass * GRAVITY * math.cos(tilt) - k[2] * speed * down - n * airframe.inflow * omega * down
        omega = math.sqrt(lift / (n * airframe.thrust_coefficient))
    s, p, _ = world(airframe)
    s[lay.AIR] = -speed  # from the north, and the nose is down into it
    s[lay.QUAT], s[lay.QUAT + 2] = math.cos(tilt / 2), -math.sin(tilt / 2)
    s[lay.ROTOR : lay.ROTOR + 4] = omega
    assert rates(s, p)[lay.VEL : lay.VEL + 3] == pytest.approx([0, 0, 0], abs=1e-9)
    assert math.degrees(tilt) > speed / 2
    # the control: a degree more, and it moves
    s[lay.QUAT], s[lay.QUAT + 2] = math.cos(tilt / 2 + 0.0087), -math.sin(tilt / 2 + 0.0087)
    assert abs(rates(s, p)[lay.VEL]) > 0.1


def test_battery_gives_what_rotors_and_avionics_take_and_loses_the_rest_as_heat():
    """First law: energy at the terminals is rotor power by efficiency plus avionics, at every moment and in sum."""
    airframe = Airframe(gravity=0.0)
    s, p, rng = world(airframe)
    s[lay.MOTOR : lay.MOTOR + 4] = 0.7, 0.6, 0.5, 0.4
    taken = 0.0
    for _ in range(20 * FRAME_RATE):
        before = p[lay.TORQUE] * np.sum(s[lay.ROTOR : lay.ROTOR + 4] ** 3) / p[lay.EFFICIENCY] + p[lay.AVIONICS]
        run_plant(s, p, rng, 1)
        after = p[lay.TORQUE] * np.sum(s[lay.ROTOR : lay.ROTOR + 4] ** 3) / p[lay.EFFICIENCY] + p[lay.AVIONICS]
        taken += 0.5 * (before + after) / FRAME_RATE
    assert s[lay.ENERGY] == pytest.approx(taken, rel=1e-5)
    assert s[lay.VOLTAGE] * s[lay.CURRENT] == pytest.approx(after, rel=1e-9)


def test_energy_of_a_throw_without_air_stays():
    """Conservation of mechanical energy and of horizontal momentum in a uniform field."""
    airframe = Airframe(**STILL)
    s, p, _ = world(airframe)
    s[lay.VEL : lay.VEL + 3], s[lay.RATE : lay.RATE + 3] = (7.0, -3.0, -15.0), (2.0, 1.0, -3.0)
    inertia = np.array(airframe.inertia)

    def energy():
        turning = 0.5 * float(inertia @ s[lay.RATE : lay.RATE + 3] ** 2)
        return turning + airframe.mass * (0.5 * float(np.sum(s[lay.VEL : lay.VEL + 3] ** 2)) - GRAVITY * s[lay.POS + 2])

    before = energy()
    for _ in range(5 * FRAME_RATE):
        integrate(s, p)
    assert energy() == pytest.approx(before, rel=1e-9)
    assert s[lay.VEL : lay.VEL + 2] == pytest.approx([7.0, -3.0], abs=1e-12)
    assert s[lay.VEL + 2] == pytest.approx(-15.0 + 5 * GRAVITY, rel=1e-9)


def test_symmetric_body_precesses_at_eulers_rate():
    """Torque-free symmetric top: the rate's transverse part turns at (Iz - I) / I times the spin (Goldstein, 5.6)."""
    airframe = Airframe(gravity=0.0, inertia=(0.03, 0.03, 0.05), **STILL)
    s, p, _ = world(airframe)
    s[lay.RATE : lay.RATE + 3] = 0.5, 0.0, 4.0
    for _ in range(3 * FRAME_RATE):
        integrate(s, p)
    angle = (0.05 - 0.03) / 0.03 * 4.0 * 3.0
    assert s[lay.RATE : lay.RATE + 3] == pytest.approx([0.5 * math.cos(angle), 0.5 * math.sin(angle), 4.0], abs=1e-6)


@pytest.mark.parametrize(("axis", "flips"), [(0, False), (1, True), (2, False)])
def test_spin_about_the_middle_axis_flips_and_keeps_its_angular_momentum(axis, flips):
    """The intermediate axis theorem (Landau and Lifshitz, Mechanics, 37), and conservation of angular momentum."""
    airframe = Airframe(gravity=0.0, **STILL)
    assert airframe.inertia == tuple(sorted(airframe.inertia))
    s, p, _ = world(airframe)
    s[lay.RATE : lay.RATE + 3] = 0.01
    s[lay.RATE + axis] = 12.0

    def momentum():
        return np.array(to_world(s, *(np.array(airframe.inertia) * s[lay.RATE : lay.RATE + 3])))

    before, turned = momentum(), []
    for _ in range(10 * FRAME_RATE):
        integrate(s, p)
        turned.append(s[lay.RATE + axis])
    assert momentum() == pytest.approx(before, abs=1e-5 * np.linalg.norm(before))
    assert bool(min(turned) < -11.0) is flips
    if not flips:
        assert min(turned) > 11.9


def test_halving_the_frame_divides_the_error_by_sixteen():
    """Order four of the classical Runge-Kutta method (Hairer, Norsett, Wanner, Solving ODEs I, II.1)."""

    def end(frames):
        s, p, _ = world(Airframe())
        p[lay.DT] = 0.5 / frames
        s[lay.RATE : lay.RATE + 3], s[lay.VEL] = (2.0, 1.0, -1.5), 6.0
        s[lay.ROTOR : lay.ROTOR + 4], s[lay.MOTOR : lay.MOTOR + 4] = (480.0, 500.0, 490.0, 500.0), 0.6
        for _ in range(frames):
            integrate(s, p)
        return s[: lay.CHARGE].copy()

    exact = end(3200)
    errors = [np.abs(end(frames) - exact).max() for frames in (50, 100, 200)]
    assert [math.log2(errors[n] / errors[n + 1]) for n in range(2)] == pytest.approx([4.0, 4.0], abs=0.3)


def test_friction_holds_up_to_its_limit_and_not_beyond():
    """Coulomb: at rest while the wind's drag is below the coefficient times the weight, and sliding above."""
    airframe = Airframe()
    limit = math.sqrt(0.6 * airframe.mass * GRAVITY / airframe.body_drag[0])
    for factor, slides in ((0.97, False), (1.03, True)):
        s, p, rng = make_state(airframe, 0), make_parameters(airframe), make_random(0)
        set_steady(s, (min(59.0, factor * limit), 0.0, 0.0))
        run_plant(s, p, rng, 2 * FRAME_RATE)
        assert bool(s[lay.POS] > 0.01) is slides
        assert s[lay.POS + 2] == 0.0
    assert limit < 57.0
