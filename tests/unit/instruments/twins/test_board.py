"""The twin of a board and its faults, in a world that jumps."""

import signal
import subprocess
import sys

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.instruments.twins.board import FAULTS, TwinBoard
from harness.timing import run_for


class Port:
    """The far end of the board's port."""

    def __init__(self):
        self.data, self.closed, self.receiver = b"", False, None

    def send(self, data):
        self.data += data

    def listen(self, receiver):
        self.receiver = receiver

    def close(self):
        self.closed = True

    def take(self):
        data, self.data = self.data, b""
        return mavlink.MAVLink(None).parse_buffer(data) or []


@pytest.fixture
def boarded():
    def make(fault="", after=0.0):
        port = Port()
        return TwinBoard(port, fault, after), port

    return make


def motors(port):
    return [m for m in port.take() if m.get_type() == "HIL_ACTUATOR_CONTROLS"]


def ask(board, port, message):
    port.take()
    port.receiver(message.pack(mavlink.MAVLink(None, 255, 190)))
    run_for(board, 0.01)
    return port.take()


def switch(board, port):
    (told,) = [
        m
        for m in ask(board, port, mavlink.MAVLink_param_request_read_message(1, 1, b"SYS_HITL", -1))
        if m.get_type() == "PARAM_VALUE"
    ]
    return told.param_value != 0.0


def says_hil(board, port):
    port.take()
    run_for(board, 1.0)
    beats = [m.base_mode for m in port.take() if m.get_type() == "HEARTBEAT"]
    return bool(beats[-1] & mavlink.MAV_MODE_FLAG_HIL_ENABLED)


def test_a_sound_one_says_that_it_drives_nothing(boarded):
    board, port = boarded()
    assert switch(board, port) and says_hil(board, port)
    run_for(board, 1.0)
    assert len(motors(port)) == pytest.approx(400, abs=250)


@pytest.mark.parametrize(("fault", "switched", "told"), [("driving", 0, 0), ("liar", 0, 1), ("unbooted", 1, 0)])
def test_faults_of_what_it_drives(boarded, fault, switched, told):
    board, port = boarded(fault)
    assert (switch(board, port), says_hil(board, port)) == (bool(switched), bool(told))


def test_a_slow_one_sends_a_third(boarded):
    board, port = boarded("slow")
    run_for(board, 1.0)
    port.take()
    run_for(board, 3.0)
    assert len(motors(port)) == pytest.approx(200, abs=3)


def test_a_jittery_one_holds_back_and_then_sends_all(boarded):
    board, port = boarded("jittery")
    run_for(board, 1.01)
    port.take()
    run_for(board, 0.08)
    assert port.take() == []
    run_for(board, 0.05)
    assert len(motors(port)) >= 20


def test_a_silent_and_a_garbling_one(boarded):
    board, port = boarded("silent")
    run_for(board, 1.0)
    assert port.data == b""
    board, port = boarded("garbling")
    run_for(board, 1.0)
    assert port.data.startswith(b"nsh> ") and b"\xfd" not in port.data


def test_a_pulled_one_is_gone(boarded):
    _, port = boarded("pulled")
    assert port.closed


def test_a_fault_may_come_after_the_first_arming_only(boarded):
    board, port = boarded("unbooted", after=0.5)
    assert says_hil(board, port)
    board._words.flight._craft.start_motors()
    run_for(board, 0.6)
    assert not says_hil(board, port)


def test_it_boots_anew_unless_it_is_stubborn(boarded):
    reboot = mavlink.MAVLink_command_long_message(1, 1, mavlink.MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN, 0, 1, *[0] * 6)
    for fault, uptime in (("", 0.71), ("stubborn", 3.01)):
        board, port = boarded(fault)
        run_for(board, 2.0)
        ask(board, port, reboot)
        run_for(board, 1.0 - 0.01)
        (told,) = [m for m in ask(board, port, mavlink.MAVLink_timesync_message(0, 1)) if m.get_type() == "TIMESYNC"]
        assert told.tc1 * 1e-9 == pytest.approx(uptime, abs=0.03), fault


def test_as_a_program_it_serves_its_ports_until_it_is_told_to_stop(tmp_path):
    command = [sys.executable, "-m", "harness.instruments.twins.board", "--folder", str(tmp_path / "hall")]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout.readline() == "ready\n"
        assert sorted(path.name for path in (tmp_path / "hall").iterdir()) == ["board", "estop", "takeover"]
    finally:
        child.send_signal(signal.SIGTERM)
        assert child.wait(30) == 0
        child.stdout.close()
    assert list((tmp_path / "hall").iterdir()) == []


def test_what_it_cannot_serve_or_does_not_know_is_refused(tmp_path):
    (tmp_path / "file").touch()
    for arguments, code in ((["--folder", str(tmp_path / "file")], 3), (["--fault", "tired"], 2)):
        done = subprocess.run(
            [sys.executable, "-m", "harness.instruments.twins.board", *arguments], capture_output=True, check=False
        )
        assert done.returncode == code and done.stderr


def test_every_fault_is_told_of_in_the_help():
    from harness.instruments.twins import board

    assert all(f"{fault}:" in board.__doc__ for fault in FAULTS)
