import numpy as np
import pytest

from harness.plant import layout as lay
from harness.plant.airframe import Airframe, make_parameters, make_random, make_state
from harness.plant.step import run_plant

QUIET = ("GYRO_NOISE", "ACCEL_NOISE", "BARO_NOISE", "BARO_WANDER", "HEADING_NOISE", "GPS_NOISE", "GPS_NOISE_UP")
BIASES = {lay.GYRO_BIAS: 3, lay.ACCEL_BIAS: 3, lay.HEADING_BIAS: 1}


def make_world(quiet):
    airframe = Airframe()
    s, p, rng = make_state(airframe, 1), make_parameters(airframe), make_random(1)
    for name in (*QUIET, "GPS_WANDER", "GPS_VEL_NOISE") if quiet else ():
        p[getattr(lay, name)] = 0.0
    for place, size in BIASES.items() if quiet else ():
        s[place : place + size] = 0.0
    return s, p, rng


def test_quiet_sensors_read_the_truth():
    s, p, rng = make_world(quiet=True)
    s[lay.POS : lay.POS + 3], s[lay.VEL] = (3.0, -4.0, -100.0), 5.0
    s[lay.QUAT], s[lay.QUAT + 3] = np.cos(0.5), np.sin(0.5)
    p[lay.BARO_STATIC] = 0.0
    run_plant(s, p, rng, 40)
    assert s[lay.BARO] == pytest.approx(-s[lay.POS + 2])
    assert s[lay.HEADING] == pytest.approx(1.0)
    assert s[lay.GYRO : lay.GYRO + 3] == pytest.approx([0, 0, 0], abs=1e-12)
    assert abs(s[lay.ACCEL + 2]) < 0.1  # falling freely


def test_accelerometer_reads_one_g_at_rest():
    s, p, rng = make_world(quiet=True)
    run_plant(s, p, rng, 10)
    assert s[lay.ACCEL : lay.ACCEL + 3] == pytest.approx([0, 0, -9.80665])


def test_gps_delivers_the_sample_of_one_period_ago():
    s, p, rng = make_world(quiet=True)
    s[lay.POS + 2], s[lay.VEL] = -500.0, 10.0
    p[lay.BODY_DRAG : lay.BODY_DRAG + 3] = 0.0
    run_plant(s, p, rng, 80)
    assert s[lay.GPS_NEW] == 1.0
    assert s[lay.GPS_POS] == pytest.approx(s[lay.POS] - 10.0 * 0.1)
    run_plant(s, p, rng, 1)
    assert s[lay.GPS_NEW] == 0.0


def test_barometer_feels_the_wind():
    s, p, rng = make_world(quiet=True)
    s[lay.STEADY] = 10.0
    run_plant(s, p, rng, 8)
    assert s[lay.BARO] == pytest.approx(100 * p[lay.BARO_STATIC])
    assert s[lay.BARO_NEW] == 1.0


def test_noise_has_the_size_that_the_parameters_say():
    s, p, rng = make_world(quiet=False)
    gyro, gps = [], []
    for _ in range(3000):
        run_plant(s, p, rng, 40)
        gyro.append(s[lay.GYRO])
        gps.append(s[lay.GPS_VEL])
    assert np.std(gyro) == pytest.approx(p[lay.GYRO_NOISE], rel=0.1)
    assert np.mean(gyro) == pytest.approx(s[lay.GYRO_BIAS], abs=3e-4)
    assert np.std(gps) == pytest.approx(p[lay.GPS_VEL_NOISE], rel=0.1)
