"""The shared port of a board, over a real terminal; the clock is the machine's."""

import math
import time
from dataclasses import replace

import pytest
from fake_bench import Terminal
from fake_board import FakeBoard
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.bridges.sensed import Fix, Sensed, Slow
from harness.errors import RigError
from harness.link.place import Place
from harness.targets.hitl.link import HilLink, HilOptions, assert_carries, merge
from harness.targets.hitl.monitor import LinkLimits
from harness.timing import Inputs

LIMITS = LinkLimits(sensor_rate=1.0, actuator_rate=1.0, longest_gap=1.0, round_trip=1.0, waiting=100_000)
OPTIONS = HilOptions(sensor_rate=200.0, above_sea=40.0, limits=LIMITS)


class Clock:
    def __init__(self):
        self.begin = time.monotonic()

    def now(self):
        return time.monotonic() - self.begin


class Plant:
    """Frames of 2.5 ms; remembers the motors."""

    def __init__(self, start=0.0, gyro=0.0):
        self.time, self.gyro, self.motors = start, gyro, []

    def fly(self, motors):
        self.time += 0.0025
        self.motors.append(motors)
        slow = Slow(0.0, 0.0, (1.0, 0.0, 0.0, 0.0))
        return Sensed(self.time, (self.gyro,) * 3, (0.0, 0.0, -9.8), slow, None)


@pytest.fixture
def laid():
    terminal, errors, inputs = Terminal(), [], Inputs()
    board = FakeBoard(terminal)
    link = HilLink(Place(kind="serial", where=terminal.device, baud=921600), Clock(), OPTIONS, errors.append)
    link.opened = []
    board.start()
    yield link, board, terminal, errors, inputs
    link.close()
    for port in link.opened:
        port.close()
    board.stop()
    terminal.pull()
    inputs.close()


def open_door(link, inputs, ended=lambda: None):
    came = []
    port = link.door("radio").open(inputs, ended)
    link.opened.append(port)
    port.listen(came.append)
    return port, came


def wait_for(condition, inputs, within=3.0):
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end
        for act in inputs.wait(0.01):
            act()


def test_the_plant_flies_by_the_boards_motors_and_the_board_is_told_of_its_sensors(laid):
    link, board, _, errors, inputs = laid
    _, came = open_door(link, inputs)
    board.motors = (0.5, 0.25, 0.0, 1.0)
    link.start()
    plant = Plant()
    link.begin(plant)
    wait_for(lambda: (0.5, 0.25, 0.0, 1.0) in plant.motors and "HIL_SENSOR" in board.heard, inputs)
    assert link.flies and link.running
    wait_for(lambda: link.board_start is not None and link.monitor.trips, inputs)
    # the board was booted a minute before
    assert link.board_start == pytest.approx(-60.0, abs=2.0)
    link.end()
    count = len(plant.motors)
    wait_for(lambda: "HEARTBEAT" in board.heard, inputs)
    assert (len(plant.motors), errors) == (count, [])
    # what is the simulation's own goes to nobody else
    kinds = {m.get_type() for m in mavlink.MAVLink(None).parse_buffer(b"".join(came)) or ()}
    assert kinds <= {"HEARTBEAT"}


def test_all_else_goes_both_ways(laid):
    link, board, _, _, inputs = laid
    port, came = open_door(link, inputs)
    link.start()
    port.send(mavlink.MAVLink_command_long_message(1, 1, 400, 0, 1, 0, 0, 0, 0, 0, 0).pack(mavlink.MAVLink(None, 255)))
    wait_for(lambda: board.orders and came, inputs)
    assert board.orders == [(400, 1.0, 0.0)]
    assert mavlink.MAVLink(None).parse_buffer(came[0])[0].get_type() == "HEARTBEAT"


def test_a_pulled_cable_closes_every_door_and_a_new_one_opens_it_again(laid):
    link, board, terminal, _, inputs = laid
    ends = []
    open_door(link, inputs, lambda: ends.append(1))
    link.start()
    board.stop()
    terminal.pull()
    wait_for(lambda: ends, inputs)
    with pytest.raises(RigError, match=f"{terminal.device}"):
        open_door(link, inputs)
    assert str(link.door("x")) == f"serial:{terminal.device}@921600"


def test_a_plant_that_fails_is_told_once_and_flown_no_further(laid):
    link, _, _, errors, inputs = laid
    open_door(link, inputs)
    link.start()
    link.begin(Plant(gyro=math.nan))
    wait_for(lambda: errors, inputs)
    assert "the plant gives no numbers" in str(errors[0])
    assert (link.plant, len(errors)) == (None, 1)


def test_a_slow_port_is_refused_with_what_it_carries_and_what_is_needed():
    place = Place(kind="serial", where="/dev/ttyUSB0", baud=115200)
    options = replace(OPTIONS, sensor_rate=250.0)
    with pytest.raises(
        RigError, match=r"115200 baud carry 11520 bytes/s each way, and HIL_SENSOR at 250 Hz .* 284500 baud"
    ):
        assert_carries(place, options)
    assert_carries(replace(place, baud=460800), options)


def test_the_way_of_the_motor_commands_counts_too():
    fast = replace(OPTIONS, sensor_rate=50.0, limits=replace(LIMITS, actuator_rate=1000.0))
    with pytest.raises(RigError, match="carry 46080 bytes/s"):
        assert_carries(Place(kind="serial", where="/dev/ttyUSB0", baud=460800), fast)


def test_usb_has_no_baud_rate(tmp_path):
    (tmp_path / "ttyACM0").touch()
    (tmp_path / "usb-PX4-if00").symlink_to(tmp_path / "ttyACM0")
    assert_carries(Place(kind="serial", where=str(tmp_path / "usb-PX4-if00")), OPTIONS)


def test_two_frames_told_at_once_lose_no_slow_sensor():
    read = Slow(5.0, 0.1, (1.0, 0.0, 0.0, 0.0))
    fix = Fix(1.0, 2.0, 3.0, (0.0, 0.0, 0.0), True)
    slow = Sensed(1.0, (1.0,) * 3, (2.0,) * 3, read, fix)
    fast = Sensed(1.1, (3.0,) * 3, (4.0,) * 3, None, None)
    assert merge(None, fast) is fast
    # height and heading are of one frame, with the attitude that they were read in
    assert merge(slow, fast) == Sensed(1.1, (3.0,) * 3, (4.0,) * 3, read, fix)
    assert merge(fast, slow) == slow
