import socket

import pytest

from harness.errors import RigError
from harness.link.datagrams import MOST_PAYLOAD, DatagramPort
from harness.timing import Inputs


class Pair(DatagramPort):
    """One of two connected sockets; its far end is a peer while told so."""

    def __init__(self, inputs):
        own, self.far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        own.setblocking(False)
        self.far.setblocking(False)
        self.known = True
        super().__init__(own, inputs, "paired")

    def _put(self, piece):
        self._socket.send(piece)

    def _is_peer(self, sender):
        return self.known


@pytest.fixture
def pair():
    inputs = Inputs()
    made = Pair(inputs)
    yield made, inputs
    made.close()
    made.far.close()
    inputs.close()


def serve(inputs):
    for handle in inputs.wait(0.0):
        handle()


def test_what_is_long_goes_in_pieces(pair):
    made, _ = pair
    made.send(b"x" * (MOST_PAYLOAD + 5))
    assert [len(made.far.recv(65536)) for _ in range(2)] == [MOST_PAYLOAD, 5]


def test_only_the_peer_is_heard(pair):
    made, inputs = pair
    came = []
    made.listen(came.append)
    for known in (True, False):
        made.known = known
        made.far.send(f"known {known}".encode())
        serve(inputs)
    assert came == [b"known True"]


def test_a_full_queue_loses_and_blocks_nobody(pair):
    made, _ = pair
    for _ in range(5000):
        made.send(b"x" * MOST_PAYLOAD)
    assert made.far.recv(10)


def test_who_closes_while_it_hears_hears_no_more(pair):
    made, inputs = pair
    came = []
    made.listen(lambda data: (came.append(data), made.close()))
    made.far.send(b"one")
    made.far.send(b"two")
    serve(inputs)
    assert came == [b"one"]
    with pytest.raises(RigError, match="the paired port is closed"):
        made.send(b"late")
