"""PX4's words of the twin of a board, in a world that jumps."""

import math
import struct

import pytest
from fake_world import FakeWorld
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.boarded import BoardedFlight
from harness.drone.flight.config import FlightConfig
from harness.instruments.twins.boardwords import ACTUATORS, BoardWords


class Ground:
    def __init__(self):
        self.world, self.came = FakeWorld(), []
        self.reader = mavlink.MAVLink(None)
        flight = BoardedFlight(FlightConfig(), 1)
        self.words = BoardWords(flight, self.world, lambda data: self.came.extend(self.reader.parse_buffer(data)))
        self.world.moving = flight
        self.rebooted = []
        self.words.reboot = lambda: self.rebooted.append(1)
        self.mav = mavlink.MAVLink(None, 255, 190)

    def tell(self, message):
        self.came.clear()
        self.words.receive(message.pack(self.mav))
        return [m.get_type() for m in self.came]

    def order(self, command, *values):
        self.tell(mavlink.MAVLink_command_long_message(1, 1, command, 0, *values, *[0.0] * (7 - len(values))))
        return [m.result for m in self.came if m.get_type() == "COMMAND_ACK"]

    def of(self, kind, seconds=1.0):
        self.came.clear()
        self.world.run(seconds)
        return [m for m in self.came if m.get_type() == kind]


@pytest.fixture
def ground():
    return Ground()


def test_it_tells_its_motors_and_that_it_drives_nothing(ground):
    assert len(ground.of(ACTUATORS)) == pytest.approx(200, abs=1)
    (beat,) = ground.of("HEARTBEAT")
    assert beat.base_mode & mavlink.MAV_MODE_FLAG_HIL_ENABLED
    ground.words.hil = False
    (beat,) = ground.of("HEARTBEAT")
    assert not beat.base_mode & mavlink.MAV_MODE_FLAG_HIL_ENABLED
    ground.words.set_rate(ACTUATORS, 50.0)
    assert len(ground.of(ACTUATORS)) == pytest.approx(50, abs=1)
    ground.words.stop()
    assert ground.of(ACTUATORS) == []


def test_whole_parameters_travel_as_bytes(ground):
    ground.tell(mavlink.MAVLink_param_request_read_message(1, 1, b"SYS_HITL", -1))
    (told,) = ground.came
    assert struct.unpack("<i", struct.pack("<f", told.param_value)) == (1,)
    ground.tell(mavlink.MAVLink_param_request_read_message(1, 1, b"MPC_XY_CRUISE", -1))
    assert ground.came[0].param_value == 5.0
    assert ground.tell(mavlink.MAVLink_param_request_read_message(1, 1, b"NO_SUCH", -1)) == []


def test_it_answers_the_time_with_its_own(ground):
    ground.world.run(2.0)
    assert ground.tell(mavlink.MAVLink_timesync_message(0, 77)) == ["TIMESYNC"]
    assert (ground.came[0].tc1, ground.came[0].ts1) == (2_000_000_000, 77)
    assert ground.tell(mavlink.MAVLink_timesync_message(5, 77)) == []


def test_it_refuses_what_it_cannot_do_and_says_why(ground):
    (result,) = ground.order(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1.0)
    assert result == mavlink.MAV_RESULT_DENIED
    assert any(m.get_type() == "STATUSTEXT" for m in ground.came)
    assert ground.order(mavlink.MAV_CMD_DO_SET_MODE, 1.0, 9.0, 9.0) == [mavlink.MAV_RESULT_DENIED]
    assert ground.order(mavlink.MAV_CMD_DO_JUMP) == [mavlink.MAV_RESULT_UNSUPPORTED]
    assert ground.order(mavlink.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, 0, 0, 0, 45.0) == [mavlink.MAV_RESULT_DENIED]
    place = mavlink.MAVLink_command_int_message(
        1, 1, 0, mavlink.MAV_CMD_DO_REPOSITION, 0, 0, 0, 0, 0, math.nan, 0, 0, 45.0
    )
    ground.tell(place)
    assert ground.came[-1].result == mavlink.MAV_RESULT_DENIED


def test_as_px4_it_takes_no_order_for_its_heartbeat(ground):
    interval = mavlink.MAV_CMD_SET_MESSAGE_INTERVAL
    assert ground.order(interval, mavlink.MAVLINK_MSG_ID_HEARTBEAT, 5e4) == [mavlink.MAV_RESULT_UNSUPPORTED]
    assert ground.order(interval, math.nan, 5e4) == [mavlink.MAV_RESULT_UNSUPPORTED]
    assert ground.order(interval, mavlink.MAVLINK_MSG_ID_ATTITUDE, 1e5) == [mavlink.MAV_RESULT_ACCEPTED]
    assert len(ground.of("ATTITUDE")) == pytest.approx(10, abs=1)


@pytest.mark.parametrize(
    "kind", ["AUTOPILOT_VERSION", "GPS_GLOBAL_ORIGIN", "LOCAL_POSITION_NED", "GLOBAL_POSITION_INT", "GPS_RAW_INT"]
)
def test_it_tells_what_it_is_asked_for(ground, kind):
    request = mavlink.MAV_CMD_REQUEST_MESSAGE
    assert ground.order(request, getattr(mavlink, f"MAVLINK_MSG_ID_{kind}")) == [mavlink.MAV_RESULT_ACCEPTED]
    assert kind in [m.get_type() for m in ground.came]


def test_it_boots_anew_when_it_is_told(ground):
    assert ground.order(mavlink.MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN, 1.0) == [mavlink.MAV_RESULT_ACCEPTED]
    assert ground.rebooted == [1]


def test_a_deaf_one_takes_no_sensors(ground):
    told = mavlink.MAVLink_hil_sensor_message(1, 1.0, 2.0, 3.0, 0.1, 0.2, 0.3, 0, 0, 0, 0, 0, 0, 0, 0b111_111)
    ground.words.deaf = True
    ground.tell(told)
    before = ground.words.flight._s.copy()
    ground.words.deaf = False
    ground.tell(told)
    assert (ground.words.flight._s != before).any()


def test_what_is_no_mavlink_is_borne(ground):
    ground.words.receive(b"\xfd\x09garbage" * 20)
    assert ground.tell(mavlink.MAVLink_timesync_message(0, 1))[-1:] == ["TIMESYNC"]
