"""The report of an audit: flows, findings, doubts, and how much a zero can show."""

import math
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal

from harness.network.finding import Finding, Kind
from harness.network.services import is_ipv6
from harness.network.verdict import FlowVerdict

Level = Literal["clean", "findings", "not fully examined"]
COUNTS = (
    "undeclared_flows",
    "undeclared_bytes",
    "unknown_resolvers",
    "unknown_time_servers",
    "suspect_queries",
    "undeclared_ipv6_flows",
    "icmp_payload_bytes",
    "disallowed_endpoints",
    "unattributed_endpoints",
)


@dataclass(frozen=True, kw_only=True)
class JudgedFlow:
    """A flow and what is said of it.

    Attributes:
        protocol: tcp, udp, icmp, icmp6, arp, or what else was there.
        initiator: address (MAC below IP) and port.
        responder: address (MAC below IP) and port.
        far: address of the side that is not the article.
        verdict: the verdict.
        reason: why.
        endpoint: the declared endpoint or class that it matches, empty for none.
        server_name: name asked for in the TLS ClientHello, empty for none.
        first_packet: number of the article's first packet in it, as tshark counts.
        first_time: its time, s since 1970.
        packets_sent: of the article.
        packets_received: to the article.
        bytes_sent: on the wire, headers included.
        bytes_received: on the wire, headers included.
        payload_sent: bytes above TCP or UDP.
        application: tls, quic, http, or empty.
        host: name that a request in clear asks for, empty for none.
        plain: what is readable in its first bytes, empty for nothing known.
        subject: of the server's certificate, where it is in clear.
    """

    protocol: str
    initiator: tuple[str, int]
    responder: tuple[str, int]
    far: str
    verdict: FlowVerdict
    reason: str
    endpoint: str
    server_name: str
    first_packet: int
    first_time: float
    packets_sent: int
    packets_received: int
    bytes_sent: int
    bytes_received: int
    payload_sent: int
    application: str = ""
    host: str = ""
    plain: str = ""
    subject: str = ""


@dataclass(frozen=True, kw_only=True)
class Power:
    """How much a zero of this audit can show.

    Attributes:
        packets: in the capture.
        bytes: on the wire, in the capture.
        from_article: packets that the article sent.
        first_packet_time: s since 1970; NaN for an empty capture.
        duration: from first to last packet, s.
        lost: packets that the file, or who captured, says were dropped.
        interfaces: captured.
        cut: packets of which the capture kept a part only.
        delay: from power-on to the first packet, s; NaN where power-on is not stated.
        sent: bytes of payload that the article sent above TCP and UDP.
        unreadable: bytes of them in flows that are encrypted and were not decrypted.
        smallest: bytes of payload in the smallest flow that was found undeclared; NaN for none.
    """

    packets: int
    bytes: int
    from_article: int
    first_packet_time: float
    duration: float
    lost: int
    interfaces: int = 1
    cut: int = 0
    delay: float = math.nan
    sent: int = 0
    unreadable: int = 0
    smallest: float = math.nan

    @property
    def readable(self) -> float:
        """Share of the payload that was not encrypted, or was decrypted; 1 where nothing was sent."""
        return 1.0 - self.unreadable / self.sent if self.sent else 1.0


@dataclass(frozen=True, kw_only=True)
class AuditReport:
    """The outcome.

    Attributes:
        flows: by their first packet.
        findings: what is wrong.
        power: how much a zero can show.
        doubts: why the capture could not be examined fully, one text each.
        sources: what was looked up where: registry data, snapshot.
    """

    flows: tuple[JudgedFlow, ...]
    findings: tuple[Finding, ...]
    power: Power
    doubts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def level(self) -> Level:
        """ "findings" if there is one; else "clean" only if everything could be examined."""
        if self.findings:
            return "findings"
        return "not fully examined" if self.doubts else "clean"

    @property
    def disallowed_endpoints(self) -> int:
        """Far ends whose operator or jurisdiction is not permitted."""
        return len({finding.far for finding in self.of_kind("operator", "jurisdiction")})

    @property
    def unattributed_endpoints(self) -> int:
        """Far ends without a known operator, or with different ones."""
        return len({finding.far for finding in self.of_kind("unattributed")})

    def to_json(self) -> dict[str, Any]:
        """The report as JSON values."""
        flows = [asdict(flow) | {"verdict": flow.verdict.value} for flow in self.flows]
        power = asdict(self.power)
        return {
            "level": self.level,
            "findings": [asdict(finding) for finding in self.findings],
            "doubts": list(self.doubts),
            "counts": {name: getattr(self, name) for name in COUNTS},
            "power": {key: value if math.isfinite(value) else None for key, value in power.items()},
            "sources": list(self.sources),
            "flows": flows,
        }

    def with_verdict(self, verdict: FlowVerdict) -> tuple[JudgedFlow, ...]:
        """Flows of one verdict."""
        return tuple(flow for flow in self.flows if flow.verdict is verdict)

    @cached_property
    def undeclared(self) -> tuple[JudgedFlow, ...]:
        """Flows that the policy does not cover."""
        return self.with_verdict(FlowVerdict.UNDECLARED)

    @property
    def undeclared_flows(self) -> int:
        """How many flows the policy does not cover."""
        return len(self.undeclared)

    @property
    def undeclared_bytes(self) -> int:
        """Bytes on the wire that the article sent in them."""
        return sum(flow.bytes_sent for flow in self.undeclared)

    @property
    def unknown_resolvers(self) -> int:
        """Hosts asked for names, in clear or encrypted, that are no declared resolver."""
        return len({finding.far for finding in self.of_kind("undeclared-resolver", "encrypted-dns")})

    @property
    def unknown_time_servers(self) -> int:
        """Hosts asked for the time that are no declared time server."""
        return len({finding.far for finding in self.of_kind("undeclared-time-server")})

    @property
    def suspect_queries(self) -> int:
        """Queries whose names look as if they carried data."""
        return sum(finding.count for finding in self.of_kind("dns-tunnel"))

    @property
    def undeclared_ipv6_flows(self) -> int:
        """Undeclared flows of IPv6 that lead beyond the link."""
        return sum(is_ipv6(flow.far) for flow in self.undeclared)

    @property
    def icmp_payload_bytes(self) -> int:
        """Bytes that the article sent in ICMP messages beyond the common fill of echo requests."""
        return sum(finding.count for finding in self.of_kind("icmp-payload"))

    def of_kind(self, *kinds: Kind) -> tuple[Finding, ...]:
        """Findings of these kinds."""
        return tuple(finding for finding in self.findings if finding.kind in kinds)
