import hashlib
import json
import re
import tomllib
from pathlib import Path

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.article import Airframe, ArticleConfig, EmbeddedDrone, Plugs, shipped
from harness.drone.defects import damage
from harness.drone.firmware import VERSION
from harness.drone.flight.config import FlightConfig
from harness.drone.flight.orders import SetPoint
from harness.drone.flight.state import Mode
from harness.drone.modem import ModemConfig
from harness.drone.recorder.config import RecorderConfig
from harness.drone.recorder.medium import Medium
from harness.drone.recorder.recorder import Recorder
from harness.errors import VehicleError
from harness.link.ethernet import Wire
from harness.link.virtual import VirtualCable
from harness.timing import Schedule, run_for
from harness.vehicle.codec import Identity
from harness.vehicle.vehicle import Vehicle

ROOT = Path(__file__).parents[3]
# what it records can be read
OPEN = RecorderConfig(encryption="none")
# a ground station without a modem
CLEAR = ModemConfig(encrypted=False)


class World:
    """A world of one drone at a time."""

    def __init__(self):
        self.time, self.schedule, self.drone = 0.0, Schedule(), None
        self.radio, self.usb = VirtualCable(self, self.schedule), VirtualCable(self, self.schedule)
        self.wire = Wire(self, self.schedule)
        self.end = self.wire.attach()

    def now(self):
        return self.time

    def advance(self, until):
        self.time = max(self.time, min(until, self.schedule.next_time()))
        if self.drone is not None:
            self.drone.flight.advance(self.time)
        self.schedule.run_due(self.time)
        return self.time

    def boot(self, airframe, seed=1):
        plugs = Plugs(
            clock=self,
            schedule=self.schedule,
            radio=self.radio.air,
            signal=lambda: -60.0,
            radio_heard=lambda: self.radio.air.heard,
            usb=self.usb.air,
            wire=self.end,
            trust_root="",
        )
        self.drone = EmbeddedDrone(airframe, plugs, seed)
        self.drone.power_on()
        return self.drone

    def off(self):
        self.drone.power_off()
        self.drone = None


@pytest.fixture
def world():
    return World()


@pytest.fixture
def airframe():
    return Airframe(ArticleConfig(recorder=OPEN, modem=CLEAR))


def arm(drone):
    assert drone.flight.set_mode(Mode.GUIDED) == "" == drone.flight.arm()


def order(command, *values):
    """A command to the drone, which is system 1, component 1."""
    padded = (*values, *[0.0] * (7 - len(values)))
    return mavlink.MAVLink_command_long_message(1, 1, command, 0, *padded)


def lines(airframe):
    """The flight log as it lies on the medium."""
    return [json.loads(line) for line in re.findall(rb'\{"t": [^\n]*\}', airframe.recorder.medium.image())]


def photos(airframe):
    return len(set(re.findall(rb"IMG_\d{4}JPG", airframe.recorder.medium.image())))


# -- what it records


def test_on_the_ground_and_disarmed_nothing_is_recorded(world, airframe):
    world.boot(airframe)
    run_for(world, 20.0)
    world.off()
    assert (lines(airframe), photos(airframe)) == ([], 0)


def test_log_and_photos_are_taken_while_armed_only(world, airframe):
    drone = world.boot(airframe)
    run_for(world, 6.2)
    arm(drone)
    run_for(world, 12.0)
    assert drone.flight.disarm() == ""
    run_for(world, 10.0)
    world.off()
    assert [line["t"] for line in lines(airframe)] == [6.5 + 0.5 * number for number in range(24)]
    # at 10 s and 15 s
    assert photos(airframe) == 2


def test_the_log_tells_where_the_drone_is(world):
    config = FlightConfig(home_latitude=-43.5, home_longitude=172.5, home_altitude=25.0)
    airframe = Airframe(ArticleConfig(recorder=OPEN, flight=config))
    drone = world.boot(airframe)
    run_for(world, 6.0)
    arm(drone)
    assert drone.flight.takeoff(10.0) == ""
    run_for(world, 12.0)
    assert drone.flight.steer(SetPoint(place=(60.0, -40.0, 10.0))) == ""
    run_for(world, 25.0)
    truth = drone.flight.read_truth().motion
    world.off()
    assert (truth.north, truth.east, truth.up) == pytest.approx((60.0, -40.0, 10.0), abs=2.0)
    last = lines(airframe)[-1]
    # 111.2 km a degree of latitude, and of longitude at 43.5 degrees 80.7 km
    assert last["lat"] == pytest.approx(-43.5 + truth.north / 111_200, abs=3e-5)
    assert last["lon"] == pytest.approx(172.5 + truth.east / 80_700, abs=3e-5)
    assert last["alt"] == pytest.approx(25.0 + truth.up, abs=1.5)


def test_a_photo_shows_the_scene_before_the_camera(world, airframe):
    drone = world.boot(airframe)
    run_for(world, 6.0)
    arm(drone)
    run_for(world, 5.0)
    airframe.scene = "CANARY in front of it"
    assert b"CANARY" not in airframe.recorder.medium.image()
    run_for(world, 5.0)
    assert b"CANARY in front of it" in airframe.recorder.medium.image()
    world.off()


def test_a_full_medium_keeps_what_came_last(world, airframe):
    # photos of 52 kB: 1.5 MiB are full after 29
    airframe.recorder = Recorder(RecorderConfig(encryption="jpeg-only"), Medium(size=5 << 19))
    drone = world.boot(airframe)
    run_for(world, 6.0)
    arm(drone)
    run_for(world, 150.0)
    full = airframe.recorder.medium.image()
    run_for(world, 10.0)
    world.off()
    assert 25 < full.count(b"\xff\xd8\xff\xe0") < 31
    assert airframe.recorder.medium.image() != full and airframe.recorder.problem == ""


def test_a_recorder_that_cannot_write_ends_the_recording_and_not_the_flight(world, airframe):
    airframe.recorder = Recorder(OPEN, Medium(size=20 << 20))
    airframe.recorder.power_on()
    for length in (1 << 20, 1 << 14):
        with pytest.raises(VehicleError, match="medium is full"):
            for _ in range(80):
                airframe.recorder.log(0.0, 1.0, 1.0, 1.0, "x" * length)
    drone = world.boot(airframe)
    run_for(world, 6.0)
    arm(drone)
    assert drone.flight.takeoff(5.0) == ""
    run_for(world, 80.0)
    assert drone.flight.armed and drone.flight.read_truth().motion.up == pytest.approx(5.0, abs=1.0)
    assert "medium is full" in airframe.recorder.problem
    world.off()


# -- power


def test_the_medium_outlives_the_power(world, airframe):
    for _ in range(2):
        drone = world.boot(airframe)
        run_for(world, 6.0)
        arm(drone)
        run_for(world, 6.0)
        world.off()
    times = [line["t"] for line in lines(airframe)]
    assert len(times) == 24
    assert times == sorted(times)
    assert photos(airframe) == 2


def test_what_waits_in_memory_is_written_on_power_off(world, airframe):
    drone = world.boot(airframe)
    run_for(world, 6.0)
    arm(drone)
    run_for(world, 4.0)
    assert lines(airframe) == []
    world.off()
    assert len(lines(airframe)) == 8


def test_its_flight_has_the_time_of_the_world_also_when_switched_on_later(world, airframe):
    run_for(world, 30.0)
    drone = world.boot(airframe)
    assert drone.flight.now == drone.flight.read_truth().motion.time == 30.0
    run_for(world, 1.0)
    assert drone.flight.now == 31.0


def test_a_drone_that_is_off_hears_and_says_nothing(world, airframe):
    said = []
    world.radio.down.append(lambda data, forward: said.append(data) or forward(data))
    world.usb.down.append(lambda data, forward: said.append(data) or forward(data))
    pilot = Vehicle(world.radio.ground, world, Identity(key=airframe.radio_key))
    local = Vehicle(world.usb.ground, world)
    drone = world.boot(airframe)
    pilot.connect()
    local.connect()
    run_for(world, 5.0)
    pilot.set_mode("GUIDED")
    world.off()
    run_for(world, 0.1)
    said.clear()
    for station in (pilot, local):
        station.send(order(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1))
    run_for(world, 5.0)
    assert said == []
    assert not drone.flight.armed


def test_power_off_twice_does_nothing(world, airframe):
    drone = world.boot(airframe)
    world.off()
    drone.power_off()
    assert not airframe.recorder.powered


def test_without_an_authority_to_trust_it_stays_off_the_network(world, airframe):
    frames = []
    world.wire.tap(lambda time, frame: frames.append(frame))
    world.boot(airframe)
    run_for(world, 10.0)
    world.off()
    assert frames == []


# -- identity


def test_it_says_the_version_and_hash_of_its_release(world, airframe):
    world.boot(airframe)
    local = Vehicle(world.usb.ground, world)
    local.connect()
    version = local.version()
    world.off()
    assert ".".join(map(str, version.firmware)) == VERSION
    assert hashlib.sha256(airframe.firmware.read_image()).hexdigest().startswith(version.firmware_hash)


@pytest.mark.parametrize(("defect", "version"), [("firmware-changed", (1, 4, 2)), ("version-spoofed", (9, 9, 9))])
def test_it_says_what_it_was_made_to_say_not_what_it_carries(defect, version):
    sound, lying = Airframe(shipped()), Airframe(damage(shipped(), [defect]))
    assert lying.mavlink_config().firmware_version == version
    assert lying.mavlink_config().firmware_hash == sound.mavlink_config().firmware_hash


def test_the_service_is_told_how_the_drone_flies():
    config = Airframe(damage(shipped(), ["late-failsafe", "accepts-corrupt"])).mavlink_config()
    assert config.flight.link_loss_timeout == 12.0
    assert not config.check_crc


def test_every_unit_has_a_key_of_its_own():
    keys = {Airframe(shipped()).radio_key for _ in range(3)}
    assert len(keys) == 3
    assert {len(key) for key in keys} == {32}


def test_a_radio_with_another_key_is_not_obeyed(world, airframe):
    drone = world.boot(airframe)
    run_for(world, 6.0)
    for key, mode in ((bytes(32), Mode.STABILIZE), (airframe.radio_key, Mode.GUIDED)):
        Vehicle(world.radio.ground, world, Identity(key=key)).send(order(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.GUIDED))
        run_for(world, 1.0)
        assert drone.flight.mode is mode
    world.off()


@pytest.mark.parametrize(("radio", "mode"), [(False, Mode.GUIDED), (True, Mode.STABILIZE)])
def test_one_more_port_is_trusted_or_a_radio(world, airframe, radio, mode):
    drone = world.boot(airframe)
    cable = VirtualCable(world, world.schedule)
    drone.add_port(cable.air, radio=radio)
    guest = Vehicle(cable.ground, world)
    run_for(world, 6.0)
    guest.send(order(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.GUIDED))
    run_for(world, 1.0)
    assert drone.flight.mode is mode
    signed = Vehicle(cable.ground, world, Identity(key=airframe.radio_key if radio else None))
    signed.send(order(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.GUIDED))
    run_for(world, 1.0)
    assert drone.flight.mode is Mode.GUIDED
    world.off()
    signed.send(order(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.LAND))
    run_for(world, 1.0)
    assert drone.flight.mode is Mode.GUIDED


def test_as_shipped_it_is_what_its_declaration_says():
    claims = tomllib.loads((ROOT / "rigs" / "articles" / "embedded.toml").read_text())
    config = shipped()
    network, link = claims["network"], claims["link"]
    assert {config.network.update_host, config.network.telemetry_host} == {
        item["host"] for item in network["endpoints"]
    }
    assert [config.network.time_host] == [item["host"] for item in network["time_servers"]]
    assert list(config.network.open_udp) == [item["port"] for item in network["inbound"]]
    assert config.flight.link_loss_action == link["loss_action"]
    assert config.flight.link_loss_timeout < link["loss_time"]
    assert config.recorder.cipher == claims["storage"]["media"][0]["cipher"]
    assert Airframe(config).firmware.reported_version == claims["supply"]["images"][0]["version"]
