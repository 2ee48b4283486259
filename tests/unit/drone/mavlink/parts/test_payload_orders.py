"""Camera and gimbal items of a mission, carried out in its flight."""

import math
from types import SimpleNamespace

import pytest

from harness.drone.flight.missioncheck import PAYLOAD
from harness.drone.flight.orders import MissionItem
from harness.drone.mavlink.parts.camera import Camera, CameraSite
from harness.drone.mavlink.parts.mount import Mount
from harness.drone.mavlink.parts.payload_orders import PayloadOrders
from harness.drone.payload.gimbal import Aim, Gimbal, GimbalConfig
from harness.errors import VehicleError

NAN = math.nan


class Rig:
    def __init__(self, helpers):
        self.post, self.orders, self.north, self.photos, self.room = helpers.FakePost(), [], 0.0, 0, 99
        site = CameraSite(
            take_photo=self.take_photo,
            read_card=lambda: (1, 1),
            read_place=lambda: (0.0,) * 4,
            read_pointing=lambda: (0.0,) * 3,
        )
        self.camera = Camera(site)
        self.mount = Mount(Gimbal(GimbalConfig(), lambda: (0.0,) * 3), lambda: (0.0, 0.0, 50.0))
        self.part = PayloadOrders(self, self.camera, self.mount)
        for part in (self.camera, self.part):
            part.start(self.post)

    def take_photo(self):
        if self.photos == self.room:
            raise VehicleError("full")
        self.photos += 1
        return "IMG"

    def take_payload_orders(self):
        orders, self.orders = self.orders, []
        return orders

    def read_estimate(self):
        return SimpleNamespace(north=self.north, east=0.0)

    def do(self, command, *values, place=None):
        self.orders.append(MissionItem(command=command, values=(*values, *[0.0] * (4 - len(values))), place=place))
        self.post.run(0.15)


@pytest.fixture
def rig(helpers):
    return Rig(helpers)


@pytest.mark.parametrize("command", sorted(PAYLOAD))
def test_every_order_that_the_flight_part_passes_on_is_known(rig, command):
    rig.do(command)
    assert rig.orders == [] and rig.post.waiting


def test_looking_at_a_place_and_away_from_it(rig):
    rig.do(195, place=(50.0, 0.0, 0.0))
    assert rig.mount.gimbal.aim.pitch == pytest.approx(math.radians(-45))
    rig.do(197)
    assert rig.mount.gimbal.aim == Aim()
    rig.do(201, place=(50.0, 0.0, 0.0))
    rig.do(201)
    assert rig.mount.gimbal.aim == Aim()


def test_pointing(rig):
    rig.do(205, -30, 0, 20)
    assert rig.mount.gimbal.aim == Aim(pitch=math.radians(-30), yaw=math.radians(20))
    rig.do(1000, -60, NAN)
    assert rig.mount.gimbal.aim == Aim(pitch=math.radians(-60), yaw=math.radians(20))


def test_photos(rig):
    rig.do(203)
    rig.do(2000, 0, 1.0, 3)
    rig.post.run(5.0)
    assert rig.photos == 4
    rig.do(2000, 0, 1.0, 0)
    rig.do(2001)
    rig.post.run(5.0)
    assert rig.photos == 5
    rig.do(2000, 0, 0.0, 5)
    assert len(rig.post.texts) == 1


def test_photos_by_distance_until_there_is_no_room(rig):
    rig.do(206, 10.0, 0, 1)
    for rig.north in range(0, 41):
        rig.post.run(0.1)
    assert rig.photos == 5
    rig.do(206, 0.0)
    for rig.north in range(41, 80):
        rig.post.run(0.1)
    assert rig.photos == rig.room - 94
    rig.room = 6
    rig.do(206, 5.0)
    for rig.north in range(80, 120):
        rig.post.run(0.1)
    assert rig.photos == 6 and rig.post.texts == ["camera: full"]


def test_power_off_leaves_nothing(rig):
    rig.part.stop()
    assert not rig.post.waiting
