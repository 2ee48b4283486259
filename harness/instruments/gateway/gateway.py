"""The gateway: router, resolver, clock and all servers of the world that the article can see."""

import random
import ssl
from collections.abc import Mapping

from harness.errors import RigError
from harness.instruments.gateway.answers import answer_dhcp, answer_dns, answer_ntp
from harness.instruments.gateway.authority import Authority, Presented
from harness.instruments.gateway.capture import EPOCH
from harness.instruments.gateway.server import Answer, Session, TlsServer
from harness.link.ethernet import TCP, UDP, Ipv4, Station, Udp, WireEnd
from harness.link.tcp import Address, Service, TcpConnection, TcpStack
from harness.timing import Clock

MAC = bytes.fromhex("020000000001")
ADDRESS = "10.77.0.1"
SINKHOLE = "198.18.0.1"
_FIRST_LEASE = 2


class Gateway:
    """Answers ARP, DHCP, DNS, NTP and TLS as the declared servers; everything else sinks in.

    A name that is not in `names` resolves to the sinkhole, so that an undeclared flow begins and shows. Datagrams
    to anywhere are swallowed; TCP to anywhere is accepted, read and never answered.

    Attributes:
        sessions: TLS connections to the declared servers, in order.
        mute: seeded rig fault: its servers take connections and say nothing.

    Args:
        end: where it is plugged in.
        clock: test clock.
        names: host name (lower case) -> IPv4 address outside 10.77.0.0/24.
        authority: issues the servers' certificates.
        rng: seeded generator for sequence numbers.

    Raises:
        RigError: an address of `names` lies inside the test network.
    """

    def __init__(
        self, end: WireEnd, clock: Clock, names: Mapping[str, str], authority: Authority, rng: random.Random
    ) -> None:
        for name, address in names.items():
            if address.startswith("10.77.0."):
                raise RigError(f"server {name} cannot be at {address}: 10.77.0.0/24 is the test network itself")
        self.sessions: list[Session] = []
        self.mute = False
        self._clock, self._names, self._authority = clock, dict(names), authority
        self._presented: dict[str, Presented] = {}
        self._servers: dict[str, ssl.SSLContext] = {}
        self._answers: dict[str, Answer] = {}
        self._leases: dict[bytes, str] = {}
        self._station = Station(end=end, mac=MAC, address=ADDRESS, deliver=self._deliver)
        self._tcp = TcpStack(self._station.send, self._accept, rng)

    def set_certificate(self, host: str, presented: Presented) -> None:
        """Make the server `host` show that kind of certificate on connections to come."""
        self._presented[host] = presented
        self._servers.pop(host, None)

    def set_server(self, host: str, context: ssl.SSLContext) -> None:
        """Make the server `host` speak by these TLS settings on connections to come."""
        self._servers[host] = context

    def set_answers(self, host: str, answer: Answer, *, address: str = "") -> None:
        """Let `answer` say what the server `host` responds to a request line; with an `address` it is a new server."""
        self._answers[host] = answer
        if address:
            self._names[host] = address

    def server(self, host: str) -> ssl.SSLContext:
        """TLS settings by which the server `host` speaks now."""
        presented = self._presented.get(host, Presented.GOOD)
        return self._servers.get(host) or self._authority.context(host, presented)

    def lookup(self, name: str) -> str:
        """Address that this gateway's DNS gives for a name."""
        return self._names.get(name, SINKHOLE)

    def _deliver(self, packet: Ipv4) -> None:
        if packet.protocol == TCP:
            self._tcp.receive(packet)
        elif packet.protocol == UDP and (datagram := Udp.decode(packet)) is not None:
            self._deliver_datagram(packet, datagram)

    def _deliver_datagram(self, packet: Ipv4, datagram: Udp) -> None:
        here, sender = packet.destination, (packet.source, datagram.source_port)
        answer, port = None, datagram.destination_port
        if port == 67:
            here, sender = ADDRESS, ("255.255.255.255", 68)
            answer = answer_dhcp(datagram.payload, ADDRESS, self._lease)
        elif port == 53:
            answer = answer_dns(datagram.payload, self.lookup)
        elif port == 123 and here in self._names.values():
            answer = answer_ntp(datagram.payload, EPOCH + self._clock.now())
        if answer is not None:
            self._station.send_udp((here, port), sender, answer)

    def _lease(self, mac: bytes) -> str:
        # a handful of units at most; 200 keeps leases clear of the router and of the range's end
        last = _FIRST_LEASE + len(self._leases) % 200
        # .8 and .9 belong to the rig's scanner and decoy
        return self._leases.setdefault(mac, f"10.77.0.{last if last < 8 else last + 2}")

    def _accept(self, local: Address) -> Service:
        hosts = [name for name, address in self._names.items() if address == local[0]]
        if not hosts or local[1] != 443 or self.mute:
            return _absorb
        return lambda connection: self._serve(connection, hosts[0])

    def _serve(self, connection: TcpConnection, host: str) -> None:
        presented = self._presented.get(host, Presented.GOOD)
        session = Session(host=host, presented=presented, opened_at=self._clock.now(), requests=[])
        self.sessions.append(session)
        TlsServer(connection, self.server(host), session, self._answers.get(host))


def _absorb(connection: TcpConnection) -> None:
    """Read for ever, answer nothing: what a connection does when nobody listens to it."""
