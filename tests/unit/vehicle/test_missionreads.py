"""Reading a mission back from the real drone, over a link that may lose frames."""

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import VehicleTimeout
from harness.link.impair_plan import Impairment
from harness.targets.embedded.embedded import EmbeddedTarget
from harness.vehicle.codec import Identity
from harness.vehicle.missionreads import MissionReader
from harness.vehicle.missions import MissionClient, Origin, waypoint
from harness.vehicle.vehicle import Vehicle

ORIGIN = Origin(latitude=35.6762, longitude=139.6503, metres_per_degree=111_319.5)
ITEMS = [waypoint(10.0 * number, -5.0, 20.0 + number) for number in range(5)]


@pytest.fixture
def station():
    """A ground station, and the world of a drone without encryption."""
    world = EmbeddedTarget(defects=("plaintext-log",)).new_world(1)
    world.power_on()
    client = Vehicle(world.sockets.radio.ground, world, Identity(key=world.sockets.radio_key))
    client.connect()
    yield client, world
    world.power_off()


def tools(station):
    client, world = station
    return MissionReader(client.telemetry, world, client.send), MissionClient(client.telemetry, world, client.send)


def test_without_a_mission_there_is_none(station):
    reader, _ = tools(station)
    assert reader.download(5.0) == []


@pytest.mark.parametrize("loss", [0.0, 0.3])
def test_what_was_sent_is_read_back(station, loss):
    reader, writer = tools(station)
    cable, world = station[1].sockets.radio, station[1]
    writer.upload(ITEMS, ORIGIN, 20.0)
    for way, line in (("up", cable.up), ("down", cable.down)):
        line += Impairment(loss=loss).make_stages(world, world.schedule, f"read {way}")
    home, *items = reader.download(120.0)
    assert home[0] == 0
    assert [item[0] for item in items] == [1, 2, 3, 4, 5]
    assert {item[2] for item in items} == {mavlink.MAV_CMD_NAV_WAYPOINT}
    assert [item[-1] for item in items] == [20.0, 21.0, 22.0, 23.0, 24.0]
    assert len({item[-3:] for item in items}) == 5


def test_a_dead_link_ends_it_in_time(station):
    reader, _ = tools(station)
    _, world = station
    world.sockets.radio.up[:] = [lambda data, forward: None]
    before = world.now()
    with pytest.raises(VehicleTimeout, match="mission download"):
        reader.download(3.0)
    assert world.now() - before == pytest.approx(3.0)
