"""With the user's own build: DRONECERT_ARDUCOPTER=PATH pytest tests/unit/targets/test_ardupilot_real.py"""

import os
from pathlib import Path

import pytest

from harness.targets.programs.ardupilot import ArdupilotTarget
from harness.timing import run_for
from harness.vehicle.vehicle import Vehicle

BINARY = os.environ.get("DRONECERT_ARDUCOPTER", "")
PARAMETERS = Path(__file__).parents[4] / "rigs" / "articles" / "ardupilot" / "commissioned.parm"

pytestmark = pytest.mark.skipif(
    not BINARY, reason="no build of ArduCopter is named: set DRONECERT_ARDUCOPTER to its path"
)


@pytest.fixture
def target():
    target = ArdupilotTarget(binary=BINARY, parameters=[str(PARAMETERS)])
    yield target
    target.close()


def test_it_holds_a_point_in_our_wind(target):
    world = target.new_world(1)
    world.power_on()
    vehicle = Vehicle(world.sockets.radio.ground, world, dialect=world.sockets.dialect)
    vehicle.connect(30)
    vehicle.wait_ready_to_arm()
    with vehicle.hovering(at=10), vehicle.parameters(WP_YAW_BEHAVIOR=0):
        world.sockets.air.set_wind(-8.0, 0.0)
        run_for(world, 15.0)
        truth = world.sockets.truth()
        world.sockets.air.set_wind(0.0, 0.0)
    assert abs(truth.motion.north) < 1.0 and abs(truth.motion.east) < 1.0
    assert truth.motion.pitch < -0.1
