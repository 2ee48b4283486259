"""The audit of a capture against a declared policy.

A flow is what the article and one other station said to each other under one protocol and pair of ports. Whatever
leaves the article's card and is not declared in the policy, not checked link housekeeping and not an answer that the
policy allows is undeclared; each such flow is one finding.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from harness.errors import MaterialError
from harness.network.capture import Source
from harness.network.finding import Finding, Kind
from harness.network.flows import Flow
from harness.network.policy import Parties, Policy
from harness.network.reading import Reading, read_flows
from harness.network.rules import Judge, Judgement
from harness.network.search import Search, Sighting
from harness.network.services import far_end, inspect, is_ipv6
from harness.network.verdict import FlowVerdict


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


@dataclass(frozen=True, kw_only=True)
class Power:
    """How much a zero of this audit can show.

    Attributes:
        packets: in the capture.
        bytes: on the wire, in the capture.
        from_article: packets that the article sent.
        first_packet_time: s since 1970; NaN for an empty capture.
        duration: from first to last packet, s.
        lost: packets that the file itself says were dropped.
    """

    packets: int
    bytes: int
    from_article: int
    first_packet_time: float
    duration: float
    lost: int


@dataclass(frozen=True, kw_only=True)
class AuditReport:
    """The outcome: flows by first packet, findings by packet, and the power statement."""

    flows: tuple[JudgedFlow, ...]
    findings: tuple[Finding, ...]
    power: Power

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


def audit(pcap: bytes, policy: Policy, parties: Parties) -> AuditReport:
    """Judge everything that an article sent, by a capture that must be whole.

    Args:
        pcap: a whole capture file, pcap or pcapng.
        policy: what the article's maker declared.
        parties: which cards on the segment are the article's.

    Raises:
        MaterialError: the capture cannot be read, or it kept only a part of its packets' bytes.
    """
    reading = read_flows(Source(name="capture", data=pcap), policy, parties, Search())
    facts = reading.facts
    if facts.problem:
        raise MaterialError(facts.problem)
    if facts.cut:
        number, kept, size = facts.first_cut
        raise MaterialError(
            f"packet {number} is cut: {kept} of {size} bytes are in the capture; "
            "capture whole packets (snapshot length 262144)"
        )
    return report_on(reading)


def report_on(reading: Reading) -> AuditReport:
    """Judge the flows of a capture that was read."""
    policy = reading.policy
    judge = Judge(policy, reading.names, reading.watch.probes, reading.parties.rig_addresses)
    flows: list[JudgedFlow] = []
    findings: list[Finding] = []
    for flow in reading.flows():
        judgement = judge.judge(flow)
        flows.append(_report(flow, judgement))
        findings += _find(flow, judgement, policy)
    findings += (_sighted(sighting) for sighting in reading.search.found)
    return AuditReport(flows=tuple(flows), findings=tuple(findings), power=_measure(reading))


def _report(flow: Flow, judgement: Judgement) -> JudgedFlow:
    return JudgedFlow(
        protocol=flow.protocol,
        initiator=flow.initiator,
        responder=flow.responder,
        far=far_end(flow),
        verdict=judgement.verdict,
        reason=judgement.reason,
        endpoint=judgement.endpoint,
        server_name=judgement.server_name,
        first_packet=flow.first.number,
        first_time=flow.first.time,
        packets_sent=flow.packets_sent,
        packets_received=flow.packets_received,
        bytes_sent=flow.bytes_sent,
        bytes_received=flow.bytes_received,
        payload_sent=flow.payload_sent,
    )


def _find(flow: Flow, judgement: Judgement, policy: Policy) -> Iterator[Finding]:
    packet, time, far = flow.first.number, flow.first.time, far_end(flow)
    if judgement.verdict is FlowVerdict.UNDECLARED:
        yield Finding(kind="undeclared-flow", detail=judgement.reason, packet=packet, time=time, far=far)
    for kind, detail in judgement.weak:
        yield Finding(kind=kind, detail=detail, packet=packet, time=time, far=far)
    yield from inspect(flow, judgement, policy)


def _sighted(sighting: Sighting) -> Finding:
    frame = sighting.frame
    detail = f"canary {sighting.canary} leaves in clear for {sighting.far}, as {sighting.form}"
    return Finding(kind="canary", detail=detail, packet=frame.number, time=frame.time, far=sighting.far)


def _measure(reading: Reading) -> Power:
    facts = reading.facts
    return Power(
        packets=facts.packets,
        bytes=facts.bytes,
        from_article=facts.from_article,
        first_packet_time=facts.first,
        duration=facts.latest - facts.earliest if facts.packets else 0.0,
        lost=reading.state.lost,
    )
