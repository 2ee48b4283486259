"""The companion's IP host: one card, TCP, UDP ports, and the answers a closed port owes."""

import random
from collections.abc import Callable

from harness.drone.network import dhcp
from harness.link.ethernet import ICMP, TCP, UDP, Ethernet, Ipv4, Station, Udp, WireEnd, encode_icmp
from harness.link.tcp import Address, Service, TcpConnection, TcpStack

DatagramHandler = Callable[[Address, bytes], None]


class Host:
    """An IPv4 host that DHCP configures.

    Args:
        end: where it is plugged in.
        mac: its six bytes.
        rng: draws ports, identifiers and sequence numbers.
    """

    def __init__(self, end: WireEnd, mac: bytes, rng: random.Random) -> None:
        self.lease: dhcp.Lease | None = None
        self._rng, self._end, self._mac = rng, end, mac
        self._station = Station(end=end, mac=mac, deliver=self._deliver)
        self._tcp = TcpStack(self._station.send, self._accept, rng)
        self._datagrams: dict[int, DatagramHandler] = {}
        self._services: dict[int, Service] = {}

    def request_lease(self, on_bound: Callable[[], None]) -> None:
        """Ask for an address; `on_bound` is called once when the lease is there."""
        client = dhcp.Client(self._station.mac, self._rng.getrandbits(32))

        def hear(_sender: Address, data: bytes) -> None:
            answer = client.receive(data)
            if answer:
                self._station.send_udp(("0.0.0.0", 68), ("255.255.255.255", 67), answer)
            if client.lease is not None and self.lease is None:
                self._configure(client.lease)
                on_bound()

        self._datagrams[68] = hear
        self._station.send_udp(("0.0.0.0", 68), ("255.255.255.255", 67), client.discover())

    def bind(self, port: int, handler: DatagramHandler) -> None:
        """Give every datagram for `port` to `handler`."""
        self._datagrams[port] = handler

    def serve(self, port: int, service: Service) -> None:
        """Give every TCP connection to `port` to `service`."""
        self._services[port] = service

    def connect(self, remote: Address) -> TcpConnection:
        """Begin a TCP connection."""
        return self._tcp.connect(self._station.address, remote)

    def send_datagram(self, port: int, remote: Address, payload: bytes) -> None:
        """Send a datagram from `port`."""
        self._station.send_udp((self._station.address, port), remote, payload)

    def ask(self, remote: Address, payload: bytes, on_answer: Callable[[bytes], None]) -> Callable[[], None]:
        """Send a datagram from a fresh port; the first answer of `remote` ends it, the returned function too."""
        port = self._rng.randrange(49152, 65536)
        while port in self._datagrams:
            port = self._rng.randrange(49152, 65536)

        def forget() -> None:
            self._datagrams.pop(port, None)

        def hear(sender: Address, data: bytes) -> None:
            if sender == remote:
                forget()
                on_answer(data)

        self._datagrams[port] = hear
        self.send_datagram(port, remote, payload)
        return forget

    def send_echo(self, remote: str, body: bytes) -> None:
        """Send an ICMP echo request."""
        self._station.send(self._station.address, remote, ICMP, encode_icmp(8, 0, b"\0\1\0\1", body))

    def send_frame(self, kind: int, payload: bytes) -> None:
        """Send an Ethernet frame to all IPv6 nodes of the segment."""
        self._end.send(Ethernet(b"\x33\x33\0\0\0\1", self._mac, kind, payload).encode())

    def unplug(self) -> None:
        """Hear and send nothing any more, as after a power cut."""
        self._station.close()

    def _configure(self, lease: dhcp.Lease) -> None:
        self.lease = lease
        self._station.address, self._station.router = lease.address, lease.router
        self._station.announce()

    def _accept(self, local: Address) -> Service | None:
        return self._services.get(local[1])

    def _deliver(self, packet: Ipv4) -> None:
        for_us = packet.destination in (self._station.address, "255.255.255.255") or self.lease is None
        if for_us and packet.protocol == TCP:
            self._tcp.receive(packet)
        elif for_us and packet.protocol == UDP:
            self._deliver_datagram(packet)
        elif for_us and packet.protocol == ICMP and packet.payload[:2] == b"\x08\0" and len(packet.payload) >= 8:
            echo = encode_icmp(0, 0, packet.payload[4:8], packet.payload[8:])
            self._station.send(self._station.address, packet.source, ICMP, echo)

    def _deliver_datagram(self, packet: Ipv4) -> None:
        datagram = Udp.decode(packet)
        if datagram is None:
            return
        handler = self._datagrams.get(datagram.destination_port)
        if handler is not None:
            handler((packet.source, datagram.source_port), datagram.payload)
        elif packet.destination == self._station.address:
            # RFC 1122, 3.2.2.1: port unreachable quotes the header and the first eight bytes
            quoted = packet.encode()[:28]
            self._station.send(self._station.address, packet.source, ICMP, encode_icmp(3, 3, bytes(4), quoted))
