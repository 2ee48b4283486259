"""Speaks to ports as those do who look for a way in, and a decoy that answers as open ones do."""

import random
import struct
from dataclasses import dataclass, field

from harness.link.ethernet import TCP, UDP, Ipv4, Station, Udp, Wire
from harness.link.tcp import Service, TcpConnection, TcpStack
from harness.timing import World, run_for

PROBER_MAC, PROBER_ADDRESS = bytes.fromhex("02000000000a"), "10.77.0.251"
LURE_MAC, LURE_ADDRESS = bytes.fromhex("02000000000b"), "10.77.0.252"
WITHIN, ECHO_PORT = 2.0, 14550
_ADB = struct.Struct("<4sIIIII")
_MOST_HEARD = 1 << 16


@dataclass(kw_only=True)
class Talk:
    """What came of a connection: whether it was accepted, and what was heard."""

    accepted: bool = False
    heard: bytearray = field(default_factory=bytearray)


class Prober:
    """A host that speaks to ports. Deaf, it hears no answer."""

    def __init__(self, wire: Wire, world: World, rng: random.Random, *, deaf: bool = False) -> None:
        deliver = (lambda packet: None) if deaf else self._deliver
        self._station = Station(end=wire.attach(), mac=PROBER_MAC, address=PROBER_ADDRESS, deliver=deliver)
        self._tcp = TcpStack(self._station.send, lambda local: None, rng)
        self._world, self._port, self._answers = world, rng.randrange(32768, 60999), b""

    def talk(self, target: str, port: int, *lines: bytes) -> Talk:
        """Connect, wait for a greeting, say each of `lines` and wait after it; 2 s of the test clock each."""
        talk = Talk()
        connection = self._tcp.connect(PROBER_ADDRESS, (target, port))
        connection.on_open = lambda: setattr(talk, "accepted", True)
        connection.on_data = lambda data: _keep(talk, data)
        run_for(self._world, WITHIN)
        for line in lines:
            if connection.writable and talk.accepted:
                connection.send(line)
                run_for(self._world, WITHIN)
        connection.abort()
        return talk

    def ask(self, target: str, port: int, payload: bytes) -> bytes:
        """Send one datagram; gives what came back in 2 s of the test clock, one after the other."""
        self._answers = b""
        self._station.send_udp((PROBER_ADDRESS, self._port), (target, port), payload)
        run_for(self._world, WITHIN)
        return self._answers

    def _deliver(self, packet: Ipv4) -> None:
        if packet.protocol == TCP:
            self._tcp.receive(packet)
        elif packet.protocol == UDP and (datagram := Udp.decode(packet)) and datagram.destination_port == self._port:
            self._answers = (self._answers + datagram.payload)[:_MOST_HEARD]


class Lure:
    """A host of the bench: its telnet asks for a login, its debug bridge does not, its UDP port 14550 echoes."""

    def __init__(self, wire: Wire, rng: random.Random) -> None:
        self._station = Station(end=wire.attach(), mac=LURE_MAC, address=LURE_ADDRESS, deliver=self._deliver)
        self._tcp = TcpStack(self._station.send, self._accept, rng)

    def _accept(self, local: tuple[str, int]) -> Service | None:
        return {23: _ask_for_login, 5555: _open_bridge}.get(local[1])

    def _deliver(self, packet: Ipv4) -> None:
        if packet.protocol == TCP:
            self._tcp.receive(packet)
        elif packet.protocol == UDP and (datagram := Udp.decode(packet)) and datagram.destination_port == ECHO_PORT:
            sender = (packet.source, datagram.source_port)
            self._station.send_udp((LURE_ADDRESS, ECHO_PORT), sender, datagram.payload)


def adb_message(command: bytes, first: int, second: int, data: bytes) -> bytes:
    """A message of the Android debug bridge (AOSP, ``protocol.txt``)."""
    magic = int.from_bytes(command, "little") ^ 0xFFFFFFFF
    return _ADB.pack(command, first, second, len(data), sum(data) & 0xFFFFFFFF, magic) + data


def _keep(talk: Talk, data: bytes) -> None:
    talk.heard += data[: _MOST_HEARD - len(talk.heard)]


def _ask_for_login(connection: TcpConnection) -> None:
    connection.on_open = lambda: connection.send(b"lure login: ")


def _open_bridge(connection: TcpConnection) -> None:
    connection.on_data = lambda data: connection.send(adb_message(b"CNXN", 0x01000000, 4096, b"device::\0"))
