import socket

import pytest

from harness.errors import RigError
from harness.link.address import Address
from harness.link.udplisten import UdpListener
from harness.timing import Inputs


@pytest.fixture
def listener():
    inputs = Inputs()
    made = UdpListener(Address(host="127.0.0.1", port=0), inputs)
    yield made, inputs
    made.close()
    inputs.close()


def turn(inputs):
    for handle in inputs.wait(1.0):
        handle()


def drone(made):
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.settimeout(2)
    sender.connect((made.address.host, made.address.port))
    return sender


def test_who_speaks_first_is_answered_and_strangers_are_left_aside(listener):
    made, inputs = listener
    came = []
    made.listen(came.append)
    made.send(b"too early")
    with drone(made) as first, drone(made) as second:
        first.send(b"one")
        turn(inputs)
        second.send(b"two")
        turn(inputs)
        made.send(b"x" * 2000)
        assert len(first.recv(4096)) + len(first.recv(4096)) == 2000
    assert (came, made.strangers) == ([b"one"], 1)


def test_a_held_port_is_told(listener):
    made, inputs = listener
    with pytest.raises(RigError, match="another program holds this port; end it"):
        UdpListener(made.address, inputs)
    with pytest.raises(RigError, match="this machine has no such address"):
        UdpListener(Address(host="192.0.2.1", port=0), inputs)


def test_a_closed_port_does_not_send(listener):
    made, _ = listener
    made.close()
    made.close()
    with pytest.raises(RigError, match="closed"):
        made.send(b"x")
