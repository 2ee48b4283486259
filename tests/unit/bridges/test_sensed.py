import math

import pytest

from harness.bridges.sensed import METRES_PER_DEGREE, SensedPlant
from harness.plant import layout as lay
from harness.plant.airframe import FRAME_RATE, Airframe

HOME = (35.0, 139.0, 40.0)
STILL = (0.0, 0.0, 0.0, 0.0)


def fly(plant, seconds, motors=STILL):
    return [plant.fly(motors) for _ in range(round(seconds * FRAME_RATE))]


def test_sensors_come_at_their_own_pace():
    told = fly(SensedPlant(Airframe(), 1, HOME), 2.0)
    assert sum(each.slow is not None for each in told) == 100
    assert 18 <= sum(each.fix is not None for each in told) <= 20
    assert told[-1].time == pytest.approx(2.0)


def test_on_the_ground_they_read_rest_with_their_noise():
    told = fly(SensedPlant(Airframe(), 1, HOME), 1.0)
    assert sum(each.accel[2] for each in told) / len(told) == pytest.approx(-9.8, abs=0.1)
    assert len({each.gyro for each in told}) == len(told)
    fixes = [each.fix for each in told if each.fix]
    assert all(abs(fix.latitude - 35.0) * METRES_PER_DEGREE < 2.0 and abs(fix.height - 40.0) < 2.0 for fix in fixes)
    assert all(fix.valid for fix in fixes)
    assert all(abs(each.slow.heading_error) < math.radians(5.0) for each in told if each.slow)


def test_without_satellites_the_receiver_says_so():
    plant = SensedPlant(Airframe(), 1, HOME)
    plant.parameters[lay.GPS_LOST] = 1.0
    fixes = [each.fix for each in fly(plant, 2.0) if each.fix]
    assert len(fixes) >= 18 and not any(fix.valid for fix in fixes)


def test_a_late_start_keeps_the_clock_of_the_world_and_begins_its_own():
    plant = SensedPlant(Airframe(), 1, HOME, start=5.0)
    (told,) = fly(plant, 1.0 / FRAME_RATE)
    assert (plant.time, told.time) == (pytest.approx(5.0025), pytest.approx(0.0025))


def test_one_seed_is_one_flight():
    first, second = (fly(SensedPlant(Airframe(), 7, HOME), 1.0, (0.7,) * 4) for _ in range(2))
    assert first == second
