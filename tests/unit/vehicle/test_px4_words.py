"""The words of PX4, against bytes that a real one sent (1.17-alpha, SIH, a flight with a loss of the link)."""

import pytest
from fake_world import FakeWorld
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import VehicleError, VehicleTimeout
from harness.link.virtual import VirtualCable
from harness.vehicle.codec import Codec, Identity
from harness.vehicle.corrupt import state_changing_frames
from harness.vehicle.dialects.px4 import PX4
from harness.vehicle.observer import Observer
from harness.vehicle.vehicle import Vehicle

# heartbeats of its flight, in order: on the ground, take-off, hold, return, landed
RECORDED = {
    "fd090000d7050100000000000403020c1d0303484e": ("LOITER", False),
    "fd090000bc050100000000000402020c9d04031067": ("TAKEOFF", True),
    "fd090000ec050100000000000403020c9d04034fcf": ("LOITER", True),
    "fd09000067050100000000000405020c9d0503ae23": ("RTL", True),
}
WIND = "fd1900001205011600000000a040880366035349485f57494e445f4e000000000000097034"
WHOLE = mavlink.MAV_PARAM_TYPE_INT32


@pytest.fixture
def world():
    return FakeWorld()


def test_its_modes_are_those_of_its_heartbeats(world):
    cable = VirtualCable(world, world.schedule)
    observer = Observer(cable.ground, world, PX4)
    for frame in RECORDED:
        cable.air.send(bytes.fromhex(frame))
        world.run(0.1)
    assert [change.mode for change in observer.mode_changes] == [mode for mode, _ in RECORDED.values()]
    assert [change.armed for change in observer.armed_changes] == [False, True]


def test_main_and_sub_mode_are_ordered_apart():
    assert PX4.mode_values("LOITER") == (4, 3)
    assert PX4.mode_values("POSCTL") == (3, 0)


class Article:
    """A PX4 that stands on the far side: keeps what it is ordered and answers as it is told to."""

    def __init__(self, world):
        self.cable = VirtualCable(world, world.schedule)
        self.coder, self.parser = mavlink.MAVLink(None, 5, 1), mavlink.MAVLink(None)
        self.got, self.result, self.parameters = [], mavlink.MAV_RESULT_ACCEPTED, {}
        self.cable.air.listen(self.hear)
        beat = bytes.fromhex(next(iter(RECORDED)))
        world.schedule.every(0.5, lambda: self.cable.air.send(beat), start=world.now())

    def say(self, message):
        self.cable.air.send(message.pack(self.coder))

    def hear(self, data):
        for message in self.parser.parse_buffer(data) or ():
            self.got.append(message)
            kind = message.get_type()
            if kind in ("COMMAND_LONG", "COMMAND_INT"):
                if message.command == mavlink.MAV_CMD_REQUEST_MESSAGE:
                    # its local frame begins 40 m above the sea
                    self.say(mavlink.MAVLink_gps_global_origin_message(350_000_000, 1_390_000_000, 40_000))
                self.say(mavlink.MAVLink_command_ack_message(message.command, self.result, 0, 0, 255, 190))
            elif kind in ("PARAM_SET", "PARAM_REQUEST_READ") and message.param_id in self.parameters:
                self.keep(message)

    def keep(self, message):
        name = message.param_id
        if message.get_type() == "PARAM_SET":
            assert message.param_type == WHOLE
            self.parameters[name] = message.param_value
        self.say(mavlink.MAVLink_param_value_message(name.encode(), self.parameters[name], WHOLE, 1, 0))

    def orders(self, kind):
        return [message for message in self.got if message.get_type() == kind]


@pytest.fixture
def flown(world):
    """A station that holds a PX4, and that article."""
    article = Article(world)
    vehicle = Vehicle(article.cable.ground, world, dialect=PX4)
    vehicle.connect()
    return vehicle, article


def test_a_place_is_ordered_on_the_globe_to_the_centimetre(flown):
    vehicle, article = flown
    vehicle.goto(111.19, 0.0, 12.0, yaw=0.5)
    (order,) = article.orders("COMMAND_INT")
    assert (order.command, order.frame) == (mavlink.MAV_CMD_DO_REPOSITION, mavlink.MAV_FRAME_GLOBAL)
    assert (order.x, order.y, order.z) == (pytest.approx(350_010_000, abs=2), 1_390_000_000, 52.0)
    assert (order.param2, order.param4) == (1.0, 0.5)


def test_a_place_without_a_heading_leaves_it_to_the_autopilot(flown):
    vehicle, article = flown
    vehicle.goto(0.0, 0.0, 12.0)
    (order,) = article.orders("COMMAND_INT")
    assert order.param4 != order.param4


def test_a_place_that_it_refuses_is_told(flown):
    vehicle, article = flown
    vehicle.read_origin()
    article.result = mavlink.MAV_RESULT_DENIED
    with pytest.raises(VehicleError, match="refused"):
        vehicle.goto(0.0, 0.0, 12.0)


def test_it_climbs_to_a_height_above_the_sea(flown, world):
    vehicle, article = flown
    climb = mavlink.MAVLink_local_position_ned_message(0, 0, 0, -10.0, 0, 0, 0)
    world.schedule.at(world.now() + 1.0, lambda: article.say(climb))
    article.say(mavlink.MAVLink_local_position_ned_message(0, 0, 0, 0, 0, 0, 0))
    vehicle.takeoff(10.0)
    order = article.orders("COMMAND_LONG")[-1]
    assert (order.command, order.param7) == (mavlink.MAV_CMD_NAV_TAKEOFF, 50.0)


def test_it_turns_to_a_heading_where_it_is(flown, world):
    vehicle, article = flown
    article.say(mavlink.MAVLink_attitude_message(0, 0, 0, 1.0, 0, 0, 0))
    article.say(mavlink.MAVLink_local_position_ned_message(0, 0, 0, -10.0, 0, 0, 0))
    world.run(0.1)
    vehicle.turn(90.0)
    (order,) = article.orders("COMMAND_INT")
    assert (order.x, order.z) == (350_000_000, 50.0)
    assert order.param4 == pytest.approx(1.0 + 1.5708, abs=1e-4)


def test_whole_numbers_are_read_and_set_as_bytes(flown):
    vehicle, article = flown
    article.parameters["COM_DL_LOSS_T"] = 1.401298464324817e-44
    assert vehicle.read_parameter("COM_DL_LOSS_T") == 10.0
    with vehicle.parameters(COM_DL_LOSS_T=5):
        assert vehicle.read_parameter("COM_DL_LOSS_T") == 5.0
    assert vehicle.read_parameter("COM_DL_LOSS_T") == 10.0


def test_a_number_for_which_there_is_no_room_is_not_sent(flown):
    vehicle, article = flown
    article.parameters["COM_DL_LOSS_T"] = 1.401298464324817e-44
    with pytest.raises(VehicleError, match=r"COM_DL_LOSS_T: 5\.5 is no whole number"):
        vehicle.set_parameter("COM_DL_LOSS_T", 5.5)
    with pytest.raises(VehicleTimeout, match="does it exist"):
        vehicle.set_parameter("NO_SUCH", 1.0, within=2.0)


def test_a_real_number_of_the_recording_comes_as_it_is(world):
    (incoming,) = Codec(Identity(), world).decode(bytes.fromhex(WIND))
    assert (incoming.message.param_id, incoming.message.param_value) == ("SIH_WIND_N", 5.0)
    assert incoming.message.param_type == mavlink.MAV_PARAM_TYPE_REAL32


def test_orders_that_are_damaged_later_are_its_own(world):
    frames = state_changing_frames(Codec(Identity(), world), (1, 1), PX4)
    parser = mavlink.MAVLink(None)
    told = {name: parser.parse_buffer(frame)[0] for name, frame in frames.items()}
    assert (told["set mode"].param2, told["set mode"].param3) == (4.0, 3.0)
    assert (told["set parameter"].param_id, told["set parameter"].param_type) == ("COM_DL_LOSS_T", WHOLE)


def test_it_is_taken_out_of_a_landing_mode_before_its_checks(flown, world):
    vehicle, article = flown
    article.cable.air.send(bytes.fromhex("fd09000067050100000000000405020c9d0503ae23"))
    world.run(0.1)
    assert vehicle.read_mode() == "RTL"
    with pytest.raises(VehicleTimeout, match="readiness to arm"):
        vehicle.wait_ready_to_arm(within=1.0)
    order = article.orders("COMMAND_LONG")[-1]
    assert (order.command, order.param2, order.param3) == (mavlink.MAV_CMD_DO_SET_MODE, 4.0, 3.0)
