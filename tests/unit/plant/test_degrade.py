import math

import numpy as np
import pytest

from harness.errors import RigError
from harness.plant import degrade
from harness.plant import layout as lay
from harness.plant.airframe import FRAME_RATE, Airframe, make_parameters, make_random, make_state
from harness.plant.degrade import Gnss
from harness.plant.dynamics import derivative
from harness.plant.monitors import read_rotors
from harness.plant.step import run_plant


@pytest.fixture
def world():
    airframe = Airframe()
    s, p, rng = make_state(airframe, 0), make_parameters(airframe), make_random(0)
    s[lay.POS + 2], s[lay.MOTOR : lay.MOTOR + 4] = -500.0, 0.7
    s[lay.ON_GROUND] = 0.0
    return s, p, rng


def rates(s, p):
    d = np.zeros(lay.INTEGRATED)
    derivative(s[: lay.INTEGRATED], s, p, d)
    return d


# -- motors


@pytest.mark.parametrize("share", [0.8, 0.5])
def test_weak_motor_gives_that_share_of_its_thrust(world, share):
    s, p, rng = world
    degrade.set_motor(p, 2, share)
    run_plant(s, p, rng, FRAME_RATE)
    rotors = read_rotors(s, p)
    assert (rotors.speeds[2] / rotors.speeds[0]) ** 2 == pytest.approx(share, rel=1e-3)
    assert rotors.currents[2] / rotors.currents[0] == pytest.approx(share**1.5, rel=2e-3)


def test_dead_motor_runs_down_and_the_aircraft_falls_to_its_side(world):
    s, p, rng = world
    run_plant(s, p, rng, FRAME_RATE // 4)
    assert abs(s[lay.RATE]) < 1e-6
    degrade.set_motor(p, 0, 0.0)  # front right
    run_plant(s, p, rng, FRAME_RATE // 4)
    assert s[lay.ROTOR] < 1.0 and s[lay.ROTOR + 1] > 100.0
    assert s[lay.RATE] > 1.0 and s[lay.RATE + 1] < -1.0  # rolls right, noses down
    degrade.set_motor(p, 0)
    run_plant(s, p, rng, FRAME_RATE)
    assert s[lay.ROTOR] == pytest.approx(s[lay.ROTOR + 1], rel=1e-3)


@pytest.mark.parametrize(("motor", "share"), [(4, 1.0), (-1, 1.0), (0, 1.1), (0, -0.1), (0, math.nan)])
def test_impossible_motor_is_refused(world, motor, share):
    with pytest.raises(RigError, match="motor"):
        degrade.set_motor(world[1], motor, share)


# -- load


def test_load_changes_mass_centre_and_inertia(world):
    _, p, _ = world
    before = p[lay.INERTIA : lay.INERTIA + 3].copy()
    degrade.add_mass(p, 1.1, (0.3, 0.0, 0.0))
    assert p[lay.MASS] == pytest.approx(3.3)
    assert p[lay.CENTRE : lay.CENTRE + 3] == pytest.approx([-0.1, 0.0, 0.0])
    # two masses 0.3 m apart: reduced mass times the square of the distance, about pitch and yaw
    assert p[lay.INERTIA : lay.INERTIA + 3] - before == pytest.approx([0.0, 0.066, 0.066])
    degrade.add_mass(p, -1.1, (0.3, 0.0, 0.0))
    assert p[lay.MASS] == pytest.approx(2.2)
    assert p[lay.CENTRE : lay.CENTRE + 3] == pytest.approx([0, 0, 0], abs=1e-12)
    assert p[lay.INERTIA : lay.INERTIA + 3] == pytest.approx(before)


@pytest.mark.parametrize("mass", [-2.15, -5.0, math.nan, math.inf])
def test_impossible_load_is_refused_and_changes_nothing(world, mass):
    _, p, _ = world
    before = p.copy()
    with pytest.raises(RigError, match="mass"):
        degrade.add_mass(p, mass)
    assert np.array_equal(p, before)


@pytest.mark.parametrize(
    ("offset", "roll", "pitch"), [((0.02, 0, 0), 0.0, -0.02), ((0, 0.03, 0), 0.03, 0.0), ((0, 0, 0.1), 0.0, 0.0)]
)
def test_thrust_beside_the_centre_of_mass_turns_the_aircraft(world, offset, roll, pitch):
    s, p, _ = world
    s[lay.ROTOR : lay.ROTOR + 4] = 500.0
    degrade.set_centre(p, offset)
    d, thrust = rates(s, p), 4 * p[lay.THRUST] * 500.0**2
    # a centre of mass ahead of the rotors noses down, one to the right rolls right: moment = thrust times arm
    expected = [roll * thrust / p[lay.INERTIA], pitch * thrust / p[lay.INERTIA + 1], 0.0]
    assert d[lay.RATE : lay.RATE + 3] == pytest.approx(expected, abs=1e-9)


def test_drag_above_a_low_centre_of_mass_pitches_up_in_a_headwind(world):
    s, p, _ = world
    s[lay.AIR] = -10.0  # from ahead
    degrade.set_centre(p, (0.0, 0.0, 0.1))
    d = rates(s, p)
    assert d[lay.RATE + 1] == pytest.approx(0.1 * p[lay.BODY_DRAG] * 100 / p[lay.INERTIA + 1])


@pytest.mark.parametrize("offset", [(math.nan, 0, 0), (0, 0.6, 0)])
def test_impossible_centre_is_refused(world, offset):
    with pytest.raises(RigError, match="centre of mass"):
        degrade.set_centre(world[1], offset)


# -- sensors


def test_noise_factors_do_not_add_up(world):
    _, p, _ = world
    healthy = p.copy()
    degrade.set_inertial_noise(p, gyro=5.0, accel=2.0)
    degrade.set_inertial_noise(p, gyro=5.0, accel=2.0)
    assert p[lay.GYRO_NOISE] == 5 * healthy[lay.GYRO_NOISE]
    assert p[lay.ACCEL_NOISE] == 2 * healthy[lay.ACCEL_NOISE]
    degrade.set_inertial_noise(p)
    assert np.array_equal(p, healthy)


def test_biases_show_in_the_readings(world):
    s, p, rng = world
    degrade.set_inertial_noise(p, gyro=0.0, accel=0.0)
    p[lay.HEADING_NOISE] = 0.0
    degrade.set_gyro_bias(s, (0.1, 0.2, 0.3))
    degrade.set_accel_bias(s, (1.0, 2.0, 3.0))
    degrade.set_heading_bias(s, 0.5)
    run_plant(s, p, rng, 8)
    assert s[lay.GYRO : lay.GYRO + 3] - s[lay.RATE : lay.RATE + 3] == pytest.approx([0.1, 0.2, 0.3])
    assert s[lay.ACCEL : lay.ACCEL + 3] - s[lay.FORCE : lay.FORCE + 3] == pytest.approx([1.0, 2.0, 3.0])
    assert s[lay.HEADING] == pytest.approx(0.5)


def test_barometer_drifts_off_and_stays_there(world):
    s, p, rng = world
    p[lay.BARO_NOISE] = p[lay.BARO_WANDER] = p[lay.BARO_STATIC] = 0.0
    degrade.set_barometer_drift(p, 0.5)
    run_plant(s, p, rng, 2 * FRAME_RATE)
    assert s[lay.BARO] + s[lay.POS + 2] == pytest.approx(1.0)
    degrade.set_barometer_drift(p)
    run_plant(s, p, rng, FRAME_RATE)
    assert s[lay.BARO] + s[lay.POS + 2] == pytest.approx(1.0)


def gnss_events(s, p, rng, frames):
    """Frames in which a sample was delivered, and in which one was taken."""
    delivered, taken = [], []
    for _ in range(frames):
        run_plant(s, p, rng, 1)
        delivered += [int(s[lay.FRAME])] if s[lay.GPS_NEW] else []
        taken += [int(s[lay.FRAME])] if s[lay.GPS_TAKEN] else []
    return delivered, taken


def test_lost_satellites_give_no_sample_and_come_back_with_a_fresh_one(world):
    s, p, rng = world
    assert gnss_events(s, p, rng, 80) == ([40, 80], [40, 80])
    assert s[lay.GPS_TIME] == pytest.approx(0.1) and s[lay.GPS_FIX] == 1.0
    degrade.set_gnss(s, p, Gnss(lost=True))
    assert gnss_events(s, p, rng, 400) == ([], [])
    assert s[lay.GPS_FIX] == 0.0 and s[lay.GPS_TIME] == pytest.approx(0.1)
    degrade.set_gnss(s, p, Gnss())
    assert gnss_events(s, p, rng, 80) == ([560], [520, 560])
    assert s[lay.GPS_TIME] == pytest.approx(1.3) and s[lay.GPS_FIX] == 1.0


def test_glitch_moves_the_position_only(world):
    s, p, rng = world
    degrade.set_gnss(s, p, Gnss(glitch=(30.0, -20.0, 5.0), noise=0.0))
    run_plant(s, p, rng, 40)
    held = s[lay.POS : lay.POS + 3].copy(), s[lay.VEL : lay.VEL + 3].copy()
    run_plant(s, p, rng, 40)
    assert s[lay.GPS_POS : lay.GPS_POS + 3] - held[0] == pytest.approx([30.0, -20.0, -5.0], abs=1e-9)
    assert s[lay.GPS_VEL : lay.GPS_VEL + 3] == pytest.approx(held[1])


@pytest.mark.parametrize(
    "ask",
    [
        lambda s, p, x: degrade.set_inertial_noise(p, gyro=x),
        lambda s, p, x: degrade.set_inertial_noise(p, accel=x),
        lambda s, p, x: degrade.set_gyro_bias(s, (x, 0.0, 0.0)),
        lambda s, p, x: degrade.set_accel_bias(s, (0.0, x, 0.0)),
        lambda s, p, x: degrade.set_heading_bias(s, x),
        lambda s, p, x: degrade.set_barometer_drift(p, x),
        lambda s, p, x: degrade.set_gnss(s, p, Gnss(noise=x)),
        lambda s, p, x: degrade.set_gnss(s, p, Gnss(glitch=(0.0, x, 0.0))),
    ],
)
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_no_number_is_refused(world, ask, bad):
    s, p, _ = world
    with pytest.raises(RigError, match=r"number|finite"):
        ask(s, p, bad)
