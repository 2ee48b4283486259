"""Datagrams: they pass both ways, strangers are not heard, and silence at the far end is no error."""

import socket

import pytest

from harness.errors import RigError, UsageError
from harness.link.address import Address
from harness.link.datagrams import MOST_PAYLOAD
from harness.link.udp import UdpPort
from harness.timing import Inputs


@pytest.fixture
def inputs():
    made = Inputs()
    yield made
    made.close()


@pytest.fixture
def station():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        made.settimeout(5)
        yield made


@pytest.fixture
def port(inputs, station):
    made = UdpPort(Address(host="127.0.0.1", port=station.getsockname()[1]), inputs)
    yield made
    made.close()


def turn(inputs):
    for handle in inputs.wait(1.0):
        handle()


def test_datagrams_pass_both_ways(port, station, inputs):
    came = []
    port.listen(came.append)
    port.send(b"down")
    data, place = station.recvfrom(99)
    station.sendto(b"up", place)
    station.sendto(b"up again", place)
    turn(inputs)
    assert (data, came) == (b"down", [b"up", b"up again"])


def test_a_long_piece_is_cut_and_loses_nothing(port, station):
    data = bytes(range(256)) * 20
    port.send(data)
    pieces = []
    while sum(map(len, pieces)) < len(data):
        pieces.append(station.recv(65536))
    assert b"".join(pieces) == data
    assert max(map(len, pieces)) == MOST_PAYLOAD


def test_a_stranger_is_not_heard(port, station, inputs):
    came = []
    port.listen(came.append)
    port.send(b"x")
    _, place = station.recvfrom(99)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.sendto(b"arm", place)
    station.sendto(b"known", place)
    turn(inputs)
    assert came == [b"known"]


def test_nobody_at_the_far_end_is_no_error(port, station, inputs):
    came = []
    port.listen(came.append)
    place = station.getsockname()
    station.close()
    for _ in range(5):
        port.send(b"into the void")
        for handle in inputs.wait(0.01):
            handle()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as later:
        later.bind(place)
        later.settimeout(5)
        port.send(b"a")
        port.send(b"b")
        later.sendto(b"here", later.recvfrom(9)[1])
        turn(inputs)
    assert came[-1:] == [b"here"]


def test_a_closed_port_is_silent_and_says_so(port, inputs):
    ready = []
    port.close()
    port.close()
    assert inputs.wait(0.0) == ready
    with pytest.raises(RigError, match="closed"):
        port.send(b"x")


def test_an_address_that_cannot_be_sent_to_is_a_usage_error(inputs):
    with pytest.raises(UsageError, match=r"--udp 255\.255\.255\.255:14550: cannot send there"):
        UdpPort(Address(host="255.255.255.255", port=14550), inputs)
