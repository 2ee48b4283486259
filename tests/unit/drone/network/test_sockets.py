"""On the loopback interface, which needs no privilege."""

import random
import socket

import pytest

from harness.drone.network.sockets import SocketHost
from harness.link.tcp import State
from harness.timing import LiveClock, Wait, wait_until

HERE = "127.0.0.1"


class Pair:
    """A clock, and a host on it."""

    def __init__(self):
        self.clock = LiveClock(10.0)
        self.clock.begin()
        self.configured = []
        self.host = SocketHost(self.clock, ("lo", bytes(6)), random.Random(1), self.configured.append)

    def until(self, condition):
        wait_until(self.clock, condition, Wait(name="the sockets", within=50.0))


@pytest.fixture
def pair():
    made = Pair()
    yield made
    made.host.unplug()
    made.clock.inputs.close()


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as own:
        own.bind((HERE, 0))
        return own.getsockname()[1]


def test_a_connection_opens_carries_bytes_both_ways_and_closes(pair):
    port, heard = free_port(), []

    def serve(connection):
        connection.on_open = lambda: connection.send(b"login: ")
        connection.on_data = lambda data: heard.append(("server", data))
        connection.on_close = lambda: heard.append(("server", "closed"))

    pair.host.serve(port, serve)
    connection = pair.host.connect((HERE, port))
    assert connection.state is State.SYN_SENT and not connection.writable
    connection.on_open = lambda: connection.send(b"x" * 300_000)
    connection.on_data = lambda data: heard.append(("client", data))
    pair.until(lambda: sum(len(data) for who, data in heard if who == "server") == 300_000 and len(heard) > 1)
    assert ("client", b"login: ") in heard and connection.writable
    connection.close()
    pair.until(lambda: ("server", "closed") in heard)
    assert connection.state is State.CLOSED


def test_a_refused_connection_ends_with_a_word(pair):
    closed = []
    connection = pair.host.connect((HERE, free_port()))
    connection.on_close = lambda: closed.append(True)
    pair.until(lambda: bool(closed))


def test_an_address_that_cannot_be_reached_ends_with_a_word(pair):
    closed = []
    connection = pair.host.connect(("255.255.255.255", 9))
    connection.on_close = lambda: closed.append(True)
    pair.until(lambda: bool(closed))


def test_an_aborted_connection_is_reset(pair):
    port, ended = free_port(), []

    def serve(connection):
        connection.on_close = lambda: ended.append("server")

    pair.host.serve(port, serve)
    connection = pair.host.connect((HERE, port))
    pair.until(lambda: connection.writable)
    connection.abort()
    connection.abort()
    pair.until(lambda: ended == ["server"])


def test_datagrams_are_asked_answered_and_forgotten(pair):
    port, answers = free_port(socket.SOCK_DGRAM), []
    pair.host.bind(port, lambda sender, data: pair.host.send_datagram(port, sender, b"re " + data))
    forget = pair.host.ask((HERE, port), b"who", answers.append)
    pair.until(lambda: answers == [b"re who"])
    forget()
    # from a port that nobody listens on, and to where nothing goes
    pair.host.send_datagram(free_port(socket.SOCK_DGRAM), (HERE, port), b"last")
    pair.host.send_datagram(port, ("255.255.255.255", 1), b"nowhere")


def test_unplugged_it_has_no_socket_and_tells_nobody(pair):
    told = []
    pair.host.serve(free_port(), lambda connection: None)
    pair.host.bind(free_port(socket.SOCK_DGRAM), lambda sender, data: None)
    pair.host.connect((HERE, free_port())).on_close = lambda: told.append(True)
    pair.host.unplug()
    assert not pair.clock.inputs._selector.get_map() and told == [] and pair.configured == [None]


def may_open_raw_sockets():
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close()
    except (OSError, AttributeError):
        return False
    return True


@pytest.mark.skipif(not may_open_raw_sockets(), reason="raw sockets need CAP_NET_RAW: run as root")
def test_what_no_plain_socket_sends_leaves_by_raw_ones(pair):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) as tap:
        tap.bind(("lo", 3))
        tap.settimeout(5.0)
        pair.host.send_echo(HERE, b"carried by an echo")
        pair.host.send_frame(0x86DD, b"carried by IPv6")
        heard = b""
        while not (b"carried by an echo" in heard and b"\x86\xddcarried by IPv6" in heard):
            heard += tap.recv(65536)
