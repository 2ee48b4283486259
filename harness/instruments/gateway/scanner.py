"""The port scanner, and the decoy that proves it can see an open port."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial

from harness.errors import RigError
from harness.link.ethernet import ACK, ICMP, RST, SYN, TCP, UDP, Ipv4, Station, TcpSegment, Udp, Wire
from harness.link.tcp import Service, TcpStack
from harness.timing import World, run_for

SCANNER_MAC, SCANNER_ADDRESS = bytes.fromhex("020000000008"), "10.77.0.8"
DECOY_MAC, DECOY_ADDRESS = bytes.fromhex("020000000009"), "10.77.0.9"
DECOY_PORT = 2323
KNOWN_TCP = (1883, 2049, 2222, 2323, 3306, 3389, 5000, 5037, 5555, 5760, 5762, 5900, 6379, 8000, 8080, 8443, 8554, 8888)
KNOWN_UDP = (53, 67, 69, 123, 137, 161, 500, 514, 1900, 2323, 5353, 5683, 14540, 14550, 14551, 14555, 18570, 19856)
# what makes a known service speak: a DNS query for the root, an NTP request, a MAVLink 2 PING; others get no bytes
_DNS_QUERY = bytes.fromhex("0001010000010000000000000000020001")
_NTP_REQUEST = b"\x23" + bytes(47)
_MAVLINK_PING = bytes.fromhex("fd09000000febe040000000000000000000001d22a")
_SPEECH = {53: _DNS_QUERY, 123: _NTP_REQUEST} | dict.fromkeys((14540, 14550, 14551, 14555, 18570), _MAVLINK_PING)
_PROBES_PER_BURST, _BURST_PERIOD, _LAST_WAIT = 64, 0.01, 1.0


class PortState(Enum):
    """What a scan says of a port."""

    OPEN = "open"
    CLOSED = "closed"
    UNTOLD = "cannot be told"


@dataclass(frozen=True, kw_only=True)
class ScanPlan:
    """Which ports to try; the decoy's are always added."""

    tcp: Iterable[int] = (*range(1, 1025), *KNOWN_TCP)
    udp: Iterable[int] = KNOWN_UDP


@dataclass(frozen=True, kw_only=True)
class ScanResult:
    """States by port number.

    A TCP port without any answer, or an open UDP port whose service says nothing, cannot be told from a filtered one.
    """

    target: str
    tcp: Mapping[int, PortState]
    udp: Mapping[int, PortState]

    def tcp_in(self, state: PortState) -> tuple[int, ...]:
        """TCP ports in a state, ascending."""
        return tuple(sorted(port for port, seen in self.tcp.items() if seen is state))

    def udp_in(self, state: PortState) -> tuple[int, ...]:
        """UDP ports in a state, ascending."""
        return tuple(sorted(port for port, seen in self.udp.items() if seen is state))


class Decoy:
    """A second host of the rig, 10.77.0.9, with TCP and UDP port 2323 open and all else closed."""

    def __init__(self, wire: Wire, rng: random.Random) -> None:
        self._station = Station(end=wire.attach(), mac=DECOY_MAC, address=DECOY_ADDRESS, deliver=self._deliver)
        self._tcp = TcpStack(self._station.send, self._accept, rng)

    def _accept(self, local: tuple[str, int]) -> Service | None:
        return (lambda connection: None) if local[1] == DECOY_PORT else None

    def _deliver(self, packet: Ipv4) -> None:
        if packet.protocol == TCP:
            self._tcp.receive(packet)
        elif packet.protocol == UDP and (datagram := Udp.decode(packet)) and datagram.destination_port == DECOY_PORT:
            sender = (packet.source, datagram.source_port)
            self._station.send_udp((DECOY_ADDRESS, DECOY_PORT), sender, datagram.payload)


class PortScanner:
    """A half-open TCP and a UDP scan from 10.77.0.8, as fast as 6400 probes/s of the test clock.

    Args:
        wire: the segment.
        world: clock, schedule and the way to let time pass.
        rng: draws the sequence number and the source port of probes.
        fault: seeded rig fault: ``"deaf"`` hears no answer.

    Raises:
        RigError: `fault` is unknown.
    """

    def __init__(self, wire: Wire, world: World, rng: random.Random, fault: str | None = None) -> None:
        if fault not in (None, "deaf"):
            raise RigError(f"a port scanner has no fault {fault!r}: known is deaf")
        deliver = self._deliver if fault is None else (lambda packet: None)
        self._station = Station(end=wire.attach(), mac=SCANNER_MAC, address=SCANNER_ADDRESS, deliver=deliver)
        self._world, self._rng = world, rng
        self._probe_port = rng.randrange(32768, 60999)
        self._found: dict[tuple[str, int, int], PortState] = {}

    def scan(self, target: str, plan: ScanPlan | None = None) -> ScanResult:
        """Scan `target` and, mixed into the same probes, the decoy.

        Returns:
            The state of every port of `plan` on the target; blocks on the test clock for about a second more than
            the probes need.

        Raises:
            RigError: the open ports of the decoy were not found: then the scan shows nothing about the target.
        """
        plan = plan or ScanPlan()
        tcp, udp = sorted({*plan.tcp, DECOY_PORT}), sorted({*plan.udp, DECOY_PORT})
        self._found = {}
        probes = [(TCP, port) for port in tcp] + [(UDP, port) for port in udp]
        last = self._schedule(probes, (target, DECOY_ADDRESS))
        run_for(self._world, last + _LAST_WAIT - self._world.now())
        self._assert_decoy_found()
        return ScanResult(target=target, tcp=self._states(target, TCP, tcp), udp=self._states(target, UDP, udp))

    def _schedule(self, probes: list[tuple[int, int]], targets: tuple[str, ...]) -> float:
        start, time = self._world.now(), self._world.now()
        for count, place in enumerate(range(0, len(probes), _PROBES_PER_BURST)):
            time = start + count * _BURST_PERIOD
            burst = probes[place : place + _PROBES_PER_BURST]
            self._world.schedule.at(time, partial(self._send, burst, targets))
        return time

    def _send(self, burst: list[tuple[int, int]], targets: tuple[str, ...]) -> None:
        for target in targets:
            for protocol, port in burst:
                self._probe(target, protocol, port)

    def _probe(self, target: str, protocol: int, port: int) -> None:
        if protocol == UDP:
            self._station.send_udp((SCANNER_ADDRESS, self._probe_port), (target, port), _SPEECH.get(port, b""))
            return
        segment = TcpSegment(self._probe_port, port, self._rng.getrandbits(32), 0, SYN, 1024)
        self._station.send(SCANNER_ADDRESS, target, TCP, segment.encode(SCANNER_ADDRESS, target))

    def _deliver(self, packet: Ipv4) -> None:
        if packet.protocol == TCP and (segment := TcpSegment.decode(packet)) is not None:
            self._hear_segment(packet.source, segment)
        elif packet.protocol == UDP and (datagram := Udp.decode(packet)) is not None:
            self._found[packet.source, UDP, datagram.source_port] = PortState.OPEN
        elif packet.protocol == ICMP and packet.payload[:2] == b"\x03\x03":
            self._hear_unreachable(packet)

    def _hear_segment(self, source: str, segment: TcpSegment) -> None:
        key = (source, TCP, segment.source_port)
        if segment.flags & RST:
            self._found.setdefault(key, PortState.CLOSED)
        elif segment.flags & (SYN | ACK) == SYN | ACK:
            self._found[key] = PortState.OPEN
            reset = TcpSegment(self._probe_port, segment.source_port, segment.acknowledgement, 0, RST, 0)
            self._station.send(SCANNER_ADDRESS, source, TCP, reset.encode(SCANNER_ADDRESS, source))

    def _hear_unreachable(self, packet: Ipv4) -> None:
        quoted = packet.payload[8:]
        if len(quoted) >= 28 and quoted[9] == UDP:
            port = int.from_bytes(quoted[22:24], "big")
            self._found.setdefault((packet.source, UDP, port), PortState.CLOSED)

    def _states(self, target: str, protocol: int, ports: Iterable[int]) -> dict[int, PortState]:
        return {port: self._found.get((target, protocol, port), PortState.UNTOLD) for port in ports}

    def _assert_decoy_found(self) -> None:
        for name, protocol in (("TCP", TCP), ("UDP", UDP)):
            seen = self._found.get((DECOY_ADDRESS, protocol, DECOY_PORT), PortState.UNTOLD)
            if seen is not PortState.OPEN:
                raise RigError(
                    f"the port scan did not find its own decoy {DECOY_ADDRESS}:{DECOY_PORT}/{name} "
                    f"(wanted open, got {seen.value}): it cannot show that a port of the article is closed"
                )
