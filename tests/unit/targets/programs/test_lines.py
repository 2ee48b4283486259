import socket

import pytest

from harness.link.virtual import VirtualCable
from harness.targets.programs.lines import DatagramLine, SerialLine
from harness.timing import Inputs


@pytest.fixture
def laid(fake_world):
    """A cable, its serial line, what the ground hears, and how to let bytes pass."""
    cable, inputs, heard = VirtualCable(fake_world, fake_world.schedule, latency=0.0), Inputs(), []
    cable.ground.listen(heard.append)
    line = SerialLine(cable.air, inputs)

    def serve(until):
        for _ in range(200):
            for handle in inputs.wait(0.01):
                handle()
            fake_world.schedule.run_due(fake_world.now())
            if until():
                return
        raise AssertionError("nothing came")

    yield cable, line, heard, serve
    line.close()
    inputs.close()


@pytest.fixture
def fake_world():
    from fake_world import FakeWorld

    return FakeWorld()


def connect(line):
    host, port = line.place.split(":")
    return socket.create_connection((host, int(port)))


def test_bytes_go_both_ways_and_a_tap_sees_what_the_program_sends(laid):
    cable, line, heard, serve = laid
    tapped = []
    line.tap(tapped.append)
    with connect(line) as program:
        serve(lambda: line.connected)
        program.send(b"telemetry")
        serve(lambda: heard)
        cable.ground.send(b"order")
        serve(lambda: True)
        program.settimeout(2.0)
        assert program.recv(100) == b"order"
    assert heard == tapped == [b"telemetry"]


def test_a_second_program_is_turned_away(laid):
    _, line, heard, serve = laid
    with connect(line) as program, connect(line) as stranger:
        serve(lambda: line.connected)
        serve(lambda: True)
        stranger.settimeout(2.0)
        serve(lambda: True)
        assert stranger.recv(10) == b""
        program.send(b"still here")
        serve(lambda: heard)


def test_a_program_that_left_is_no_longer_connected(laid):
    cable, line, _, serve = laid
    connect(line).close()
    serve(lambda: line.connected or True)
    serve(lambda: not line.connected)
    cable.ground.send(b"into the void")


def test_datagrams_go_both_ways_once_the_program_spoke(laid, fake_world):
    cable, _, heard, _ = laid
    inputs, tapped = Inputs(), []
    line = DatagramLine(cable.air, inputs)
    line.tap(tapped.append)
    host, port = line.place.split(":")
    cable.ground.send(b"into the void")
    fake_world.schedule.run_due(fake_world.now())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as program:
        program.connect((host, int(port)))
        program.settimeout(2.0)
        assert not line.connected
        program.send(b"telemetry")
        while not heard:
            for handle in inputs.wait(1.0):
                handle()
            fake_world.schedule.run_due(fake_world.now())
        cable.ground.send(b"order")
        fake_world.schedule.run_due(fake_world.now())
        assert program.recv(100) == b"order"
    assert line.connected and heard == tapped == [b"telemetry"]
    line.close()
    line.close()
    inputs.close()


def test_a_program_that_is_elsewhere_is_given_an_address_that_it_reaches(fake_world):
    inputs = Inputs()
    line = SerialLine(VirtualCable(fake_world, fake_world.schedule).air, inputs, "127.0.0.2")
    assert line.place.startswith("127.0.0.2:")
    connect(line).close()
    line.close()
    inputs.close()
