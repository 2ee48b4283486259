import pytest

from harness.drone.flight.state import Load
from harness.errors import RigError
from harness.targets.embedded.embedded import EmbeddedTarget
from harness.timing import run_for


@pytest.fixture
def world():
    made = EmbeddedTarget(defects=("plaintext-log",)).new_world(1)
    made.power_on()
    yield made
    made.power_off()


def test_a_crew_loads_and_weighs(world):
    crew = world.sockets.crew
    crew.refit(Load(mass=2.4))
    assert crew.weigh().mass == pytest.approx(2.4)


def test_a_crew_swaps_packs_and_reads_the_gauge(world):
    crew = world.sockets.crew
    run_for(world, 600.0)
    assert crew.read_charge() < 0.999
    crew.swap_battery()
    assert crew.read_charge() == 1.0


def test_the_sky_can_be_dark(world):
    sky = world.sockets.sky
    run_for(world, 3.0)
    assert not sky.is_dark() and world.sockets.truth() is not None
    sky.set_dark(True)
    run_for(world, 3.0)
    assert sky.is_dark()
    assert world._drone.flight.read_satellites().fix != 3
    sky.set_dark(False)
    run_for(world, 3.0)
    assert world._drone.flight.read_satellites().fix == 3


def test_the_camera_tells_where_it_looks(world):
    assert world.sockets.pointing() == pytest.approx((0.0, 0.0, 0.0), abs=0.1)


def test_without_power_there_is_nobody_to_lay_hands_on():
    cold = EmbeddedTarget(defects=("plaintext-log",)).new_world(1)
    for work in (cold.sockets.crew.weigh, cold.sockets.crew.swap_battery, cold.sockets.pointing):
        with pytest.raises(RigError, match="no power"):
            work()
