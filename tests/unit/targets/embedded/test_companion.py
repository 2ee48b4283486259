import pytest

from harness.drone.network.memory import MADE
from harness.errors import RigError
from harness.targets.embedded.embedded import EmbeddedTarget
from harness.timing import run_for


@pytest.fixture
def world():
    return EmbeddedTarget(defects=("plaintext-log",)).new_world(1)


def test_without_power_nobody_handles_it(world):
    companion = world.sockets.companion
    for act in (companion.stand_by, companion.wake, companion.reboot, lambda: companion.set_offline(True)):
        with pytest.raises(RigError, match="no power"):
            act()


def test_the_offline_mode_is_kept_and_shown(world):
    world.power_on()
    world.sockets.companion.set_offline(True)
    world.power_off()
    assert world.sockets.companion.is_offline()


def test_the_clock_can_be_set(world):
    world.sockets.companion.set_clock(86_400.0)
    assert world._airframe.companion.read_date(1.0) == MADE + 86_401.0


def test_a_day_of_standby_passes_at_once_and_the_drone_wakes_ready_to_arm(world):
    world.power_on()
    companion, heard = world.sockets.companion, []
    world.sockets.usb.ground.listen(heard.append)
    run_for(world, 2.0)
    companion.stand_by()
    companion.stand_by()
    # what is still on the cable
    run_for(world, 0.1)
    before = len(heard)
    run_for(world, 86_400.0)
    assert before and len(heard) == before
    companion.wake()
    companion.wake()
    run_for(world, 10.0)
    assert len(heard) > before and world._drone.flight.read_arming_problem() == ""
    world.power_off()
    world.power_on()
    run_for(world, 5.0)
    assert world.sockets.truth().motion.time == pytest.approx(86_417.1, abs=0.1)


def test_only_a_unit_that_is_off_is_carried_away(world):
    world.sockets.sky.set_place(48.8566, 2.3522)
    world.power_on()
    assert world._drone._position()[:2] == pytest.approx((48.8566, 2.3522), abs=1e-6)
    with pytest.raises(RigError, match="switch the article off first"):
        world.sockets.sky.set_place(0.0, 0.0)
