import numpy as np

from harness.plant import layout as lay
from harness.plant.airframe import Airframe, make_parameters, make_random, make_state
from harness.plant.step import run_plant, warm_up


def run(seed, *frames):
    airframe = Airframe()
    s, p, rng = make_state(airframe, seed), make_parameters(airframe), make_random(seed)
    s[lay.MOTOR : lay.MOTOR + 4] = 0.75, 0.75, 0.76, 0.75
    s[lay.STEADY] = 6.0
    for n in frames:
        run_plant(s, p, rng, n)
    return s


def test_same_seed_same_bits_however_the_frames_are_cut():
    whole = run(4, 800)
    assert whole.tobytes() == run(4, 800).tobytes()
    assert whole.tobytes() == run(4, 1, 299, 500).tobytes()
    assert whole.tobytes() != run(5, 800).tobytes()


def test_seed_changes_the_sensors_only():
    one, two = run(1, 800), run(2, 800)
    assert np.array_equal(one[: lay.GYRO], two[: lay.GYRO])
    assert not np.array_equal(one[lay.GYRO :], two[lay.GYRO :])


def test_frames_count_and_the_wind_is_that_of_the_last_instant():
    s = run(0, 400)
    assert s[lay.FRAME] == 400
    assert s[lay.AIR] == 6.0


def test_warm_up_leaves_nothing_behind():
    assert warm_up() is None
