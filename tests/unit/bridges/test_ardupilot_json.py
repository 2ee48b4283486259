import json
import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.bridges.ardupilot_json import STAMP_SKEW, JsonPeer, Servos, encode_state
from harness.bridges.plant import Body
from harness.errors import RigError, VehicleError

REST = Body._make([0.0, 0.0, 0.0, 0.0, 0.0, -9.80665, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
FRAME = 1 / 800
numbers = st.floats(-1e6, 1e6)
vectors = st.tuples(numbers, numbers, numbers)


def frame(count=0, widths=(1000,) * 16, magic=18458):
    return struct.pack(f"<HHI{len(widths)}H", magic, 400, count, *widths)


@pytest.fixture
def peer():
    peer = JsonPeer(FRAME, 0.2)
    yield peer
    peer.close()


@pytest.fixture
def autopilot(peer):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.connect(("127.0.0.1", peer.port))
        made.settimeout(2.0)
        yield made


@pytest.mark.parametrize(("magic", "channels"), [(18458, 16), (29569, 32)])
def test_pulse_widths_become_commands_of_the_motors(magic, channels):
    widths = (1000, 1500, 2000, 1250, *[0] * (channels - 4))
    servos = Servos.decode(frame(7, widths, magic))
    assert (servos.rate, servos.number) == (400, 7)
    assert servos.motors() == (0.0, 0.5, 1.0, 0.25)


def test_a_motor_without_pulse_stands_still_and_one_beyond_its_range_is_held():
    assert Servos.decode(frame(0, (0, 900, 2100, 65535, *[0] * 12))).motors() == (0.0, 0.0, 1.0, 1.0)


@pytest.mark.parametrize("data", [b"", b"hello", frame()[:-1], frame() + b"\0", frame(magic=29569)])
def test_what_is_no_servo_frame_names_the_party_and_the_remedy(data):
    with pytest.raises(VehicleError, match=r"no servo frame.*built for SITL with the model JSON"):
        Servos.decode(data)


@given(st.binary(max_size=100))
def test_no_datagram_does_more_than_be_refused(data):
    try:
        servos = Servos.decode(data)
    except VehicleError:
        return
    assert all(0.0 <= motor <= 1.0 for motor in servos.motors())


@given(vectors, vectors, vectors, vectors)
def test_a_state_is_json_without_any_space_and_says_what_the_plant_says(rate, force, position, velocity):
    body = Body._make((*rate, *force, *position, 1.0, 0.0, 0.0, 0.0, *velocity))
    line = encode_state(FRAME, body)
    assert line.startswith(b"\n") and line.endswith(b"\n") and b" " not in line
    told = json.loads(line)
    assert told["imu"]["gyro"] == pytest.approx(rate, rel=1e-8)
    assert told["imu"]["accel_body"] == pytest.approx(force, rel=1e-8)
    assert told["position"] == pytest.approx(position, rel=1e-8)
    assert told["velocity"] == pytest.approx(velocity, rel=1e-8)
    assert told["no_time_sync"] == 1


AT = (1, 2, 400_000, 400_001, 4_000_000, 4_000_001)


def test_every_frame_counts_as_whole_microseconds():
    """ArduPilot adds the truncated difference of two stamps to its clock."""
    stamps = [
        json.loads(encode_state(n * FRAME, REST))["timestamp"] for n in (1, 2, 400_000, 400_001, 4_000_000, 4_000_001)
    ]
    assert [int((b - a) * 1e6) for a, b in zip(stamps[::2], stamps[1::2], strict=True)] == [1250, 1250, 1250]
    assert stamps[-1] / (4_000_001 * FRAME) == pytest.approx(STAMP_SKEW)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_plant_that_has_failed_is_no_fault_of_the_article(bad):
    body = REST._replace(down=bad)
    with pytest.raises(RigError, match="plant gives no numbers"):
        encode_state(FRAME, body)


def test_each_frame_is_answered_once_though_it_comes_twice(peer, autopilot):
    autopilot.send(frame(0))
    assert peer.wait() == (0.0,) * 4
    peer.answer(REST)
    autopilot.send(frame(0))
    autopilot.send(frame(1, (2000,) * 16))
    assert peer.wait() == (1.0,) * 4
    peer.answer(REST)
    answers = [json.loads(autopilot.recv(2048))["timestamp"] for _ in range(2)]
    assert answers == pytest.approx([FRAME, 2 * FRAME], rel=1e-6)


def test_a_frame_that_was_not_answered_yet_is_given_again(peer, autopilot):
    autopilot.send(frame(0))
    autopilot.send(frame(0))
    assert peer.wait() is not None
    assert peer.wait() is not None


def test_an_autopilot_that_begins_anew_is_not_flown_on(peer, autopilot):
    for count in (5, 0):
        autopilot.send(frame(count))
    peer.wait()
    peer.answer(REST)
    with pytest.raises(VehicleError, match="began anew in flight: servo frame 0 after 5"):
        peer.wait()


def test_silence_is_told_as_such(peer):
    assert peer.wait() is None
