"""A link that breaks is opened again, and each break is on record."""

import socket

import pytest

from harness.errors import RigError
from harness.link.lasting import RETRY, LastingPort
from harness.link.place import Place
from harness.timing import Inputs, Schedule


class Clock:
    time = 0.0

    def now(self):
        return self.time


@pytest.fixture
def bench():
    inputs, schedule, clock, told = Inputs(), Schedule(), Clock(), []
    server = socket.create_server(("127.0.0.1", 0))
    port = LastingPort(Place.parse(f"tcp:127.0.0.1:{server.getsockname()[1]}"), inputs, (clock, schedule), told.append)
    yield port, server, inputs, schedule, clock, told
    port.close()
    server.close()
    inputs.close()


def turn(inputs):
    for handle in inputs.wait(1.0):
        handle()


def test_a_break_is_told_and_mended(bench):
    port, server, inputs, schedule, clock, told = bench
    came = []
    port.listen(came.append)
    far, _ = server.accept()
    far.close()
    clock.time = 3.0
    turn(inputs)
    assert "broke at 3.00 s: look at its cable" in told[0]
    port.send(b"lost")
    clock.time = 3.0 + RETRY
    schedule.run_due(clock.time)
    far, _ = server.accept()
    far.sendall(b"again")
    turn(inputs)
    assert (came, port.received, len(told)) == ([b"again"], 5, 1)
    assert [(each.start, each.end) for each in port.breaks] == [(3.0, 3.5)]
    far.close()


def test_it_is_tried_again_until_it_is_there(bench):
    port, server, inputs, schedule, clock, _ = bench
    far, _ = server.accept()
    address = server.getsockname()
    server.close()
    far.close()
    turn(inputs)
    for _ in range(3):
        clock.time += RETRY
        schedule.run_due(clock.time)
    assert port.breaks[0].end is None
    with socket.create_server(address):
        clock.time += RETRY
        schedule.run_due(clock.time)
    assert port.breaks[0].end == clock.time


def test_closing_is_no_break(bench):
    port, _, _, schedule, _, told = bench
    port.close()
    assert (told, port.breaks, schedule.next_time()) == ([], [], float("inf"))


def test_what_is_not_there_from_the_beginning_is_an_error():
    inputs = Inputs()
    with pytest.raises(RigError, match="plug the cable in"):
        LastingPort(Place.parse("serial:/dev/ttyUSB77"), inputs, (Clock(), Schedule()), print)
    inputs.close()
