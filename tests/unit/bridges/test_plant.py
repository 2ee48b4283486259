import pytest

from harness.bridges.plant import BridgedPlant
from harness.plant import layout as lay
from harness.plant.airframe import Airframe, make_parameters, make_random, make_state
from harness.plant.commanded import commanded_series
from harness.plant.weather import Turbulence, set_steady, set_turbulence

IDLE, LIFT = (0.0,) * 4, (0.9,) * 4


def fly(plant, motors, frames):
    for _ in range(frames):
        body = plant.fly(motors)
    return body


@pytest.mark.parametrize("split", [1, 2])
def test_it_stands_at_home_until_the_motors_lift_it(split):
    plant = BridgedPlant(Airframe(), 1, split=split)
    body = fly(plant, IDLE, 400 * split)
    assert plant.time == pytest.approx(1.0)
    assert (body.north, body.east, body.down, body.w) == (0.0, 0.0, 0.0, 1.0)
    assert body[3:6] == pytest.approx((0.0, 0.0, -9.80665))
    body = fly(plant, LIFT, 400 * split)
    assert body.down < -0.5 and body.v_down < 0.0


def test_what_it_returns_is_what_its_state_holds():
    plant = BridgedPlant(Airframe(), 1)
    set_steady(plant.state, (-8.0, 3.0, 0.0))
    body = fly(plant, (0.9, 0.85, 0.88, 0.87), 300)
    s = plant.state
    places = (lay.RATE, lay.RATE + 3), (lay.FORCE, lay.FORCE + 3), (lay.POS, lay.POS + 3), (lay.QUAT, lay.QUAT + 4)
    assert list(body) == [float(x) for a, b in (*places, (lay.VEL, lay.VEL + 3)) for x in s[a:b]]
    assert len(set(body)) == 16


def test_its_clock_begins_where_it_was_told():
    plant = BridgedPlant(Airframe(), 1, start=12.5, split=2)
    assert plant.time == 12.5
    plant.fly(IDLE)
    assert plant.time == pytest.approx(12.5 + 1 / 800)
    assert plant.state[lay.FRAME] * plant.frame == plant.time


def test_it_flies_as_the_embedded_drones_plant_does():
    """Frame by frame the same numbers, less the sensors that a real autopilot makes itself."""
    from harness.plant.step import run_plant

    airframe, plant = Airframe(), BridgedPlant(Airframe(), 1)
    s, p, rng = make_state(airframe, 1), make_parameters(airframe), make_random(1)
    for state in (s, plant.state):
        set_steady(state, (-6.0, 2.0, 0.0))
    for frame in range(400):
        motors = (0.8, 0.8, 0.8 + 1e-4 * (frame % 7), 0.8)
        body = plant.fly(motors)
        s[lay.MOTOR : lay.MOTOR + 4] = motors
        run_plant(s, p, rng, 1)
    assert body[6:9] == tuple(s[lay.POS : lay.POS + 3])
    assert body[9:13] == tuple(s[lay.QUAT : lay.QUAT + 4])


def test_turbulence_is_the_series_of_its_seed_however_fine_the_frames_are():
    turbulence = Turbulence(seed=5, w20=10.0, height=10.0, speed=8.0)
    series = commanded_series(turbulence, frames=200, wind=8.0)
    for split in (1, 2):
        plant = BridgedPlant(Airframe(), 1, split=split)
        set_steady(plant.state, (8.0, 0.0, 0.0))
        set_turbulence(plant.state, plant.rng, turbulence)
        fly(plant, IDLE, 200 * split)
        assert plant.state[lay.TURBULENT] == pytest.approx(series[-1, 0], rel=1e-12)
