import random

import pytest

from harness.drone.network.resolver import encode_query
from harness.errors import RigError
from harness.instruments.gateway import Gateway
from harness.instruments.gateway.gateway import SINKHOLE
from harness.link.ethernet import Udp
from harness.link.tcp import State, TcpStack


def ask(bench, destination, payload):
    heard = []
    bench.station(heard).send_udp(("10.77.0.2", 5000), destination, payload)
    bench.run(0.1)
    return [(packet.source, Udp.decode(packet)) for packet in heard]


def test_declared_names_get_their_address_others_the_sinkhole(bench):
    for name, last in (("update.example-drone.jp", b"\xc0\0\2\x0a"), ("evil.example", b"\xc6\x12\0\1")):
        ((source, answer),) = ask(bench, ("10.77.0.1", 53), encode_query(name, 1))
        assert source == "10.77.0.1" and answer.payload.endswith(last)
    assert bench.gateway.lookup("evil.example") == SINKHOLE


def test_a_hard_coded_resolver_is_answered_as_itself(bench):
    ((source, _),) = ask(bench, ("8.8.8.8", 53), encode_query("evil.example", 1))
    assert source == "8.8.8.8"


def test_time_is_given_by_declared_servers_only(bench):
    request = b"\x23" + bytes(47)
    assert len(ask(bench, ("192.0.2.12", 123), request)) == 1
    assert ask(bench, ("203.0.113.1", 123), request) == []


def test_undeclared_datagrams_are_swallowed(bench):
    assert ask(bench, ("203.0.113.1", 40123), b"35.0,139.0") == []


def test_undeclared_connections_open_and_are_never_answered(bench):
    station = bench.station([])
    stack = TcpStack(station.send, lambda local: None, random.Random(1))
    station.deliver = stack.receive
    got = []
    for remote in (("203.0.113.1", 443), ("192.0.2.10", 8443)):
        connection = stack.connect("10.77.0.2", remote)
        connection.on_open = lambda connection=connection: connection.send(b"stolen")
        connection.on_data = got.append
        bench.run(1.0)
        assert connection.state is State.ESTABLISHED
    assert got == [] and bench.gateway.sessions == []


def test_a_server_inside_the_test_network_is_refused(bench):
    with pytest.raises(RigError, match="test network itself"):
        Gateway(bench.wire.attach(), bench, {"a.example": "10.77.0.50"}, bench.authority, random.Random(1))


def test_leases_are_kept_per_card_and_clear_of_the_rig(bench):
    given = [bench.gateway._lease(bytes([0, 0, 0, 0, 0, card])) for card in range(12)]
    assert given[0] == "10.77.0.2" == bench.gateway._lease(bytes(6))
    assert len(set(given)) == 12 and not {"10.77.0.8", "10.77.0.9"} & set(given)
