import pytest

from harness.bridges.plant import FRAME, BridgedPlant
from harness.plant.airframe import Airframe


def test_it_stands_at_home_until_the_motors_lift_it():
    plant = BridgedPlant(Airframe(), 1)
    plant.fly((0.0,) * 4, 400)
    assert plant.time == pytest.approx(1.0)
    assert plant.read().position == [0.0, 0.0, 0.0]
    assert plant.read().force == pytest.approx((0.0, 0.0, -9.80665))
    plant.fly((0.9,) * 4, 400)
    assert plant.read().position[2] < -0.5
    assert plant.read().velocity[2] < 0.0


def test_its_clock_begins_where_it_was_told():
    plant = BridgedPlant(Airframe(), 1, start=12.5)
    assert plant.time == 12.5
    plant.fly((0.0,) * 4)
    assert plant.time == pytest.approx(12.5 + FRAME)
