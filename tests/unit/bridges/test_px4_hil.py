import math
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.bridges.px4_hil import FIELD, HilPeer, Packer, field_in_body, pressure, read_controls, stamp
from harness.bridges.sensed import Fix, Sensed, Slow
from harness.errors import RigError, VehicleError

LEVEL = (1.0, 0.0, 0.0, 0.0)


def sensed(time=1.0, height=None, fix=None, gyro=(0.1, 0.2, 0.3)):
    slow = None if height is None else Slow(height, 0.0, LEVEL)
    return Sensed(time, gyro, (0.0, 0.0, -9.8), slow, fix)


def parse(data):
    return mavlink.MAVLink(None).parse_buffer(data)


def controls(time, *commands):
    message = mavlink.MAVLink_hil_actuator_controls_message(time, [*commands, *[0.0] * (16 - len(commands))], 1, 1)
    return message.pack(mavlink.MAVLink(None, 1, 1))


def test_a_sensor_frame_is_one_that_a_mavlink_library_reads():
    (message,) = parse(Packer(40.0).sensor(sensed(time=2.5, height=10.0)))
    assert (message.get_type(), message.time_usec) == ("HIL_SENSOR", 2_500_000)
    assert (message.xgyro, message.ygyro, message.zacc) == pytest.approx((0.1, 0.2, -9.8))
    assert message.abs_pressure == pytest.approx(pressure(50.0), rel=1e-6)
    assert (message.xmag, message.ymag, message.zmag) == pytest.approx(FIELD)
    assert message.fields_updated == 0b1101_111_111_111


def test_only_what_is_new_is_told():
    (message,) = parse(Packer(40.0).sensor(sensed()))
    assert message.fields_updated == 0b111_111


def test_a_fix_is_told_in_the_units_of_the_message():
    (message,) = parse(Packer(40.0).gps(1.0, Fix(35.5, 139.25, 51.5, (3.0, -4.0, 1.0), True)))
    assert (message.lat, message.lon, message.alt) == (355_000_000, 1_392_500_000, 51_500)
    assert (message.vel, message.vn, message.ve, message.vd) == (500, 300, -400, 100)
    assert message.cog == pytest.approx(30687, abs=1)
    assert (message.fix_type, message.satellites_visible) == (3, 12)


def test_a_lost_fix_is_told_as_none():
    (message,) = parse(Packer(40.0).gps(1.0, Fix(35.5, 139.25, 51.5, (0.0, 0.0, 0.0), False)))
    assert (message.fix_type, message.satellites_visible, message.eph) == (0, 0, 65535)


def test_a_plant_that_gives_no_numbers_is_the_rigs_fault():
    with pytest.raises(RigError, match="no numbers"):
        Packer(40.0).sensor(sensed(gyro=(math.nan, 0.0, 0.0)))


@pytest.mark.parametrize(("height", "hectopascal"), [(0.0, 1013.25), (1000.0, 898.75), (2000.0, 794.95)])
def test_pressure_is_that_of_the_standard_atmosphere(height, hectopascal):
    # ISO 2533, table 5
    assert pressure(height) == pytest.approx(hectopascal, abs=0.1)


@given(st.floats(-math.pi, math.pi), st.floats(-0.1, 0.1))
def test_a_compass_reads_the_heading_with_its_error(yaw, error):
    attitude = (math.cos(yaw / 2), 0.0, 0.0, math.sin(yaw / 2))
    x, y, z = field_in_body(attitude, error)
    declination = math.atan2(FIELD[1], FIELD[0])
    assert math.remainder(math.atan2(-y, x) + declination - yaw - error, 2 * math.pi) == pytest.approx(0.0, abs=1e-9)
    assert z == pytest.approx(FIELD[2])


def test_a_nose_that_points_up_sees_the_field_from_below():
    half = math.sqrt(0.5)
    x, _, z = field_in_body((half, 0.0, half, 0.0), 0.0)
    assert (x, z) == (pytest.approx(-FIELD[2]), pytest.approx(FIELD[0]))


def test_controls_are_read_however_they_are_cut():
    data = controls(7, 0.25, 0.5, 1.5, -1.0) + controls(8, 1.0)
    pending, found = bytearray(), []
    for byte in data:
        pending.append(byte)
        found += read_controls(pending)
    assert found == [(7, (0.25, 0.5, 1.0, 0.0)), (8, (1.0, 0.0, 0.0, 0.0))]
    assert not pending


def test_other_messages_are_passed_over():
    beat = mavlink.MAVLink_heartbeat_message(0, 12, 0, 0, 0, 3).pack(mavlink.MAVLink(None, 1, 1))
    assert [time for time, _ in read_controls(bytearray(beat + controls(9)))] == [9]


@given(st.binary(min_size=1, max_size=400))
def test_whatever_comes_is_read_or_refused(data):
    pending = bytearray(data)
    try:
        list(read_controls(pending))
    except VehicleError as error:
        assert "no MAVLink 2" in str(error)
    assert len(pending) <= len(data)


@pytest.fixture
def wires():
    """Our end, and a program that called."""
    listener = socket.create_server(("127.0.0.1", 0))
    peer = HilPeer(listener, 0.2)
    with socket.create_connection(listener.getsockname()) as program:
        program.settimeout(2.0)
        yield peer, program
    peer.close()


def test_until_the_first_commands_frames_flow_freely_and_then_each_waits_for_its_answer(wires):
    peer, program = wires
    assert peer.wait() == (0.0, 0.0, 0.0, 0.0)
    peer.answer(sensed(time=1.0))
    peer.answer(sensed(time=2.0))
    program.send(controls(stamp(1.0), 0.5))
    # that answers a frame that is no longer the newest
    assert peer.wait() is None
    program.send(controls(stamp(2.0), 0.6))
    assert peer.wait() == pytest.approx((0.6, 0.0, 0.0, 0.0))
    peer.answer(sensed(time=3.0, fix=Fix(35.5, 139.25, 51.5, (0.0, 0.0, 0.0), True)))
    assert [message.get_type() for message in parse(program.recv(4096))] == [
        *["HIL_SENSOR"] * 2,
        "HIL_GPS",
        "HIL_SENSOR",
    ]


def test_a_program_that_hangs_up_is_told(wires):
    peer, program = wires
    assert peer.wait() is not None
    program.close()
    with pytest.raises(VehicleError, match="hung up"):
        for _ in range(10):
            peer.wait()


def test_nobody_has_called_yet():
    listener = socket.create_server(("127.0.0.1", 0))
    peer = HilPeer(listener, 0.01)
    assert peer.wait() is None
    peer.close()
    peer.close()


def test_a_command_that_is_no_number_turns_no_motor():
    assert list(read_controls(bytearray(controls(9, math.nan, 0.5)))) == [(9, (0.0, 0.5, 0.0, 0.0))]
