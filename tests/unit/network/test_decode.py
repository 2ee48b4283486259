import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.link.ethernet import Arp, Ethernet, Ipv4, TcpSegment, Udp
from harness.network.decode import decode, odd_options
from harness.network.pcap import Packet

ONE, TWO = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")
UDP = Udp(5, 6, b"hello").encode("10.0.0.1", "10.0.0.2")


def read(kind, payload, prefix=b""):
    frame = ONE + TWO + prefix + kind.to_bytes(2, "big") + payload
    return decode(Packet(3, 1.5, frame, len(frame)))


def ipv6(next_header, payload, hop_limit=64):
    ends = bytes.fromhex("fe80" + "00" * 13 + "01") + bytes.fromhex("ff02" + "00" * 13 + "16")
    return struct.pack(">IHBB", 6 << 28, len(payload), next_header, hop_limit) + ends + payload


def test_udp_over_ipv4():
    frame = read(0x0800, Ipv4("10.0.0.1", "10.0.0.2", 17, UDP).encode())
    assert (frame.protocol, frame.source, frame.destination) == ("udp", "10.0.0.1", "10.0.0.2")
    assert (frame.source_port, frame.destination_port, frame.payload) == (5, 6, b"hello")
    assert (frame.number, frame.time, frame.size, frame.aside, frame.problem) == (3, 1.5, 47, b"", "")
    assert (frame.source_mac, frame.destination_mac) == (TWO, ONE)


def test_one_and_two_vlan_tags_are_looked_through():
    packet = Ipv4("10.0.0.1", "10.0.0.2", 17, UDP).encode()
    for tags in (b"\x81\0\0\5", b"\x88\xa8\0\5\x81\0\0\6"):
        assert read(0x0800, packet, tags).payload == b"hello"


def test_tcp_with_options():
    segment = TcpSegment(5, 6, 7, 8, 0x12, 100, b"data", b"\2\4\5\xb4").encode("10.0.0.1", "10.0.0.2")
    frame = read(0x0800, Ipv4("10.0.0.1", "10.0.0.2", 6, segment).encode())
    assert (frame.protocol, frame.sequence, frame.kind, frame.payload) == ("tcp", 7, 0x12, b"data")


def test_ipv6_udp_and_an_mld_report_behind_a_router_alert():
    frame = read(0x86DD, ipv6(17, struct.pack(">HHHH", 5, 6, 10, 0) + b"hi"))
    assert (frame.protocol, frame.source, frame.payload) == ("udp", "fe80::1", b"hi")
    report = read(0x86DD, ipv6(0, b"\x3a\0\5\2\0\0\1\0" + b"\x8f" + bytes(7), hop_limit=1))
    assert (report.protocol, report.kind, report.hop_limit, report.aside) == ("icmp6", 143, 1, b"")


def test_what_is_not_read_further_says_what_it_is():
    assert read(0x0800, Ipv4("10.0.0.1", "10.0.0.2", 47, b"tunnel").encode()).protocol == "ip-47"
    assert read(0x88B5, b"secret").protocol == "ether-88b5"
    assert read(0x0026, b"BPDU").protocol == "llc"
    fragment = bytearray(Ipv4("10.0.0.1", "10.0.0.2", 17, UDP).encode())
    fragment[6:8] = b"\x20\0"
    assert read(0x0800, bytes(fragment)).protocol == "fragment"
    assert read(0x86DD, ipv6(44, bytes(8) + UDP)).protocol == "fragment"


def test_bytes_beside_the_payload_are_seen():
    packet = Ipv4("10.0.0.1", "10.0.0.2", 17, UDP).encode()
    assert read(0x0800, packet + bytes(13)).aside == b""
    assert read(0x0800, packet + bytes(12) + b"x").aside.endswith(b"x")
    assert read(0x0800, packet + bytes(100)).aside == bytes(100)
    with_options = bytearray(b"\x46" + packet[1:20] + b"secr" + packet[20:])
    with_options[2:4] = len(with_options).to_bytes(2, "big")
    assert read(0x0800, bytes(with_options)).aside == b"secr"
    surplus = Ipv4("10.0.0.1", "10.0.0.2", 17, UDP + b"more").encode()
    assert read(0x0800, surplus).aside == b"more" and read(0x0800, surplus).payload == b"hello"
    arp = Arp(1, TWO, "10.0.0.1", bytes(6), "10.0.0.2").encode()
    assert read(0x0806, arp + bytes(18)).aside == b"" and read(0x0806, arp + b"x").aside == b"x"
    assert read(0x86DD, ipv6(0, b"\x11\1" + b"s" * 14 + UDP)).aside == b"s" * 14
    assert read(0x86DD, ipv6(60, b"\x11\0" + b"secret" + UDP)).aside == b"secret"
    assert read(0x86DD, ipv6(43, b"\x11\0" + bytes(6) + UDP)).aside == bytes(6)
    assert read(0x86DD, ipv6(60, b"\x11\0" + bytes(6) + UDP)).aside == b""


def test_damage_is_a_problem_not_a_crash():
    packet = Ipv4("10.0.0.1", "10.0.0.2", 17, UDP).encode()
    for bad in (packet[:10], packet[:-1], b"\x44" + packet[1:], packet[:20] + b"\0\5\0\6\0\2\0\0"):
        assert read(0x0800, bad).problem and read(0x0800, bad).protocol == "malformed"
    assert decode(Packet(1, 0.0, b"short", 5)).problem
    assert "kept 47 of 90" in decode(Packet(1, 0.0, Ethernet(ONE, TWO, 0x0800, packet).encode(), 90)).problem


@given(st.binary(max_size=120), st.sampled_from([0x0800, 0x86DD, 0x0806, 0x8100, 0x10]))
@settings(max_examples=200)
def test_no_bytes_crash_the_decoder(data, kind):
    read(kind, data)
    read(0x0800, Ipv4("10.0.0.1", "10.0.0.2", data[0] if data else 6, data).encode())
    read(0x86DD, ipv6(data[0] if data else 0, data))


@pytest.mark.parametrize(
    ("options", "odd"),
    [
        ("020405b4 0402 080a 0000000100000000 01 030307", False),
        ("0101 050a 0000000100000002", False),
        ("01010100", False),
        ("00000001", True),
        ("fe04 6c65", True),
        ("1e04 0000", True),
        ("2204 1234", True),
        ("0206 05b4 6c65 0101", True),
        ("01010303", True),
        ("01010108", True),
    ],
)
def test_options_of_tcp_that_no_stack_needs_are_bytes_beside_the_payload(options, odd):
    given = bytes.fromhex(options).ljust(-(-len(bytes.fromhex(options)) // 4) * 4, b"\0")
    assert odd_options(given) == (given if odd else b"")
