"""From a captured frame to addresses, ports and payload. Nothing raises: what cannot be read says so."""

import ipaddress
import struct
from dataclasses import dataclass, replace

from harness.network.pcap import COOKED, COOKED2, ETHERNET, Packet

_VLAN = (0x8100, 0x88A8, 0x9100)
_HEADERS = {ETHERNET: 14, COOKED: 16, COOKED2: 20}
_EXTENSIONS = (0, 43, 60)
# What an extension of 8 bytes may hold: the router alert that MLD must carry (RFC 2710 section 3), or padding.
_PLAIN_OPTIONS = frozenset({b"\x05\x02\0\0\x01\0", b"\x05\x02\0\0\0\0", b"\x01\x04\0\0\0\0", bytes(6)})
_FRAGMENT = 44
_PADDING = 1
# Kinds of TCP options and their lengths (RFC 9293, 7323, 2018): padding, segment size, window, acknowledgements, time.
TCP_OPTIONS = {_PADDING: (1,), 2: (4,), 3: (3,), 4: (2,), 5: (10, 18, 26, 34), 8: (10,)}
_ECHO = {"icmp": (8, 0), "icmp6": (128, 129)}
FIN, SYN, RST, ACK = 0x01, 0x02, 0x04, 0x10


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What a fragment says of itself.

    Attributes:
        identification: of the packet that it is of.
        offset: of its first byte in that packet, above the header.
        more: whether others follow.
        protocol: of the packet.
    """

    identification: int
    offset: int
    more: bool
    protocol: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A frame as far as it could be read.

    Attributes:
        number: of the packet in its capture.
        time: s since 1970.
        size: bytes on the wire.
        source_mac: six bytes.
        destination_mac: six bytes.
        protocol: tcp, udp, icmp, icmp6, arp; ``ip-N``, ``fragment``, ``ether-XXXX`` or ``llc`` for what is not
            read further; ``malformed``.
        source: IP address as text; empty below IP.
        destination: IP address as text.
        source_port: port, or the identifier of an ICMP echo.
        destination_port: port, or the identifier of an ICMP echo.
        payload: bytes above TCP or UDP; the whole message for ICMP and ARP.
        kind: ICMP type, else TCP flags.
        sequence: of TCP.
        hop_limit: of IP.
        aside: bytes beside the payload that should not be there: IPv4 options, unusual TCP options, a trailer that is
            not padding.
        problem: why it could not be read, empty when it could.
        cut: whether the capture kept a part of it only; addresses and ports are right where they are given.
        piece: of a fragment only.
    """

    number: int
    time: float
    size: int
    source_mac: bytes = b""
    destination_mac: bytes = b""
    protocol: str = "malformed"
    source: str = ""
    destination: str = ""
    source_port: int = 0
    destination_port: int = 0
    payload: bytes = b""
    kind: int = 0
    sequence: int = 0
    hop_limit: int = 0
    aside: bytes = b""
    problem: str = ""
    cut: bool = False
    piece: Piece | None = None


def decode(packet: Packet) -> Frame:
    """Read a captured frame."""
    frame = _decode_link(packet)
    if packet.size > len(packet.data):
        return replace(frame, problem=f"the capture kept {len(packet.data)} of {packet.size} bytes", cut=True)
    return frame


def _decode_link(packet: Packet) -> Frame:
    data, place = packet.data, _HEADERS.get(packet.link, 0)
    base = Frame(number=packet.number, time=packet.time, size=packet.size, cut=packet.size > len(packet.data))
    if len(data) < max(place, 1):
        return replace(base, problem="shorter than the header of its link")
    if packet.link == ETHERNET:
        base = replace(base, destination_mac=data[:6], source_mac=data[6:12])
        kind, place = _ethertype(data)
    elif packet.link == COOKED:
        base = replace(base, source_mac=data[6:12] if data[4:6] == b"\0\6" else b"")
        kind = int.from_bytes(data[14:16], "big")
    elif packet.link == COOKED2:
        base = replace(base, source_mac=data[12:18] if data[11] == 6 else b"")
        kind = int.from_bytes(data[:2], "big")
    else:
        kind = 0x86DD if data[0] >> 4 == 6 else 0x0800
    return _decode_network(base, kind, data[place:])


def _decode_network(base: Frame, kind: int, body: bytes) -> Frame:
    if kind < 0x0600:
        return replace(base, protocol="llc", payload=body)
    if kind == 0x0800:
        return _decode_ipv4(base, body)
    if kind == 0x86DD:
        return _decode_ipv6(base, body)
    if kind == 0x0806:
        return replace(base, protocol="arp", payload=body[:28], aside=_trailer(base, body[28:]))
    return replace(base, protocol=f"ether-{kind:04x}", payload=body)


def _ethertype(data: bytes) -> tuple[int, int]:
    place = 12
    kind = int.from_bytes(data[12:14], "big")
    while kind in _VLAN and place < 20 and len(data) >= place + 6:
        place += 4
        kind = int.from_bytes(data[place : place + 2], "big")
    return kind, place + 2


def _trailer(base: Frame, rest: bytes) -> bytes:
    # padding fills up to the least frame of 60 bytes with zeros; 64 with two VLAN tags or the check sequence
    return rest if any(rest) or (rest and base.size > 64) else b""


def _decode_ipv4(base: Frame, data: bytes) -> Frame:
    head = (data[0] & 15) * 4 if data else 0
    if len(data) < 20 or data[0] >> 4 != 4 or not 20 <= head <= len(data):
        return replace(base, problem="IPv4 header damaged")
    length, identification, fragment = struct.unpack_from(">HHH", data, 2)
    # of a packet that was cut, what is there
    length = min(length, len(data)) if base.cut and length >= head else length
    if not head <= length <= len(data):
        return replace(base, problem=f"IPv4 length {length} with {len(data)} bytes there")
    source, destination = str(ipaddress.IPv4Address(data[12:16])), str(ipaddress.IPv4Address(data[16:20]))
    aside = data[20:head] + _trailer(base, data[length:])
    base = replace(base, source=source, destination=destination, hop_limit=data[8], aside=aside)
    if fragment & 0x3FFF:
        place = (fragment & 0x1FFF) * 8
        piece = Piece(identification=identification, offset=place, more=bool(fragment & 0x2000), protocol=data[9])
        return replace(base, protocol="fragment", payload=data[head:length], piece=piece)
    return _decode_transport(base, data[9], data[head:length])


def _decode_ipv6(base: Frame, data: bytes) -> Frame:
    if len(data) < 40 or data[0] >> 4 != 6:
        return replace(base, problem="IPv6 header damaged")
    length, protocol = int.from_bytes(data[4:6], "big"), data[6]
    length = min(length, len(data) - 40) if base.cut else length
    if 40 + length > len(data):
        return replace(base, problem=f"IPv6 length {length} with {len(data) - 40} bytes there")
    source, destination = str(ipaddress.IPv6Address(data[8:24])), str(ipaddress.IPv6Address(data[24:40]))
    aside = _trailer(base, data[40 + length :])
    base = replace(base, source=source, destination=destination, hop_limit=data[7], aside=aside)
    rest = data[40 : 40 + length]
    while protocol in _EXTENSIONS and len(rest) >= 8:
        step = (rest[1] + 1) * 8
        aside = base.aside if rest[2:step] in _PLAIN_OPTIONS and protocol != 43 else base.aside + rest[2:step]
        base, protocol, rest = replace(base, aside=aside), rest[0], rest[step:]
    if protocol == _FRAGMENT:
        return _decode_fragment(base, rest)
    return _decode_transport(base, protocol, rest)


def _decode_fragment(base: Frame, data: bytes) -> Frame:
    if len(data) < 8:
        return replace(base, protocol="fragment", payload=data, problem="IPv6 fragment header damaged")
    protocol, reserved, place, identification = struct.unpack_from(">BBHI", data)
    # bits that nobody reads and anybody may fill
    aside = base.aside + (data[:4] if reserved or place & 6 else b"")
    piece = Piece(identification=identification, offset=place & 0xFFF8, more=bool(place & 1), protocol=protocol)
    return replace(base, protocol="fragment", payload=data[8:], piece=piece, aside=aside)


def _decode_transport(base: Frame, protocol: int, data: bytes) -> Frame:
    if protocol == 6:
        return _decode_tcp(base, data)
    if protocol == 17:
        return _decode_udp(base, data)
    if (protocol, ":" in base.source) in ((1, False), (58, True)):
        return _decode_icmp(base, "icmp" if protocol == 1 else "icmp6", data)
    return replace(base, protocol=f"ip-{protocol}", payload=data)


def _decode_tcp(base: Frame, data: bytes) -> Frame:
    start = (data[12] >> 4) * 4 if len(data) >= 20 else 0
    if not 20 <= start <= len(data):
        return replace(base, problem="TCP header damaged")
    source, destination, sequence = struct.unpack_from(">HHI", data)
    return replace(
        base,
        protocol="tcp",
        source_port=source,
        destination_port=destination,
        sequence=sequence,
        kind=data[13],
        payload=data[start:],
        aside=base.aside + odd_options(data[20:start]),
    )


def odd_options(options: bytes) -> bytes:
    """All options of a TCP header if one is of another kind or length than every stack uses, else nothing."""
    place = 0
    while place < len(options) and options[place]:
        kind = options[place]
        length = options[place + 1] if kind != _PADDING and place + 1 < len(options) else 1
        if length not in TCP_OPTIONS.get(kind, ()) or place + length > len(options):
            return options
        place += length
    return options if any(options[place:]) else b""


def _decode_udp(base: Frame, data: bytes) -> Frame:
    length = int.from_bytes(data[4:6], "big")
    length = min(length, len(data)) if base.cut else length
    if len(data) < 8 or not 8 <= length <= len(data):
        return replace(base, problem="UDP header damaged")
    source, destination = struct.unpack_from(">HH", data)
    aside = base.aside + data[length:]
    return replace(
        base, protocol="udp", source_port=source, destination_port=destination, payload=data[8:length], aside=aside
    )


def _decode_icmp(base: Frame, protocol: str, data: bytes) -> Frame:
    if len(data) < 8:
        return replace(base, problem="ICMP header damaged")
    port = int.from_bytes(data[4:6], "big") if data[0] in _ECHO[protocol] else 0
    return replace(base, protocol=protocol, kind=data[0], payload=data, source_port=port, destination_port=port)
