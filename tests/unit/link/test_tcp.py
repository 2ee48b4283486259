import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import RigError
from harness.link.ethernet import ACK, FIN, RST, SYN, TCP, Ipv4, TcpSegment
from harness.link.tcp import MSS, State, TcpStack

CLIENT, SERVER = "10.0.0.1", "10.0.0.2"


class Pair:
    """Two stacks and the segments between them; nothing moves before ``run``."""

    def __init__(self, service=None):
        self.service, self.flying, self.seen = service, [], []
        self.stacks = {
            CLIENT: TcpStack(self.transmit, lambda local: None, random.Random(1)),
            SERVER: TcpStack(self.transmit, lambda local: self.service if local[1] == 80 else None, random.Random(2)),
        }

    def transmit(self, source, destination, protocol, payload):
        packet = Ipv4(source, destination, protocol, payload)
        self.seen.append(TcpSegment.decode(packet))
        self.flying.append(packet)

    def connect(self, port=80):
        return self.stacks[CLIENT].connect(CLIENT, (SERVER, port))

    def run(self, limit=10000):
        while self.flying and limit:
            packet = self.flying.pop(0)
            self.stacks[packet.destination].receive(packet)
            limit -= 1
        assert not self.flying


def collecting():
    accepted = []

    def service(connection):
        connection.got = bytearray()
        connection.on_data = connection.got.extend
        accepted.append(connection)

    return accepted, service


def test_three_way_handshake_then_data_both_ways_then_an_orderly_close():
    accepted, service = collecting()
    pair = Pair(service)
    client, log = pair.connect(), []
    client.on_open = lambda: log.append("open")
    client.on_data = lambda data: log.append(data)
    client.on_close = lambda: log.append("close")
    pair.run()
    assert [segment.flags for segment in pair.seen] == [SYN, SYN | ACK, ACK]
    assert pair.seen[0].options == pair.seen[1].options == b"\x02\x04\x05\xb4"
    client.send(b"ping")
    pair.run()
    accepted[0].send(b"pong")
    pair.run()
    client.close()
    pair.run()
    assert bytes(accepted[0].got) == b"ping" and log == ["open", b"pong", "close"]
    assert client.state is accepted[0].state is State.CLOSED
    assert sum(bool(segment.flags & FIN) for segment in pair.seen) == 2


def test_a_megabyte_passes_within_segments_and_window():
    accepted, service = collecting()
    pair = Pair(service)
    client, data = pair.connect(), random.Random(3).randbytes(1 << 20)
    client.on_open = lambda: client.send(data)
    pair.run()
    assert bytes(accepted[0].got) == data
    assert max(len(segment.payload) for segment in pair.seen) == MSS


def test_no_more_than_the_window_is_under_way():
    _accepted, service = collecting()
    pair = Pair(service)
    client = pair.connect()
    pair.run()
    client.send(bytes(200_000))
    assert sum(len(TcpSegment.decode(packet).payload) for packet in pair.flying) == 65535


def test_data_queued_before_the_handshake_and_a_close_are_kept():
    accepted, service = collecting()
    pair = Pair(service)
    client = pair.connect()
    client.send(b"early")
    client.close()
    pair.run()
    assert bytes(accepted[0].got) == b"early" and client.state is State.CLOSED


def test_a_closed_port_resets():
    pair, closed = Pair(), []
    client = pair.connect(port=81)
    client.on_close = lambda: closed.append(True)
    pair.run()
    assert closed == [True] and pair.seen[-1].flags == RST | ACK and client.state is State.CLOSED


def test_a_segment_of_no_connection_is_reset_and_a_reset_is_not():
    pair = Pair()
    stray = TcpSegment(5, 80, 1, 77, ACK)
    pair.stacks[SERVER].receive(Ipv4(CLIENT, SERVER, TCP, stray.encode(CLIENT, SERVER)))
    assert [(segment.flags, segment.sequence) for segment in pair.seen] == [(RST, 77)]
    pair.stacks[SERVER].receive(Ipv4(CLIENT, SERVER, TCP, TcpSegment(5, 80, 1, 0, RST).encode(CLIENT, SERVER)))
    assert len(pair.seen) == 1


def test_abort_ends_both_sides():
    accepted, service = collecting()
    pair = Pair(service)
    client = pair.connect()
    pair.run()
    client.abort()
    pair.run()
    assert client.state is accepted[0].state is State.CLOSED


def test_a_blind_reset_is_ignored():
    _accepted, service = collecting()
    pair = Pair(service)
    client = pair.connect()
    pair.run()
    forged = TcpSegment(80, client.local[1], 12345, 0, RST)
    pair.stacks[CLIENT].receive(Ipv4(SERVER, CLIENT, TCP, forged.encode(SERVER, CLIENT)))
    assert client.state is State.ESTABLISHED


def test_sending_on_a_closed_connection_is_refused():
    _accepted, service = collecting()
    pair = Pair(service)
    client = pair.connect()
    pair.run()
    client.close()
    assert not client.writable
    with pytest.raises(RigError, match="cannot send"):
        client.send(b"late")


def test_many_connections_have_their_own_ports():
    accepted, service = collecting()
    pair = Pair(service)
    ports = {pair.connect().local[1] for _ in range(200)}
    pair.run()
    assert len(ports) == len(accepted) == 200


@given(st.lists(st.tuples(st.integers(0, 255), st.integers(0, 2**32 - 1), st.binary(max_size=40)), max_size=8))
@settings(max_examples=100)
def test_hostile_segments_never_crash_nor_answer_for_ever(segments):
    _accepted, service = collecting()
    pair = Pair(service)
    client = pair.connect()
    pair.run()
    for flags, sequence, payload in segments:
        made = TcpSegment(client.local[1], 80, sequence, sequence ^ 1, flags, 10, payload)
        pair.flying.append(Ipv4(CLIENT, SERVER, TCP, made.encode(CLIENT, SERVER)))
    pair.run(limit=500)


def test_a_far_end_that_lost_its_power_begins_anew_on_the_same_ports():
    accepted, service = collecting()
    pair = Pair(service)
    pair.connect()
    pair.run()
    closed = []
    accepted[0].on_close = lambda: closed.append("old")
    # after a reboot it knows nothing of the connection, and chance gives it the same port
    begun = pair.seen[0]
    pair.stacks[CLIENT] = TcpStack(pair.transmit, lambda local: None, random.Random(7))
    pair.stacks[CLIENT]._port = begun.source_port - 1
    client, opened = pair.connect(), []
    client.on_open = lambda: opened.append("new")
    pair.run()
    assert pair.seen[-3].source_port == begun.source_port and pair.seen[-3].sequence != begun.sequence
    assert closed == ["old"] and opened == ["new"] and len(accepted) == 2
    client.send(b"report")
    pair.run()
    assert bytes(accepted[1].got) == b"report"


def test_a_syn_that_comes_twice_begins_nothing_new():
    accepted, service = collecting()
    pair = Pair(service)
    client = pair.connect()
    syn = pair.flying[0]
    pair.flying.append(syn)
    pair.run()
    pair.stacks[SERVER].receive(syn)
    client.send(b"once")
    pair.run()
    assert len(accepted) == 1 and bytes(accepted[0].got) == b"once"
