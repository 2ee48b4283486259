"""Packets that are put into a copy of a capture: an audit that does not count each of them counts nothing."""

import struct

from harness.instruments.gateway import EPOCH
from harness.instruments.gateway.gateway import MAC as GATEWAY_MAC
from harness.link.ethernet import ICMP, TCP, UDP, Ethernet, Ipv4, TcpSegment, Udp, encode_icmp

SEEDED_MAC, SEEDED_PORT = bytes.fromhex("0200000000ee"), 40001
RESOLVER, CLOCK, STRANGER = "203.0.113.251", "203.0.113.252", "203.0.113.253"
CARRIED = b"seeded bytes"
_NAME = b"\x30" + b"s" * 48 + b"\0"
_IPV4, _IPV6 = 0x0800, 0x86DD


def service_seeds(article: str) -> dict[str, bytes]:
    """Of each count of ENDP-03 the packet that must raise it; all of them by a card that is nobody's."""
    query = struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 0) + _NAME + struct.pack(">HH", 1, 1)
    plain = query[:12] + b"\1s\0" + query[-4:]
    echo = encode_icmp(8, 0, b"\0\7\0\1", CARRIED)
    return {
        "unknown_resolvers": _datagram(article, RESOLVER, 53, plain),
        "unknown_time_servers": _datagram(article, CLOCK, 123, b"\x23" + bytes(47)),
        "suspect_queries": _datagram(article, STRANGER, 5353, query),
        "undeclared_ipv6_flows": _frame(_IPV6, _ipv6()),
        "icmp_payload_bytes": _frame(_IPV4, Ipv4(article, STRANGER, ICMP, echo).encode()),
    }


def call_seed(article: str, server: str) -> bytes:
    """A call of a server: the first segment of a connection to its port 443."""
    segment = TcpSegment(SEEDED_PORT, 443, 1, 0, 2).encode(article, server)
    return _frame(_IPV4, Ipv4(article, server, TCP, segment).encode())


def as_record(time: float, frame: bytes) -> bytes:
    """A frame as a record of a classic pcap, at a time of the test clock (s)."""
    micros = round((EPOCH + time) * 1e6)
    return struct.pack("<IIII", micros // 1_000_000, micros % 1_000_000, len(frame), len(frame)) + frame


def _datagram(article: str, far: str, port: int, payload: bytes) -> bytes:
    packet = Ipv4(article, far, UDP, Udp(SEEDED_PORT, port, payload).encode(article, far))
    return _frame(_IPV4, packet.encode())


def _ipv6() -> bytes:
    datagram = struct.pack(">HHHH", SEEDED_PORT, 9, 8 + len(CARRIED), 0) + CARRIED
    ends = bytes.fromhex("fd" + "00" * 14 + "ee") + bytes.fromhex("2001" + "0db8" + "00" * 11 + "ee")
    return struct.pack(">IHBB", 6 << 28, len(datagram), UDP, 64) + ends + datagram


def _frame(kind: int, payload: bytes) -> bytes:
    return Ethernet(GATEWAY_MAC, SEEDED_MAC, kind, payload).encode()
