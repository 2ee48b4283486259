"""The parts in the whole drone, over its ports: a mission with photos, downloads, and what stays over a reboot."""

import json
import math
import struct

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink
from pymavlink.mavftp import MAVFTP

from harness.drone.article import Airframe, ArticleConfig
from harness.drone.flight.state import Mode
from harness.drone.recorder.config import RecorderConfig
from harness.errors import RigError, VehicleError
from harness.targets.embedded.embedded import EmbeddedWorld
from harness.timing import run_for
from harness.vehicle.codec import Codec, Identity

RELATIVE = mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT
HOME = (35.6762, 139.6503)
FTP = struct.Struct("<HBBBBBxI")

LIST_ROOT = (FTP.pack(1, 0, 3, 1, 0, 0, 0) + b"/").ljust(251, b"\0")


class Station:
    """A ground station on one cable of the drone."""

    def __init__(self, world, cable, key=None):
        self.world, self.cable = world, cable
        self.codec = Codec(Identity(key=key), world)
        self.came = []
        cable.ground.listen(lambda data: self.came.extend(item.message for item in self.codec.decode(data)))

    def tell(self, message):
        self.cable.ground.send(self.codec.encode(message))

    def ask(self, message, *kinds, within=5.0):
        """Send, and give the first answer of these kinds."""
        self.came.clear()
        self.tell(message)
        until = self.world.now() + within
        while self.world.now() < until:
            run_for(self.world, 0.02)
            for answer in self.came:
                if answer.get_type() in kinds:
                    return answer
        raise AssertionError(f"no {kinds} to {message}")

    def order(self, number, *values, component=1):
        padded = (*values, *[0.0] * (7 - len(values)))
        return self.ask(mavlink.MAVLink_command_long_message(1, component, number, 0, *padded), "COMMAND_ACK").result

    def of(self, kind, component=1):
        return [each for each in self.came if each.get_type() == kind and each.get_srcComponent() == component]

    def upload(self, items):
        message = mavlink.MAVLink_mission_count_message(1, 1, len(items), 0)
        while (asked := self.ask(message, "MISSION_REQUEST_INT", "MISSION_ACK")).get_type() != "MISSION_ACK":
            message = items[asked.seq]
        return asked.type

    def ftp(self, opcode, data=b"", offset=0, size=None):
        head = FTP.pack(1, 0, opcode, len(data) if size is None else size, 0, 0, offset)
        payload = list((head + data).ljust(251, b"\0"))
        request = mavlink.MAVLink_file_transfer_protocol_message(0, 1, 1, payload)
        got = bytes(self.ask(request, "FILE_TRANSFER_PROTOCOL").payload)
        fields = FTP.unpack(got[:12])
        assert fields[2] == 128, fields
        return got[12 : 12 + fields[3]]

    def fetch(self, path):
        (size,) = struct.unpack("<I", self.ftp(4, path))
        return b"".join(self.ftp(5, offset=at, size=min(239, size - at)) for at in range(0, size, 239))


def item(number, command, north=None, up=10.0, values=(0, 0, 0, 0)):
    x, y = (0, 0) if north is None else (round((HOME[0] + north / 111_318.8) * 1e7), round(HOME[1] * 1e7))
    return mavlink.MAVLink_mission_item_int_message(
        1, 1, number, RELATIVE, command, 0, 1, *values, x, y, 0.0 if north is None and command != 22 else up, 0
    )


SURVEY = [
    item(0, 16, 0.0),
    item(1, 22),
    item(2, 195, 40.0, 0.0),
    item(3, 16, 30.0),
    item(4, 2000, values=(0, 0, 1, 0)),
    item(5, 16, 60.0),
]


@pytest.fixture
def world():
    world = EmbeddedWorld(Airframe(ArticleConfig(recorder=RecorderConfig(encryption="none"))), seed=1)
    world.power_on()
    yield world
    world.power_off()


@pytest.fixture
def usb(world):
    return Station(world, world.sockets.usb)


def fly(world, usb):
    run_for(world, 6.0)
    assert usb.upload(SURVEY) == mavlink.MAV_MISSION_ACCEPTED
    drone = world._running()
    assert drone.flight.set_mode(Mode.GUIDED) == "" == drone.flight.arm()
    assert drone.flight.set_mode(Mode.AUTO) == ""
    usb.came.clear()
    run_for(world, 60.0)
    return drone


def test_a_mission_is_flown_and_its_photo_taken(world, usb):
    drone = fly(world, usb)
    assert drone.flight.read_truth().motion.north == pytest.approx(60.0, abs=2.0)
    assert [each.seq for each in usb.of("MISSION_ITEM_REACHED")] == [1, 3, 5]
    assert usb.of("MISSION_CURRENT")[-1].mission_state == mavlink.MISSION_STATE_COMPLETE
    photos = usb.of("CAMERA_IMAGE_CAPTURED", component=100)
    # one by the mission at 30 m, the others by the photographer, every 5 s of the world's time
    extra = [photo for photo in photos if photo.time_boot_ms % 5000]
    assert len(extra) == 1 and {photo.capture_result for photo in photos} == {1}
    assert extra[0].lat / 1e7 == pytest.approx(HOME[0] + 30.0 / 111_318.8, abs=5e-5)
    roll, pitch, yaw = drone.read_pointing()
    assert math.degrees(pitch) == pytest.approx(-math.degrees(math.atan2(10.0, 20.0)), abs=3.0)
    assert abs(math.remainder(yaw - math.pi, 2 * math.pi)) < 0.1 and abs(roll) < 0.05


def test_the_flight_log_and_photos_are_downloaded_as_they_were_recorded(world, usb):
    fly(world, usb)
    recorder = world._airframe.recorder
    size = recorder.file_sizes()["FLIGHT.LOG"]
    log = recorder.read_file("FLIGHT.LOG", 0, size)
    usb.ask(mavlink.MAVLink_log_request_data_message(1, 1, 1, 0, size), "LOG_DATA")
    run_for(world, 5.0)
    pieces = {each.ofs: bytes(each.data[: each.count]) for each in usb.of("LOG_DATA")}
    assert b"".join(pieces[at] for at in sorted(pieces)) == log
    # the first line tells the state of encryption at power-on
    assert json.loads(log.splitlines()[1])["t"] > 0
    assert usb.fetch(b"/photos/IMG_0001.JPG") == recorder.read_file("IMG_0001.JPG", 0, 1 << 20)


def test_parameters_come_packed_as_they_come_one_by_one(world, usb):
    run_for(world, 1.0)
    read = MAVFTP.ftp_param_decode(usb.fetch(b"@PARAM/param.pck"))
    usb.ask(mavlink.MAVLink_param_request_list_message(1, 1), "PARAM_VALUE")
    run_for(world, 2.0)
    one_by_one = {each.param_id: each.param_value for each in usb.of("PARAM_VALUE")}
    assert {name.decode(): value for name, value, _ in read.params} == pytest.approx(one_by_one)
    assert len(one_by_one) > 5


def test_an_unsigned_radio_gets_no_file_and_a_signed_one_does(world):
    run_for(world, 1.0)
    asks = [
        mavlink.MAVLink_log_request_list_message(1, 1, 0, 0xFFFF),
        mavlink.MAVLink_mission_request_list_message(1, 1, 0),
        mavlink.MAVLink_file_transfer_protocol_message(0, 1, 1, list(LIST_ROOT)),
    ]
    answers = ("LOG_ENTRY", "MISSION_COUNT", "FILE_TRANSFER_PROTOCOL")
    stranger = Station(world, world.sockets.radio)
    for ask, answer in zip(asks, answers, strict=True):
        with pytest.raises(AssertionError, match="no"):
            stranger.ask(ask, answer, within=1.0)
    station = Station(world, world.sockets.radio, key=world.sockets.radio_key)
    for ask, answer in zip(asks, answers, strict=True):
        assert station.ask(ask, answer).get_type() == answer


def test_photo_orders_are_carried_out_on_the_ground_too(world, usb):
    run_for(world, 1.0)
    assert usb.order(2000, 0, 0, 1, 1, component=100) == mavlink.MAV_RESULT_ACCEPTED
    assert "IMG_0001.JPG" in world._airframe.recorder.file_sizes()
    assert usb.order(2500, component=100) == mavlink.MAV_RESULT_UNSUPPORTED
    assert usb.order(2000, 0, math.nan, 2, component=100) == mavlink.MAV_RESULT_DENIED


def test_components_are_heard_and_asked_by_their_ids(world, usb):
    run_for(world, 2.0)
    assert {each.get_srcComponent() for each in usb.came if each.get_type() == "HEARTBEAT"} == {1, 100, 154}
    usb.came.clear()
    for component, number, name in [(100, 259, "CAMERA_INFORMATION"), (154, 283, "GIMBAL_DEVICE_INFORMATION"),
                                    (1, 280, "GIMBAL_MANAGER_INFORMATION")]:  # fmt: skip
        assert usb.order(512, number, component=component) == mavlink.MAV_RESULT_ACCEPTED
        assert len(usb.of(name, component)) == 1


def test_wind_moves_the_picture(world, usb):
    run_for(world, 6.0)
    drone = world._running()
    assert drone.flight.set_mode(Mode.GUIDED) == "" == drone.flight.arm() == drone.flight.takeoff(10.0)
    run_for(world, 15.0)

    def watch():
        """The greatest tilt of the aircraft and error of the picture in five seconds."""
        tilts, errors = [], []
        for _ in range(100):
            run_for(world, 0.05)
            motion = drone.flight.read_truth().motion
            tilts.append(math.hypot(motion.roll, motion.pitch))
            errors.append(math.hypot(*drone.read_pointing()[:2]))
        return max(tilts), max(errors)

    _, calm = watch()
    world.add_gust(start=world.now(), duration=1.5, north=15.0, east=0.0)
    tilt, gust = watch()
    assert 2.0 * calm < gust < 0.2 * tilt


def test_mission_and_fence_outlive_the_power(world, usb):
    run_for(world, 1.0)
    usb.upload(SURVEY)
    world.power_off()
    with pytest.raises(RigError, match="no power"):
        world._running()
    world.power_on()
    run_for(world, 1.0)
    again = Station(world, world.sockets.usb)
    assert again.ask(mavlink.MAVLink_mission_request_list_message(1, 1, 0), "MISSION_COUNT").count == len(SURVEY)


def test_without_power_nothing_is_left_to_do(world, usb):
    run_for(world, 1.0)
    usb.tell(mavlink.MAVLink_command_long_message(1, 100, 2000, 0, 0, 1.0, 0, 0, 0, 0, 0))
    usb.tell(mavlink.MAVLink_mission_count_message(1, 1, 3, 0))
    run_for(world, 1.0)
    drone = world._running()
    world.power_off()
    run_for(world, 1.0)
    assert world.schedule.next_time() == math.inf
    with pytest.raises(VehicleError, match="no power"):
        drone.read_pointing()
