"""Cables are given out, taken back and used again; each outside port hears its own cable only."""

import pytest

from harness.link.switchboard import Switchboard
from harness.link.virtual import VirtualCable
from harness.timing import run_for


class Outside:
    """An outside port whose far end is the test."""

    def __init__(self):
        self.sent, self.receiver = [], None

    def send(self, data):
        self.sent.append(data)

    def listen(self, receiver):
        self.receiver = receiver

    def close(self):
        """Nothing to close."""


@pytest.fixture
def world(fakes):
    return fakes.FakeWorld()


@pytest.fixture
def laid(world):
    """The air ends that were laid, each with what it heard."""
    return []


@pytest.fixture
def board(world, laid):
    def lay():
        cable, heard = VirtualCable(world, world.schedule), []
        cable.air.listen(heard.append)
        laid.append((cable.air, heard))
        return cable

    return Switchboard(lay=lay, most=2)


def test_bytes_pass_between_a_port_and_its_cable(board, laid, world):
    first, second = Outside(), Outside()
    assert board.plug(first) and board.plug(second)
    first.receiver(b"up 1")
    laid[1][0].send(b"down 2")
    run_for(world, 0.1)
    assert [heard for _, heard in laid] == [[b"up 1"], []]
    assert (first.sent, second.sent) == ([], [b"down 2"])


def test_there_are_only_so_many_cables(board, laid):
    ports = [Outside() for _ in range(3)]
    assert [board.plug(port) for port in ports] == [True, True, False]
    assert ports[2].receiver is None
    board.unplug(ports[0])
    assert board.plug(ports[2])
    assert len(laid) == 2


def test_an_unplugged_port_is_sent_nothing_and_the_aircraft_knows(board, laid, world):
    port = Outside()
    board.plug(port)
    air, _ = laid[0]
    assert air.heard
    air.send(b"under way")
    board.unplug(port)
    assert not air.heard
    run_for(world, 0.1)
    assert port.sent == []


def test_a_cable_is_used_again(board, laid, world):
    for _ in range(20):
        port = Outside()
        board.plug(port)
        port.receiver(b"x")
        run_for(world, 0.1)
        board.unplug(port)
    assert len(laid) == 1
    assert laid[0][1] == [b"x"] * 20
