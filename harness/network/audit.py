"""The audit of a capture against a declared policy.

A flow is what the article and one other station said to each other under one protocol and pair of ports. Whatever
leaves the article's card and is not declared in the policy, not checked link housekeeping and not an answer that the
policy allows is undeclared; each such flow is one finding.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harness.errors import MaterialError, UsageError
from harness.network.capture import Source
from harness.network.contents import Contents, read_contents
from harness.network.fast_reading import read_flows
from harness.network.finding import Finding
from harness.network.flows import Flow
from harness.network.operators import Contact, Snapshot, is_local, judge_contact, judge_unseen, registry_version
from harness.network.pcap import COOKED, COOKED2, ETHERNET
from harness.network.policy import Parties, Policy
from harness.network.reading import Reading
from harness.network.report import AuditReport as AuditReport
from harness.network.report import JudgedFlow as JudgedFlow
from harness.network.report import Power as Power
from harness.network.rules import Judge, Judgement
from harness.network.search import Canary, Search, Sighting
from harness.network.services import far_end, inspect
from harness.network.transcript import Transcript, inspect_transcripts
from harness.network.verdict import FlowVerdict

_WITH_MAC = {ETHERNET, COOKED, COOKED2}


@dataclass(frozen=True, kw_only=True)
class Options:
    """What is known besides the capture, and what else to look for.

    Attributes:
        lost: packets that who captured says were lost, beside what the file says.
        power_on: when the article was switched on, s since 1970; None where nobody says.
        canaries: what must not leave in clear.
        snapshot: who runs which addresses.
        transcripts: what a gateway decrypted.
    """

    lost: int = 0
    power_on: float | None = None
    canaries: tuple[Canary, ...] = ()
    snapshot: Snapshot | None = None
    transcripts: tuple[Transcript, ...] = ()


def audit(pcap: bytes, policy: Policy, parties: Parties, options: Options | None = None) -> AuditReport:
    """Judge everything that an article sent, by a capture that must be whole.

    Args:
        pcap: a whole capture file, pcap or pcapng.
        policy: what the article's maker declared.
        parties: which cards on the segment are the article's.
        options: what else is known.

    Raises:
        MaterialError: the capture cannot be read, or it kept only a part of its packets' bytes.
    """
    options = options or Options()
    reading = _read(Source(name="capture", data=pcap), policy, parties, options)
    facts = reading.facts
    if facts.problem:
        raise MaterialError(facts.problem)
    if facts.cut:
        number, kept, size = facts.first_cut
        raise MaterialError(
            f"packet {number} is cut: {kept} of {size} bytes are in the capture; "
            "capture whole packets (snapshot length 262144)"
        )
    return report_on(reading, options)


def examine(source: Source, policy: Policy, parties: Parties, options: Options | None = None) -> AuditReport:
    """Judge a capture as far as it can be examined; what cannot is among the report's doubts.

    Raises:
        MaterialError: it is no capture at all.
        UsageError: its links have no MAC addresses, and the article is named by them only.
    """
    options = options or Options()
    reading = _read(source, policy, parties, options)
    if not parties.addresses and reading.state.links - _WITH_MAC:
        raise UsageError(f"{source.name} has no MAC addresses: name the article by its IP address")
    return report_on(reading, options)


def _read(source: Source, policy: Policy, parties: Parties, options: Options) -> Reading:
    return read_flows(source, policy, parties, Search(canaries=options.canaries))


def report_on(reading: Reading, options: Options | None = None) -> AuditReport:
    """Judge the flows of a capture that was read."""
    options, policy = options or Options(), reading.policy
    judge = Judge(policy, reading.names, reading.watch.probes, reading.parties.rig_addresses)
    flows: list[JudgedFlow] = []
    findings: list[Finding] = []
    for flow in reading.flows():
        judgement, contents = judge.judge(flow), read_contents(flow)
        reading.search.look_at_head(flow)
        flows.append(_report(flow, judgement, contents))
        findings += _find(flow, judgement, contents, policy)
    findings += (_sighted(sighting) for sighting in reading.search.found)
    findings += inspect_transcripts(options.transcripts, policy)
    findings += _find_spent(flows, policy)
    findings += _judge_operators(flows, policy, options.snapshot)
    return AuditReport(
        flows=tuple(flows),
        findings=tuple(findings),
        power=_measure(reading, flows, options),
        doubts=tuple(_doubt(reading, options)),
        sources=_sources(options.snapshot),
    )


def _report(flow: Flow, judgement: Judgement, contents: Contents) -> JudgedFlow:
    encrypted = contents.application in ("tls", "quic")
    return JudgedFlow(
        protocol=flow.protocol,
        initiator=flow.initiator,
        responder=flow.responder,
        far=far_end(flow),
        verdict=judgement.verdict,
        reason=judgement.reason,
        endpoint=judgement.endpoint,
        server_name=judgement.server_name or (contents.server_name if encrypted else ""),
        first_packet=flow.first.number,
        first_time=flow.first.time,
        packets_sent=flow.packets_sent,
        packets_received=flow.packets_received,
        bytes_sent=flow.bytes_sent,
        bytes_received=flow.bytes_received,
        payload_sent=flow.payload_sent,
        application=contents.application,
        host="" if encrypted else contents.server_name,
        plain=contents.plain,
        subject=contents.subject,
    )


def _find(flow: Flow, judgement: Judgement, contents: Contents, policy: Policy) -> Iterator[Finding]:
    packet, time, far = flow.first.number, flow.first.time, far_end(flow)
    if judgement.verdict is FlowVerdict.UNDECLARED:
        yield Finding(kind="undeclared-flow", detail=judgement.reason, packet=packet, time=time, far=far)
    for kind, detail in judgement.weak:
        yield Finding(kind=kind, detail=detail, packet=packet, time=time, far=far)
    yield from inspect(flow, judgement, contents, policy)


def _sighted(sighting: Sighting) -> Finding:
    frame = sighting.frame
    detail = f"canary {sighting.canary} leaves in clear for {sighting.far}, as {sighting.form}"
    return Finding(kind="canary", detail=detail, packet=frame.number, time=frame.time, far=sighting.far)


def _find_spent(flows: Iterable[JudgedFlow], policy: Policy) -> Iterator[Finding]:
    spent: Counter[str] = Counter()
    for flow in flows:
        spent[flow.endpoint] += flow.bytes_sent
    for endpoint in policy.endpoints:
        used = spent[str(endpoint)]
        if endpoint.budget is not None and used > endpoint.budget:
            detail = f"{used} bytes were sent to {endpoint}, its budget is {endpoint.budget}"
            yield Finding(kind="budget", detail=detail, packet=0, time=0.0, far=endpoint.host or endpoint.address)


def _judge_operators(flows: Iterable[JudgedFlow], policy: Policy, snapshot: Snapshot | None) -> Iterator[Finding]:
    if snapshot is None:
        return
    endpoints = {str(endpoint): endpoint for endpoint in policy.endpoints}
    contacts: dict[tuple[str, str], Contact] = {}
    for flow in flows:
        called = flow.verdict in (FlowVerdict.DECLARED, FlowVerdict.UNDECLARED, FlowVerdict.UNEXAMINED)
        if called and not is_local(flow.far):
            contact = Contact(
                address=flow.far,
                endpoint=endpoints.get(flow.endpoint),
                packet=flow.first_packet,
                time=flow.first_time,
            )
            contacts.setdefault((flow.far, flow.endpoint if contact.endpoint else ""), contact)
    for contact in contacts.values():
        yield from judge_contact(contact, policy, snapshot)
    seen = {name for _, name in contacts}
    for name, endpoint in endpoints.items():
        if name not in seen:
            yield from judge_unseen(endpoint, policy, snapshot)


def _doubt(reading: Reading, options: Options) -> Iterator[str]:
    facts, lost = reading.facts, reading.state.lost + options.lost
    if facts.problem:
        yield facts.problem
    if facts.cut:
        number, kept, size = facts.first_cut
        yield f"{facts.cut} packets are cut, the first is packet {number}: {kept} of {size} bytes are in the capture"
    broken = reading.fragments
    if broken.incomplete:
        yield (
            f"{broken.incomplete} packets in fragments are not whole in the capture or cannot be read one way only, "
            f"the first begins with packet {broken.first_incomplete}"
        )
    if lost:
        yield f"{lost} packets were lost while capturing"
    if options.power_on is not None and facts.first > options.power_on:
        yield f"the capture began {facts.first - options.power_on:.3f} s after power-on"
    if not facts.from_article:
        yield "no packet of the article is in the capture: it shows nothing about it"


def _sources(snapshot: Snapshot | None) -> tuple[str, ...]:
    if snapshot is None:
        return ()
    return f"operators of {snapshot.date}: {snapshot.source}", f"registry countries: {registry_version()}"


def _measure(reading: Reading, flows: list[JudgedFlow], options: Options) -> Power:
    facts = reading.facts
    decrypted = {transcript.far for transcript in options.transcripts}
    hidden = [flow for flow in flows if flow.application in ("tls", "quic") and flow.far not in decrypted]
    undeclared = [flow.payload_sent for flow in flows if flow.verdict is FlowVerdict.UNDECLARED]
    return Power(
        packets=facts.packets,
        bytes=facts.bytes,
        from_article=facts.from_article,
        first_packet_time=facts.first,
        duration=facts.latest - facts.earliest if facts.packets else 0.0,
        lost=reading.state.lost + options.lost,
        interfaces=reading.state.known,
        cut=facts.cut,
        delay=facts.first - options.power_on if options.power_on is not None else math.nan,
        sent=sum(flow.payload_sent for flow in flows),
        unreadable=sum(flow.payload_sent for flow in hidden),
        smallest=float(min(undeclared)) if undeclared else math.nan,
    )
