"""The TCP server: clients come, go, are turned away, and an address that cannot be is named with its remedy."""

import contextlib
import socket

import pytest

from harness.errors import UsageError
from harness.link.address import Address
from harness.link.tcpserver import TcpServer
from harness.timing import Inputs


class Hall:
    """A server, whom it welcomed, and how many it lets in."""

    def __init__(self, most=2):
        self.inputs, self.most = Inputs(), most
        self.here, self.gone, self.came = {}, [], []
        self.server = TcpServer(Address(host="127.0.0.1", port=0), self.inputs, self.welcome, self.leave)

    def welcome(self, port, name):
        if len(self.here) == self.most:
            return False
        self.here[name] = port
        port.listen(lambda data: self.came.append((name, data)))
        return True

    def leave(self, port, name):
        assert self.here.pop(name) is port
        self.gone.append(name)

    def turn(self):
        for handle in self.inputs.wait(1.0):
            handle()

    def connect(self):
        client = socket.create_connection((self.server.address.host, self.server.address.port), timeout=5)
        self.turn()
        return client, f"127.0.0.1:{client.getsockname()[1]}"


@pytest.fixture
def hall():
    made = Hall()
    yield made
    made.server.close()
    made.inputs.close()


def test_each_client_has_a_port_of_its_own(hall):
    (first, name), (second, other) = hall.connect(), hall.connect()
    with first, second:
        first.send(b"1")
        hall.turn()
        second.send(b"2")
        hall.turn()
        hall.here[other].send(b"down")
        assert second.recv(9) == b"down"
        first.setblocking(False)
        with pytest.raises(BlockingIOError):
            first.recv(9)
    assert hall.came == [(name, b"1"), (other, b"2")]


def test_a_client_that_leaves_makes_room(hall):
    clients = [hall.connect() for _ in range(2)]
    turned_away, _ = hall.connect()
    with turned_away:
        assert turned_away.recv(9) == b""
    clients[0][0].close()
    hall.turn()
    assert hall.gone == [clients[0][1]]
    late, name = hall.connect()
    with late, clients[1][0]:
        assert set(hall.here) == {clients[1][1], name}


def test_a_client_that_was_turned_away_never_leaves(hall):
    hall.most = 0
    client, _ = hall.connect()
    client.close()
    assert hall.gone == []


def test_closing_ends_all_connections_and_the_port(hall):
    client, name = hall.connect()
    hall.server.close()
    with client:
        assert client.recv(9) == b""
    assert hall.gone == [name]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((hall.server.address.host, hall.server.address.port), timeout=5)


def listen(host, port):
    with contextlib.closing(Inputs()) as inputs:
        address = Address(host=host, port=port)
        TcpServer(address, inputs, lambda port, name: True, lambda port, name: None).close()


def test_a_port_that_is_taken_is_named_with_the_remedy(hall):
    port = hall.server.address.port
    with pytest.raises(UsageError, match=rf"--tcp 127\.0\.0\.1:{port}: another program holds this port; end it"):
        listen("127.0.0.1", port)


def test_an_address_of_another_machine_is_named_with_the_remedy():
    # TEST-NET-3 of RFC 5737 belongs to nobody
    with pytest.raises(UsageError, match=r"--tcp 203\.0\.113\.1:5760: this machine has no such address; choose"):
        listen("203.0.113.1", 5760)


def test_a_port_can_be_served_again_at_once(hall):
    client, _ = hall.connect()
    address = hall.server.address
    hall.server.close()
    hall.server.close()
    client.close()
    listen(address.host, address.port)
