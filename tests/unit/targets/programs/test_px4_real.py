"""With the user's own build: DRONECERT_PX4=PATH pytest tests/unit/targets/test_px4_real.py"""

import os
from pathlib import Path

import pytest

from harness.targets.programs.px4 import Px4Target
from harness.timing import run_for
from harness.vehicle.vehicle import Vehicle

BINARY = os.environ.get("DRONECERT_PX4", "")
PARAMETERS = Path(__file__).parents[4] / "rigs" / "articles" / "px4"

pytestmark = pytest.mark.skipif(not BINARY, reason="no build of PX4 is named: set DRONECERT_PX4 to its path")


@pytest.mark.parametrize("physics", ["plant", "own"])
def test_it_holds_a_point_in_the_wind_and_turns(physics):
    commissioned = PARAMETERS / f"commissioned-{'sih' if physics == 'own' else 'plant'}.params"
    target = Px4Target(binary=BINARY, parameters=[str(commissioned)], physics=physics)
    try:
        _fly(target.new_world(1))
    finally:
        target.close()


def _fly(world):
    world.power_on()
    vehicle = Vehicle(world.sockets.radio.ground, world, dialect=world.sockets.dialect)
    vehicle.connect(30)
    vehicle.wait_ready_to_arm()
    with vehicle.hovering(at=10), vehicle.parameters(COM_DL_LOSS_T=12):
        vehicle.goto(0.0, 0.0, 10.0, yaw=0.0)
        world.sockets.air.set_wind(-6.0, 0.0)
        run_for(world, 15.0)
        truth = world.sockets.truth()
        vehicle.turn(50.0)
        run_for(world, 4.0)
        turned = world.sockets.truth().motion.yaw - truth.motion.yaw
        world.sockets.air.set_wind(0.0, 0.0)
    assert abs(truth.motion.north) < 1.5 and abs(truth.motion.east) < 1.5
    assert truth.motion.pitch < -0.05
    assert turned == pytest.approx(0.87, abs=0.2)
