"""An Ethernet segment in memory, the frames on it, and the station that answers for an address.

The judge of a capture parses with code of its own (``harness.network``), never with this module.
"""

import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from harness.errors import RigError
from harness.timing import Clock, Schedule

BROADCAST = b"\xff" * 6
ARP, IPV4 = 0x0806, 0x0800
ICMP, TCP, UDP = 1, 6, 17
FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
MTU = 1500

Receiver = Callable[[bytes], None]
Tap = Callable[[float, bytes], None]


def parse_mac(text: str) -> bytes:
    """Six bytes of ``02:00:00:00:00:01``.

    Raises:
        RigError: the text is not a MAC address.
    """
    try:
        mac = bytes.fromhex(text.replace(":", ""))
    except ValueError:
        mac = b""
    if len(mac) != 6:
        raise RigError(f"{text!r} is not a MAC address: six bytes in hexadecimal are wanted, 02:00:00:00:00:01")
    return mac


def checksum(data: bytes) -> int:
    """The internet checksum of RFC 1071: ones' complement of the ones' complement sum of 16-bit words."""
    if len(data) % 2:
        data += b"\0"
    total: int = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def _pseudo(source: str, destination: str, protocol: int, length: int) -> bytes:
    return socket.inet_aton(source) + socket.inet_aton(destination) + struct.pack(">BBH", 0, protocol, length)


@dataclass(frozen=True, slots=True)
class Ethernet:
    """An Ethernet II frame without its check sequence; parsing returns None where the bytes are not one."""

    destination: bytes
    source: bytes
    kind: int
    payload: bytes

    def encode(self) -> bytes:
        """The frame as it goes on the wire."""
        return self.destination + self.source + self.kind.to_bytes(2, "big") + self.payload

    @classmethod
    def decode(cls, data: bytes) -> "Ethernet | None":
        """Parse a frame."""
        return cls(data[:6], data[6:12], int.from_bytes(data[12:14], "big"), data[14:]) if len(data) >= 14 else None


@dataclass(frozen=True, slots=True)
class Arp:
    """An ARP packet for Ethernet and IPv4 (RFC 826)."""

    operation: int
    sender_mac: bytes
    sender: str
    target_mac: bytes
    target: str

    def encode(self) -> bytes:
        """The packet as an Ethernet payload."""
        head = struct.pack(">HHBBH", 1, IPV4, 6, 4, self.operation)
        ends = self.sender_mac + socket.inet_aton(self.sender) + self.target_mac + socket.inet_aton(self.target)
        return head + ends

    @classmethod
    def decode(cls, data: bytes) -> "Arp | None":
        """Parse a packet."""
        if len(data) < 28 or data[:6] != struct.pack(">HHBB", 1, IPV4, 6, 4):
            return None
        sender, target = socket.inet_ntoa(data[14:18]), socket.inet_ntoa(data[24:28])
        return cls(int.from_bytes(data[6:8], "big"), data[8:14], sender, data[18:24], target)


@dataclass(frozen=True, slots=True)
class Ipv4:
    """An IPv4 packet without options and never fragmented (RFC 791)."""

    source: str
    destination: str
    protocol: int
    payload: bytes
    identification: int = 0

    def encode(self) -> bytes:
        """The packet with its header checksum.

        Raises:
            RigError: it is longer than the MTU of 1500 bytes.
        """
        length = 20 + len(self.payload)
        if length > MTU:
            raise RigError(f"an IPv4 packet of {length} bytes does not fit the MTU of {MTU}: send smaller pieces")
        ends = socket.inet_aton(self.source) + socket.inet_aton(self.destination)
        head = struct.pack(">BBHHHBBH", 0x45, 0, length, self.identification, 0x4000, 64, self.protocol, 0)
        return head[:10] + checksum(head + ends).to_bytes(2, "big") + ends + self.payload

    @classmethod
    def decode(cls, data: bytes) -> "Ipv4 | None":
        """Parse a packet; options, fragments, a false length or a false checksum give None."""
        if len(data) < 20 or data[0] != 0x45 or checksum(data[:20]):
            return None
        length, identification, fragment = struct.unpack_from(">HHH", data, 2)
        if not 20 <= length <= len(data) or fragment & 0x3FFF:
            return None
        source, destination = socket.inet_ntoa(data[12:16]), socket.inet_ntoa(data[16:20])
        return cls(source, destination, data[9], data[20:length], identification)


@dataclass(frozen=True, slots=True)
class Udp:
    """A UDP datagram (RFC 768)."""

    source_port: int
    destination_port: int
    payload: bytes

    def encode(self, source: str, destination: str) -> bytes:
        """The datagram with the checksum over the pseudo header of these addresses."""
        length = 8 + len(self.payload)
        head = struct.pack(">HHH", self.source_port, self.destination_port, length)
        total = checksum(_pseudo(source, destination, UDP, length) + head + b"\0\0" + self.payload)
        return head + (total or 0xFFFF).to_bytes(2, "big") + self.payload

    @classmethod
    def decode(cls, packet: Ipv4) -> "Udp | None":
        """Parse the datagram that `packet` carries."""
        data = packet.payload
        if len(data) < 8 or int.from_bytes(data[4:6], "big") != len(data):
            return None
        if data[6:8] != b"\0\0" and checksum(_pseudo(packet.source, packet.destination, UDP, len(data)) + data):
            return None
        return cls(int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big"), data[8:])


@dataclass(frozen=True, slots=True)
class TcpSegment:
    """A TCP segment (RFC 9293); options are written as given and ignored when parsed."""

    source_port: int
    destination_port: int
    sequence: int
    acknowledgement: int
    flags: int
    window: int = 0xFFFF
    payload: bytes = b""
    options: bytes = b""

    def encode(self, source: str, destination: str) -> bytes:
        """The segment with the checksum over the pseudo header of these addresses."""
        offset = (5 + len(self.options) // 4) << 4
        ports = (self.source_port, self.destination_port)
        numbers = (self.sequence, self.acknowledgement, offset, self.flags, self.window, 0, 0)
        data = struct.pack(">HHIIBBHHH", *ports, *numbers) + self.options + self.payload
        total = checksum(_pseudo(source, destination, TCP, len(data)) + data)
        return data[:16] + total.to_bytes(2, "big") + data[18:]

    @classmethod
    def decode(cls, packet: Ipv4) -> "TcpSegment | None":
        """Parse the segment that `packet` carries."""
        data = packet.payload
        if len(data) < 20 or checksum(_pseudo(packet.source, packet.destination, TCP, len(data)) + data):
            return None
        source, destination, sequence, acknowledged, offset, flags, window = struct.unpack_from(">HHIIBBH", data)
        start = (offset >> 4) * 4
        if not 20 <= start <= len(data):
            return None
        return cls(source, destination, sequence, acknowledged, flags, window, data[start:], data[20:start])


def encode_icmp(kind: int, code: int, rest: bytes, payload: bytes) -> bytes:
    """An ICMP message (RFC 792); `rest` is the four bytes after the checksum."""
    data = bytes((kind, code, 0, 0)) + rest + payload
    return data[:2] + checksum(data).to_bytes(2, "big") + data[4:]


class Wire:
    """A segment in virtual time: what one end sends, every other end hears `latency` seconds later, in order.

    Nothing is lost. Taps hear each frame at the moment of sending, with the time on the test clock.
    """

    @property
    def lost(self) -> int:
        """Frames that no tap could see: none, where the wire is in memory."""
        return 0

    def __init__(self, clock: Clock, schedule: Schedule, latency: float = 0.001) -> None:
        self._clock, self._schedule, self._latency = clock, schedule, latency
        self._ends: list[WireEnd] = []
        self._taps: list[Tap] = []

    def attach(self) -> "WireEnd":
        """A new end of the segment."""
        end = WireEnd(self)
        self._ends.append(end)
        return end

    def tap(self, tap: Tap) -> None:
        """Call `tap` with time (s) and frame for everything that anyone sends."""
        self._taps.append(tap)

    def carry(self, sender: "WireEnd", frame: bytes) -> None:
        """Take a frame from one end; ends call this."""
        now = self._clock.now()
        for tap in self._taps:
            tap(now, frame)
        self._schedule.at(now + self._latency, lambda: self._deliver(sender, frame))

    def hear(self, frame: bytes) -> None:
        """Take a frame from a station that has no end here."""
        now = self._clock.now()
        for tap in self._taps:
            tap(now, frame)
        for end in self._ends:
            end.receive(frame)

    def _deliver(self, sender: "WireEnd", frame: bytes) -> None:
        for end in self._ends:
            if end is not sender:
                end.receive(frame)


class WireEnd:
    """One end of a :class:`Wire`."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._receiver: Receiver | None = None

    def send(self, frame: bytes) -> None:
        """Put a frame on the wire; never blocks."""
        self._wire.carry(self, frame)

    def listen(self, receiver: Receiver | None) -> None:
        """Call `receiver` with every frame of the other ends; None unplugs the receiver."""
        self._receiver = receiver

    def receive(self, frame: bytes) -> None:
        """Take a frame from the wire."""
        if self._receiver is not None:
            self._receiver(frame)


@dataclass(kw_only=True)
class Station:
    """A network card with an IPv4 address: answers ARP, finds its neighbours, passes packets up.

    Attributes:
        end: where it is plugged in.
        mac: its six bytes.
        address: its IPv4 address; empty until it has one.
        router: where packets go that leave the /24 network; empty for none.
        deliver: called with each packet whose frame is for this card, whatever its IPv4 destination.
    """

    end: WireEnd
    mac: bytes
    deliver: Callable[[Ipv4], None]
    address: str = ""
    router: str = ""
    _neighbours: dict[str, bytes] = field(default_factory=dict)
    _waiting: dict[str, list[Ipv4]] = field(default_factory=dict)
    _identification: int = 0
    _closed: bool = False

    def __post_init__(self) -> None:
        """Begin to hear frames."""
        self.end.listen(self._hear)

    def send(self, source: str, destination: str, protocol: int, payload: bytes) -> None:
        """Send a packet, after ARP has found the next hop.

        While a neighbour is silent at most 64 packets wait for it; then they are dropped and it is asked again.
        """
        self._identification = (self._identification + 1) & 0xFFFF
        packet = Ipv4(source, destination, protocol, payload, self._identification)
        hop = self._next_hop(destination)
        if destination == "255.255.255.255":
            self._emit(BROADCAST, IPV4, packet.encode())
        elif hop in self._neighbours:
            self._emit(self._neighbours[hop], IPV4, packet.encode())
        elif hop:
            self._ask(hop, packet)

    def send_udp(self, source: tuple[str, int], destination: tuple[str, int], payload: bytes) -> None:
        """Send a UDP datagram between two (address, port) pairs."""
        datagram = Udp(source[1], destination[1], payload)
        self.send(source[0], destination[0], UDP, datagram.encode(source[0], destination[0]))

    def close(self) -> None:
        """Hear and send nothing any more; its end can carry another station then."""
        self._closed = True
        self.end.listen(None)

    def announce(self) -> None:
        """Tell the segment this card's address (RFC 5227 announcement)."""
        self._emit(BROADCAST, ARP, Arp(1, self.mac, self.address, bytes(6), self.address).encode())

    def _next_hop(self, destination: str) -> str:
        local = destination.rpartition(".")[0] == self.address.rpartition(".")[0]
        return destination if local or not self.router else self.router

    def _ask(self, hop: str, packet: Ipv4) -> None:
        queue = self._waiting.setdefault(hop, [])
        if len(queue) == 64:
            queue.clear()
        first = not queue
        queue.append(packet)
        if first and self.address:
            self._emit(BROADCAST, ARP, Arp(1, self.mac, self.address, bytes(6), hop).encode())

    def _hear(self, data: bytes) -> None:
        if data[:6] != self.mac and data[:6] != BROADCAST:
            return
        frame = Ethernet.decode(data)
        if frame is not None and frame.kind == ARP:
            self._hear_arp(Arp.decode(frame.payload))
        elif frame is not None and frame.kind == IPV4:
            packet = Ipv4.decode(frame.payload)
            if packet is not None:
                self.deliver(packet)

    def _hear_arp(self, arp: Arp | None) -> None:
        if arp is None or arp.sender == "0.0.0.0":
            return
        self._neighbours[arp.sender] = arp.sender_mac
        if arp.operation == 1 and self.address and arp.target == self.address and arp.sender != self.address:
            self._emit(arp.sender_mac, ARP, Arp(2, self.mac, self.address, arp.sender_mac, arp.sender).encode())
        for packet in self._waiting.pop(arp.sender, []):
            self._emit(arp.sender_mac, IPV4, packet.encode())

    def _emit(self, destination: bytes, kind: int, payload: bytes) -> None:
        if not self._closed:
            self.end.send(Ethernet(destination, self.mac, kind, payload).encode())
