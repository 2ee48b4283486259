from pathlib import Path

import pytest

from harness.errors import RigError, VehicleError
from harness.targets.embedded.embedded import EmbeddedTarget

NEWER = Path(__file__).parents[4] / "rigs" / "articles" / "embedded" / "newer.pkg"


@pytest.fixture
def world():
    return EmbeddedTarget(defects=("plaintext-log",)).new_world(1)


def test_what_is_programmed_starts_and_what_is_restored_is_the_release(world):
    tool = world.sockets.updates
    released = world.sockets.firmware()
    tool.program(NEWER.read_bytes())
    assert tool.read_slots()[0] != released
    world.power_on()
    assert tool.read_running() == tool.read_slots()[0] and world.sockets.version() == "1.5.0"
    world.power_off()
    tool.restore()
    assert tool.read_slots() == (released, b"")


def test_without_power_or_network_nothing_is_asked(world):
    tool = world.sockets.updates
    with pytest.raises(RigError, match="no power"):
        tool.read_running()
    world.power_on()
    assert tool.read_offer() == ""
    with pytest.raises(RigError, match="no network yet"):
        tool.consent()


def test_what_is_no_package_is_not_programmed(world):
    with pytest.raises(VehicleError, match="no package"):
        world.sockets.updates.program(b"rubbish")
