"""The tape, and its log as pymavlink reads it."""

import struct

import pytest
from pymavlink import mavutil
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.link.impair import Blackout
from harness.link.taping import Direction, Tape, encode_tlog
from harness.link.virtual import VirtualCable
from harness.timing import run_for
from harness.vehicle.codec import is_intact

EPOCH = 1_767_225_600.0


def anything(frame):
    return True


@pytest.fixture
def taped(fakes):
    world = fakes.FakeWorld()
    cable, tape = VirtualCable(world, world.schedule), Tape(world)
    cable.up.append(tape.up)
    cable.down.append(tape.down)
    return world, cable, tape


def _beat(kind):
    return mavlink.MAVLink_heartbeat_message(kind, 3, 81, 4, 4, 3).pack(mavlink.MAVLink(None, kind, 1))


def test_pieces_carry_time_and_direction_and_go_on_unchanged(taped):
    world, cable, tape = taped
    came = []
    cable.air.listen(came.append)
    run_for(world, 2.5)
    cable.ground.send(b"abc")
    cable.air.send(b"de")
    run_for(world, 1.0)
    assert [(p.time, p.direction, p.data) for p in tape.pieces] == [
        (2.5, Direction.UP, b"abc"),
        (2.5, Direction.DOWN, b"de"),
    ]
    assert came == [b"abc"]


def test_the_place_of_the_tape_decides_what_it_hears(taped, fakes):
    world, cable, tape = taped
    behind, cut = Tape(world), Blackout()
    cable.up += [cut, behind.up]
    cut.cut()
    cable.ground.send(b"abc")
    assert (len(tape.pieces), len(behind.pieces)) == (1, 0)


def test_a_frame_cut_in_two_is_timed_by_its_end(taped):
    world, cable, tape = taped
    frame = _beat(6)
    cable.ground.send(frame[:7])
    run_for(world, 1.0)
    cable.air.send(_beat(2))  # the other direction does not mix in
    cable.ground.send(frame[7:])
    assert [(p.time, p.data) for p in tape.read_frames(anything)] == [(1.0, _beat(2)), (1.0, frame)]


def test_a_damaged_frame_takes_no_good_one_with_it(taped):
    _, cable, tape = taped
    good, damaged = _beat(6), bytearray(_beat(6))
    damaged[-1] ^= 1
    for data in (bytes(damaged), good[:9], good):
        cable.ground.send(data)
    assert [piece.data for piece in tape.read_frames(is_intact)] == [good]
    assert [piece.data for piece in tape.read_frames(anything)] != [good]


def test_a_full_tape_keeps_its_beginning_and_says_since_when(fakes):
    world = fakes.FakeWorld()
    tape, came = Tape(world, most_bytes=5), []
    for data in (b"abc", b"def", b"g"):
        run_for(world, 1.0)
        tape.up(data, came.append)
    assert [piece.data for piece in tape.pieces] == [b"abc"]
    assert tape.full_at == 2.0
    assert came == [b"abc", b"def", b"g"]


def test_the_log_is_read_by_pymavlink(taped, tmp_path):
    world, cable, tape = taped
    for second in range(5):
        cable.ground.send(_beat(6))
        cable.air.send(_beat(2) + b"\x00garbage" * (second == 2))
        run_for(world, 1.0)
    path = tmp_path / "flight.tlog"
    path.write_bytes(encode_tlog(tape.read_frames(anything), EPOCH))
    log = mavutil.mavlogfile(str(path))
    read = []
    while (message := log.recv_match(blocking=False)) is not None:
        read.append((message.get_type(), message.type, message._timestamp))
    log.close()
    assert read == [("HEARTBEAT", kind, EPOCH + second) for second in range(5) for kind in (6, 2)]


def test_the_stamp_is_big_endian_microseconds(taped):
    world, cable, tape = taped
    run_for(world, 0.25)
    cable.ground.send(_beat(6))
    data = encode_tlog(tape.read_frames(anything), 1.0)
    assert struct.unpack(">Q", data[:8]) == (1_250_000,)
    assert data[8:] == _beat(6)
