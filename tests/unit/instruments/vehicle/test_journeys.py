"""Journeys of the real drone, in still air."""

import pytest

from harness.errors import VehicleError
from harness.instruments.flight.route import rectangle
from harness.instruments.flight.track import Spot
from harness.instruments.truth.truth import PlantTruth
from harness.instruments.vehicle.journeys import Journeys
from harness.instruments.vehicle.mavlink import MavlinkVehicle


def test_up_and_down_on_the_pad(scene):
    scene.world.power_on()
    vehicle, truth = MavlinkVehicle(scene.context()), PlantTruth(scene.context())
    with truth.watching_landings() as landings:
        vehicle.take_off_and_land(height=3.0)
        vehicle.take_off_and_land(height=3.0)
    assert len(landings.contacts()) == 2
    assert landings.error().value < 1.0
    assert landings.tip_overs(2).events == 0
    assert [chart.title for chart in scene.log.charts] == ["Where the aircraft was"]


def test_a_route_is_flown_from_corner_to_corner(scene):
    route = rectangle(along=50.0, across=40.0, height=4.0, speed=5.0)
    with scene.hovering(height=4.0) as vehicle:
        truth = PlantTruth(scene.context())
        with truth.tracing(route, turn=15.0) as trace:
            vehicle.fly_route(route)
    assert trace.cross_track_max().value < 1.0
    assert trace.ground_speed_error().value < 1.0
    assert [chart.title for chart in scene.log.charts] == ["Ground track"]


def test_out_and_home_again(scene):
    with scene.hovering(height=4.0) as vehicle:
        vehicle.move_to(Spot(north=0.0, east=20.0, up=4.0))
        assert scene.truth().motion.east == pytest.approx(20.0, abs=1.5)
        ordered = vehicle.return_home()
        assert ordered < scene.world.now() - 5.0
        assert scene.truth().on_ground
        assert abs(scene.truth().motion.east) < 1.5


def test_an_article_that_went_home_by_itself_did_not_keep_its_station(scene):
    scene.world.power_on()
    client = scene.pilot()
    client.connect()
    client.wait_ready_to_arm()
    with client.hovering(3.0):
        client.land()
        with pytest.raises(VehicleError, match="left its station by itself, LAND instead of GUIDED"):
            Journeys(client, scene.world).return_home()
