"""Serial ports: bytes pass, one program at a time, and whoever is in the way is named with the remedy."""

import fcntl
import os
import subprocess
import sys
import tty

import pytest

from harness.errors import RigError
from harness.link.serialport import holders, open_line, open_serial
from harness.timing import Inputs

HOLD = """
import fcntl, sys
file = open(sys.argv[1])
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def cable():
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    device = os.ttyname(theirs)
    os.close(theirs)
    inputs = Inputs()
    yield ours, device, inputs
    inputs.close()
    os.close(ours)


def turn(inputs):
    for handle in inputs.wait(1.0):
        handle()


def test_bytes_pass_both_ways(cable):
    ours, device, inputs = cable
    came = []
    port = open_serial(device, 115200, inputs, lambda: None)
    port.listen(came.append)
    os.write(ours, bytes(range(256)))
    turn(inputs)
    port.send(b"answer")
    assert (b"".join(came), os.read(ours, 100)) == (bytes(range(256)), b"answer")
    port.close()


def test_a_pulled_cable_ends_the_stream_once():
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    inputs, ended = Inputs(), []
    port = open_serial(os.ttyname(theirs), 57600, inputs, lambda: ended.append(1))
    os.close(theirs)
    os.close(ours)
    turn(inputs)
    assert ended == [1]
    with pytest.raises(RigError, match="has ended"):
        port.send(b"x")
    port.close()
    assert ended == [1]
    inputs.close()


def test_a_port_that_is_not_there_names_the_cable():
    with pytest.raises(RigError, match=r"/dev/ttyUSB77: there is no such port: plug the cable in"):
        open_line("/dev/ttyUSB77", 57600)


def test_what_is_no_serial_port_is_said_so(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(RigError, match="cannot be opened as a serial port"):
        open_line(str(tmp_path / "file"), 57600)


def test_a_port_of_another_program_names_it(cable):
    _, device, _ = cable
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, device], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout.readline() == "held\n"
        assert any(f"(process {holder.pid})" in text for text in holders(__import__("pathlib").Path(device)))
        with pytest.raises(RigError, match=rf"another program holds the port: .*\(process {holder.pid}\); end it"):
            open_line(device, 57600)
    finally:
        holder.communicate()


def test_two_of_us_cannot_have_it(cable):
    _, device, _ = cable
    first = open_line(device, 57600)
    with pytest.raises(RigError, match="another program holds the port"):
        open_line(device, 57600)
    first.close()
    open_line(device, 57600).close()


def test_a_port_without_right_is_said_so(cable, monkeypatch):
    _, device, _ = cable
    file = os.open(device, os.O_RDWR)
    fcntl.flock(file, fcntl.LOCK_EX)
    monkeypatch.setattr("harness.link.serialport.os.access", lambda *args: False)
    with pytest.raises(RigError, match="join the group that owns it, often dialout"):
        open_line(device, 57600)
    os.close(file)
