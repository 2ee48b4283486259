"""A real byte stream as a port: everything arrives, nothing blocks, an end is an end."""

import os
import socket

import pytest

from harness.errors import RigError
from harness.link.streamport import MOST_PENDING, StreamPort
from harness.timing import Inputs


class Pair:
    """A port and the far end of its stream."""

    def __init__(self):
        near, self.far = socket.socketpair()
        near.setblocking(False)
        self.far.setblocking(False)
        self.inputs, self.came, self.released = Inputs(), [], 0

        def release():
            self.released += 1
            near.close()

        self.port = StreamPort(near.fileno(), self.inputs, release)
        self.port.listen(self.came.append)

    def turn(self):
        for handle in self.inputs.wait(0.0):
            handle()

    def read_far(self):
        data = b""
        while True:
            try:
                piece = self.far.recv(1 << 20)
            except BlockingIOError:
                return data
            data += piece


@pytest.fixture
def pair():
    made = Pair()
    yield made
    made.port.close()
    made.far.close()
    made.inputs.close()


def test_bytes_pass_both_ways(pair):
    pair.far.send(b"up")
    pair.port.send(b"down")
    pair.turn()
    assert (pair.came, pair.read_far()) == ([b"up"], b"down")


def test_nothing_is_ready_when_nothing_came(pair):
    pair.port.send(b"down")
    assert pair.inputs.wait(0.0) == []
    assert pair.came == []


def test_a_slow_reader_gets_everything_that_was_not_counted_as_lost(pair):
    pieces = [bytes([number % 256]) * 1000 for number in range(2000)]
    for piece in pieces:
        pair.port.send(piece)
    assert 0 < pair.port.lost_pieces < len(pieces)
    data = b""
    while more := pair.read_far():
        data += more
        pair.turn()
    kept = len(pieces) - pair.port.lost_pieces
    assert data == b"".join(pieces[:kept])
    # and it is no slower for it afterwards
    pair.port.send(b"again")
    assert pair.read_far() == b"again"


def test_what_waits_is_bounded(pair):
    for _ in range(4 * MOST_PENDING // 1000):
        pair.port.send(bytes(1000))
    assert len(pair.port._pending) <= MOST_PENDING


def test_the_far_end_that_goes_ends_the_port_once(pair):
    pair.far.close()
    pair.turn()
    pair.port.close()
    assert pair.released == 1
    assert pair.inputs.wait(0.0) == []
    with pytest.raises(RigError, match="has ended"):
        pair.port.send(b"x")


def test_a_far_end_that_goes_without_reading_is_no_error_of_the_sender(pair):
    pair.port.send(b"never read")
    pair.far.close()
    pair.port.send(b"x")
    pair.turn()
    assert pair.released == 1


def test_callbacks_that_come_late_do_nothing(pair):
    pair.far.send(b"late")
    ready = pair.inputs.wait(0.0)
    pair.port.close()
    for handle in ready:
        handle()
    assert (len(ready), pair.came, pair.released) == (1, [], 1)


def test_bytes_without_a_receiver_are_dropped(pair):
    near, far = os.pipe()
    os.set_blocking(near, False)
    port = StreamPort(near, pair.inputs, lambda: os.close(near))
    os.write(far, b"early")
    pair.turn()
    came = []
    port.listen(came.append)
    os.write(far, b"heard")
    pair.turn()
    port.close()
    os.close(far)
    assert came == [b"heard"]


def test_what_waits_for_the_far_end_is_counted():
    pair = Pair()
    assert pair.port.waiting == 0
    pair.port.send(b"x" * 100_000)
    assert pair.port.waiting >= 100_000
    while pair.port.waiting:
        pair.read_far()
        pair.turn()
    pair.port.send(b"x" * 200_000)
    pair.far.close()
    pair.turn()
    pair.port.close()
    # of a stream that has ended nothing is asked
    assert pair.port.waiting >= 0
