"""What a maker declared: endpoints, resolvers, time servers. Everything else is denied."""

import ipaddress
from dataclasses import dataclass
from typing import Literal

from harness.errors import UsageError

Protocol = Literal["tls", "quic", "tcp", "udp"]
PROTOCOLS: tuple[Protocol, ...] = ("tls", "quic", "tcp", "udp")
Service = tuple[Literal["tcp", "udp"], int]
HOUSEKEEPING = frozenset({"arp", "dhcp", "nd", "mld"})
_EVERYTHING = ("*", "any", "0.0.0.0", "::", "0.0.0.0/0", "::/0")


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One server that the article may call, by host name or by address.

    Attributes:
        host: name, compared in lower case; empty where `address` is given.
        address: IP address; empty where `host` is given.
        port: of TCP or UDP.
        protocol: ``tls`` (over TCP, its name checked), ``quic`` (over UDP, its name checked), ``tcp`` or ``udp``.
        operator: legal entity that runs it, empty where nobody says.
        jurisdiction: that the operator is subject to, as ISO 3166 code, empty where nobody says.
        budget: bytes on the wire that the article may send to it in one capture, None for any number.

    Raises:
        UsageError: neither or both of host and address, "any", a port out of range, an unknown protocol.
    """

    host: str = ""
    address: str = ""
    port: int = 443
    protocol: Protocol = "tls"
    operator: str = ""
    jurisdiction: str = ""
    budget: int | None = None

    def __post_init__(self) -> None:
        """Check the declaration."""
        if bool(self.host) == bool(self.address):
            raise UsageError(f"endpoint {self}: give either a host or an address")
        if self.host.lower() in _EVERYTHING or "*" in self.host or self.address in _EVERYTHING:
            raise UsageError(f"endpoint {self.host or self.address!r}: everywhere is no endpoint, name the server")
        if not 0 < self.port < 65536 or self.protocol not in PROTOCOLS:
            raise UsageError(f"endpoint {self}: wanted a port of 1 to 65535 and protocol tls, quic, tcp or udp")
        if self.budget is not None and self.budget < 0:
            raise UsageError(f"endpoint {self}: a budget of {self.budget} bytes cannot be")
        if self.address:
            object.__setattr__(self, "address", _address(self.address))
        object.__setattr__(self, "host", self.host.lower().rstrip("."))

    def __str__(self) -> str:
        """host:port/protocol."""
        return f"{self.host or self.address}:{self.port}/{self.protocol}"


@dataclass(frozen=True, kw_only=True)
class Policy:
    """All that an article may send to, and the services that it may offer.

    Attributes:
        endpoints: servers.
        resolvers: addresses of DNS servers (UDP port 53), for names of this policy only.
        time_servers: host names or addresses of NTP servers (UDP port 123).
        housekeeping: classes of link housekeeping that are let pass when their content is right: of arp, dhcp, nd, mld.
        inbound: transport and port of each service that other stations may call.
        jurisdictions: that operators may be subject to, as ISO 3166 codes; empty where nobody restricts them.
        operators: entities that may run an endpoint; empty where nobody restricts them.

    Raises:
        UsageError: a resolver is no address, or a class or an inbound service is unknown.
    """

    endpoints: tuple[Endpoint, ...]
    resolvers: tuple[str, ...] = ()
    time_servers: tuple[str, ...] = ()
    housekeeping: frozenset[str] = HOUSEKEEPING
    inbound: frozenset[Service] = frozenset()
    jurisdictions: frozenset[str] = frozenset()
    operators: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Check the declaration."""
        unknown = self.housekeeping - HOUSEKEEPING
        if unknown:
            raise UsageError(f"unknown housekeeping {', '.join(sorted(unknown))}: known are {sorted(HOUSEKEEPING)}")
        for transport, port in self.inbound:
            if transport not in ("tcp", "udp") or not 0 < port < 65536:
                raise UsageError(f"inbound service {port}/{transport}: wanted a port of 1 to 65535 over tcp or udp")
        object.__setattr__(self, "jurisdictions", frozenset(code.upper() for code in self.jurisdictions))
        object.__setattr__(self, "resolvers", tuple(_address(text) for text in self.resolvers))
        object.__setattr__(self, "time_servers", tuple(text.lower().rstrip(".") for text in self.time_servers))

    @property
    def names(self) -> frozenset[str]:
        """Host names that may be resolved."""
        return frozenset({endpoint.host for endpoint in self.endpoints if endpoint.host} | set(self.time_servers))


@dataclass(frozen=True, kw_only=True)
class Parties:
    """Who is who on the captured segment.

    Attributes:
        macs: MAC addresses of the article, ``02:00:00:00:00:02``.
        addresses: IP addresses of the article, where known; needed behind a router only.
        rig_macs: MAC addresses of the rig. When given, every frame from another card is the article's, so that a
            forged sender address hides nothing.
        rig_addresses: IP addresses of the rig's own stations; what they begin is the bench's stimulus. An answer to
            anybody else is judged.
    """

    macs: frozenset[str]
    addresses: frozenset[str] = frozenset()
    rig_macs: frozenset[str] = frozenset()
    rig_addresses: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Write every address in one spelling."""
        object.__setattr__(self, "addresses", frozenset(map(_address, self.addresses)))
        object.__setattr__(self, "rig_addresses", frozenset(map(_address, self.rig_addresses)))

    def sent(self, mac: bytes, address: str) -> bool:
        """Whether the article sent a frame with this MAC address, empty where the link has none, and IP address."""
        if self.rig_macs and mac:
            return mac.hex(":") not in self.rig_macs
        return mac.hex(":") in self.macs or address in self.addresses


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError as error:
        raise UsageError(f"{text!r} is not an IP address") from error
