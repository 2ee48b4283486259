"""The pseudo-terminal: bytes pass unchanged, ground stations come and go."""

import os

import pytest
import serial

from harness.link.terminal import open_terminal
from harness.timing import Inputs

EVERY_BYTE = bytes(range(256))


@pytest.fixture
def terminal():
    inputs, came = Inputs(), []
    port, device = open_terminal(inputs)
    port.listen(came.append)
    yield port, device, inputs, came
    port.close()
    inputs.close()


def turn(inputs):
    for handle in inputs.wait(1.0):
        handle()


def test_every_byte_passes_unchanged_at_any_speed(terminal):
    port, device, inputs, came = terminal
    with serial.Serial(device, 57600, timeout=5) as station:
        station.write(EVERY_BYTE)
        turn(inputs)
        port.send(EVERY_BYTE)
        assert station.read(256) == EVERY_BYTE
    assert b"".join(came) == EVERY_BYTE


def test_a_second_ground_station_finds_it_as_the_first_did(terminal):
    _, device, inputs, came = terminal
    for text in (b"first", b"second"):
        with serial.Serial(device, 115200, timeout=5) as station:
            station.write(text)
            turn(inputs)
        assert inputs.wait(0.0) == []
    assert came == [b"first", b"second"]


def test_nothing_blocks_while_nobody_reads(terminal):
    port, _, _, _ = terminal
    for _ in range(500):
        port.send(bytes(1000))
    assert port.lost_pieces > 0


def test_the_device_is_gone_when_the_port_is_closed(terminal):
    port, device, _, _ = terminal
    port.close()
    with pytest.raises(OSError):
        os.close(os.open(device, os.O_RDWR | os.O_NOCTTY))
