from harness.link.ethernet import ICMP, UDP, Ipv4, Station, Udp, encode_icmp, parse_mac
from harness.link.tcp import State


def neighbour(bench):
    heard = []
    return Station(
        end=bench.wire.attach(), mac=parse_mac("02:00:00:00:00:08"), address="10.77.0.8", deliver=heard.append
    ), heard


def test_a_lease_configures_the_host(bench):
    assert bench.host().lease.address == "10.77.0.2"


def test_a_datagram_to_a_closed_port_is_answered_by_port_unreachable(bench):
    bench.host()
    other, heard = neighbour(bench)
    other.send_udp(("10.77.0.8", 999), ("10.77.0.2", 1234), b"probe")
    bench.run(0.1)
    (answer,) = heard
    assert answer.protocol == ICMP and answer.payload[:2] == b"\3\3"
    quoted = Ipv4.decode(answer.payload[8:28] + bytes(13))
    assert quoted is not None and (quoted.source, quoted.destination, quoted.protocol) == (
        "10.77.0.8",
        "10.77.0.2",
        UDP,
    )
    assert answer.payload[28:32] == (999).to_bytes(2, "big") + (1234).to_bytes(2, "big")


def test_a_bound_port_gets_its_datagrams(bench):
    host, got = bench.host(), []
    host.bind(1234, lambda sender, data: got.append((sender, data)))
    other, heard = neighbour(bench)
    other.send_udp(("10.77.0.8", 999), ("10.77.0.2", 1234), b"hello")
    bench.run(0.1)
    assert got == [(("10.77.0.8", 999), b"hello")] and heard == []


def test_ping_is_answered_and_a_packet_for_someone_else_is_not(bench):
    bench.host()
    other, heard = neighbour(bench)
    echo = encode_icmp(8, 0, b"\0\1\0\1", b"data")
    other.send("10.77.0.8", "10.77.0.2", ICMP, echo)
    bench.run(0.1)
    assert heard[0].payload == encode_icmp(0, 0, b"\0\1\0\1", b"data")
    end = bench.wire.attach()
    packet = Ipv4("10.77.0.8", "10.77.0.3", UDP, Udp(1, 2, b"").encode("10.77.0.8", "10.77.0.3"))
    end.send(parse_mac("02:00:00:00:00:02") + parse_mac("02:00:00:00:00:08") + b"\x08\0" + packet.encode())
    bench.run(0.1)
    assert len(heard) == 1


def test_only_the_asked_one_may_answer_and_only_once(bench):
    host, answers = bench.host(), []
    host.ask(("10.77.0.8", 7), b"?", answers.append)
    other, heard = neighbour(bench)
    bench.run(0.1)
    host.ask(("10.77.0.8", 7), b"?", answers.append)
    bench.run(0.1)
    port = Udp.decode(heard[-1]).source_port
    for source in (8, 7, 7):
        other.send_udp(("10.77.0.8", source), ("10.77.0.2", port), bytes([source]))
    bench.run(0.1)
    assert answers == [b"\7"]


def test_an_unplugged_host_is_silent(bench):
    host = bench.host()
    connection = host.connect(("192.0.2.10", 443))
    bench.run(0.1)
    assert connection.state is State.ESTABLISHED
    host.unplug()
    before = len(bench.frames)
    connection.send(b"last words")
    host.send_datagram(5, ("192.0.2.10", 5), b"")
    assert len(bench.frames) == before
