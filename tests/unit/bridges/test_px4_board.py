import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.bridges.px4_board import BoardPeer
from harness.bridges.sensed import Fix, Sensed, Slow
from harness.errors import RigError


def sensed(time=1.0, height=None, fix=None, gyro=(0.1, 0.2, 0.3)):
    slow = None if height is None else Slow(height, 0.0, (1.0, 0.0, 0.0, 0.0))
    return Sensed(time, gyro, (0.0, 0.0, -9.8), slow, fix)


def frame(message, old=False):
    return message.pack(mavlink.MAVLink(None, 1, 1), force_mavlink1=old)


def controls(*commands):
    return mavlink.MAVLink_hil_actuator_controls_message(7, [*commands, *[0.0] * (16 - len(commands))], 1, 1)


BEAT = frame(mavlink.MAVLink_heartbeat_message(2, 12, 0, 0, 4, 3))


@pytest.fixture
def peer():
    made = BoardPeer(40.0)
    made.motors, made.times = [], []
    made.on_controls = made.motors.append
    made.on_time = lambda token, time: made.times.append((token, time))
    return made


@pytest.mark.parametrize("old", [False, True])
def test_motor_commands_are_taken_and_all_else_passes(peer, old):
    data = BEAT + frame(controls(0.25, 0.5, 1.5, -1.0), old) + BEAT
    assert peer.take(data) == BEAT + BEAT
    assert peer.motors == [(0.25, 0.5, 1.0, 0.0)]


def test_frames_are_read_however_they_are_cut(peer):
    data = frame(controls(0.5)) + BEAT
    assert b"".join(peer.take(data[n : n + 1]) for n in range(len(data))) == BEAT
    assert peer.motors == [(0.5, 0.0, 0.0, 0.0)]


def test_a_motor_command_with_a_wrong_checksum_turns_nothing(peer):
    data = bytearray(frame(controls(1.0)))
    data[-1] ^= 1
    peer.take(bytes(data))
    assert peer.motors == []


def test_a_command_that_is_no_number_turns_no_motor(peer):
    peer.take(frame(controls(math.nan, 0.5)))
    assert peer.motors == [(0.0, 0.5, 0.0, 0.0)]


def test_what_is_no_mavlink_passes_so_that_somebody_can_say_so(peer):
    assert peer.take(b"nsh> help\r\n") == b"nsh> help\r\n"


def test_an_answer_to_the_time_is_taken_and_a_question_of_the_boards_own_passes(peer):
    question = frame(mavlink.MAVLink_timesync_message(0, 5))
    assert peer.take(frame(mavlink.MAVLink_timesync_message(3_500_000_000, 5)) + question) == question
    assert peer.times == [(5, 3.5)]


def test_what_is_told_is_what_a_mavlink_library_reads(peer):
    data = peer.tell(sensed(height=3.0, fix=Fix(35.5, 139.25, 51.5, (3.0, -4.0, 1.0), True))) + peer.tell(sensed())
    data += peer.beat() + peer.ask_time(99)
    messages = mavlink.MAVLink(None).parse_buffer(data)
    assert [m.get_type() for m in messages] == ["HIL_GPS", "HIL_SENSOR", "HIL_SENSOR", "HEARTBEAT", "TIMESYNC"]
    # it counts for no failsafe as a ground station
    assert (messages[3].type, messages[3].autopilot) == (mavlink.MAV_TYPE_GENERIC, mavlink.MAV_AUTOPILOT_INVALID)
    assert (messages[4].tc1, messages[4].ts1) == (0, 99)
    assert {(m.get_srcSystem(), m.get_srcComponent()) for m in messages} == {(1, 200)}


def test_a_plant_that_gives_no_numbers_is_the_rigs_fault(peer):
    with pytest.raises(RigError, match="no numbers"):
        peer.tell(sensed(gyro=(math.nan, 0.0, 0.0)))


@given(st.lists(st.binary(max_size=300), max_size=4))
def test_whatever_comes_is_borne(pieces):
    peer = BoardPeer(40.0)
    assert sum(len(peer.take(piece)) for piece in pieces) <= sum(map(len, pieces))
