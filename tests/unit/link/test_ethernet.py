import random

import pytest
from fake_world import FakeWorld
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import RigError
from harness.link.ethernet import (
    BROADCAST,
    UDP,
    Arp,
    Ethernet,
    Ipv4,
    Station,
    TcpSegment,
    Udp,
    Wire,
    checksum,
    encode_icmp,
    parse_mac,
)
from harness.timing import run_for

ONE, TWO = parse_mac("02:00:00:00:00:01"), parse_mac("02:00:00:00:00:02")


@pytest.fixture
def world():
    return FakeWorld()


@pytest.fixture
def wire(world):
    return Wire(world, world.schedule, latency=0.002)


def station(wire, mac, address="", heard=None):
    return Station(end=wire.attach(), mac=mac, address=address, deliver=(heard if heard is not None else []).append)


def test_checksum_of_the_example_in_rfc_1071():
    assert checksum(bytes.fromhex("0001f203f4f5f6f7")) == 0x220D
    assert checksum(b"\xff") == 0x00FF


def test_a_mac_that_is_none_is_refused():
    assert bytes.fromhex("020000000001") == ONE
    for text in ("", "02:00", "zz:00:00:00:00:00", "02:00:00:00:00:00:00"):
        with pytest.raises(RigError, match="is not a MAC address"):
            parse_mac(text)


@given(payload=st.binary(max_size=1400), ports=st.tuples(*[st.integers(1, 65535)] * 2))
@settings(max_examples=50)
def test_udp_and_tcp_survive_the_wire_and_one_flipped_bit_does_not(payload, ports):
    for protocol, kind, made in (
        (UDP, Udp, Udp(*ports, payload)),
        (6, TcpSegment, TcpSegment(*ports, 7, 9, 0x18, 100, payload, b"\x02\x04\x05\xb4")),
    ):
        data = made.encode("10.0.0.1", "10.0.0.2")
        packet = Ipv4.decode(Ipv4("10.0.0.1", "10.0.0.2", protocol, data, 5).encode())
        assert packet is not None and kind.decode(packet) == made
        damaged = bytearray(data)
        damaged[len(data) // 2] ^= 1
        assert kind.decode(Ipv4("10.0.0.1", "10.0.0.2", protocol, bytes(damaged))) is None


def test_a_damaged_ipv4_header_is_no_packet():
    good = Ipv4("10.0.0.1", "10.0.0.2", UDP, b"x").encode()
    assert Ipv4.decode(good) is not None
    for place in range(20):
        bad = bytearray(good)
        bad[place] ^= 0x10
        assert Ipv4.decode(bytes(bad)) is None


def test_a_packet_over_the_mtu_is_refused():
    with pytest.raises(RigError, match="MTU"):
        Ipv4("10.0.0.1", "10.0.0.2", UDP, bytes(1481)).encode()


@given(st.binary(max_size=120))
@settings(max_examples=200)
def test_no_bytes_crash_a_parser(data):
    Ethernet.decode(data), Arp.decode(data), Ipv4.decode(data)
    for protocol in (Udp, TcpSegment):
        protocol.decode(Ipv4("10.0.0.1", "10.0.0.2", UDP, data))


def test_frames_arrive_in_order_after_the_latency_at_every_other_end(world, wire):
    first, second, third = wire.attach(), wire.attach(), wire.attach()
    heard = []
    first.listen(lambda frame: heard.append(("first", frame)))
    for name, end in (("second", second), ("third", third)):
        end.listen(lambda frame, name=name: heard.append((name, frame, round(world.now(), 6))))
    seen = []
    wire.tap(lambda time, frame: seen.append((time, frame)))
    first.send(b"a"), first.send(b"b")
    run_for(world, 0.0019)
    assert heard == [] and seen == [(0.0, b"a"), (0.0, b"b")]
    run_for(world, 0.001)
    assert heard == [
        ("second", b"a", 0.002), ("third", b"a", 0.002), ("second", b"b", 0.002), ("third", b"b", 0.002),
    ]  # fmt: skip


def test_stations_find_each_other_by_arp(world, wire):
    heard = []
    one = station(wire, ONE, "10.0.0.1")
    station(wire, TWO, "10.0.0.2", heard)
    one.send_udp(("10.0.0.1", 5), ("10.0.0.2", 6), b"hello")
    run_for(world, 0.1)
    assert [Udp.decode(packet) for packet in heard] == [Udp(5, 6, b"hello")]


def test_packets_for_afar_go_to_the_router(world, wire):
    heard = []
    one = station(wire, ONE, "10.0.0.1")
    one.router = "10.0.0.2"
    station(wire, TWO, "10.0.0.2", heard)
    one.send_udp(("10.0.0.1", 5), ("192.0.2.1", 6), b"")
    run_for(world, 0.1)
    assert [packet.destination for packet in heard] == ["192.0.2.1"]


def test_a_silent_neighbour_is_asked_once_and_holds_at_most_64_packets(world, wire):
    asked = []
    wire.tap(lambda time, frame: asked.append(frame))
    one, heard = station(wire, ONE, "10.0.0.1"), []
    for _ in range(130):
        one.send_udp(("10.0.0.1", 5), ("10.0.0.2", 6), b"")
    assert len(asked) == 3
    station(wire, TWO, "10.0.0.2", heard).announce()
    run_for(world, 0.1)
    assert len(heard) == 2


def test_a_station_hears_only_its_own_frames_and_none_when_closed(world, wire):
    heard = []
    end, two = wire.attach(), station(wire, TWO, "10.0.0.2", heard)
    packet = Ipv4("10.0.0.1", "10.0.0.2", UDP, Udp(1, 2, b"").encode("10.0.0.1", "10.0.0.2")).encode()
    for mac in (TWO, BROADCAST, ONE):
        end.send(Ethernet(mac, ONE, 0x0800, packet).encode())
    run_for(world, 0.1)
    assert len(heard) == 2
    two.close()
    sent = []
    wire.tap(lambda time, frame: sent.append(frame))
    two.announce()
    end.send(Ethernet(TWO, ONE, 0x0800, packet).encode())
    run_for(world, 0.1)
    assert len(heard) == 2 and len(sent) == 1


def test_garbage_on_the_wire_is_dropped(world, wire):
    rng, heard = random.Random(1), []
    end = wire.attach()
    station(wire, TWO, "10.0.0.2", heard)
    for size in range(60):
        end.send(TWO + rng.randbytes(size))
        end.send(TWO + ONE + b"\x08\x06" + rng.randbytes(size))
    run_for(world, 0.1)
    assert heard == []


def test_icmp_has_a_checksum_of_zero_over_all():
    assert checksum(encode_icmp(8, 0, b"\0\1\0\2", b"odd")) == 0
