"""The rules by which one flow is judged: default deny, each exception checked by what the flow carries."""

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from harness.errors import MaterialError
from harness.network import dns, housekeeping, quic, tls
from harness.network.decode import RST, Frame
from harness.network.finding import Kind
from harness.network.flows import Flow, read_stream
from harness.network.policy import Endpoint, Policy
from harness.network.verdict import FlowVerdict

# recursion desired, authentic data, checking disabled (RFC 1035 section 4.1.1, RFC 4035 section 3)
_PLAIN_FLAGS, _INTERNET, _DNSSEC_OK = 0x0130, 1, 0x8000
_ASKED = frozenset({dns.A, dns.AAAA, 65})
ECHO_REQUESTS = {"icmp": 8, "icmp6": 128}
UNREACHABLE = {"icmp": 3, "icmp6": 1}

Socket = tuple[str, int, str, int]


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What is said of a flow.

    Attributes:
        verdict: the verdict.
        reason: why, in a few words.
        endpoint: the declared endpoint or class that it matches, empty for none.
        server_name: name asked for in the ClientHello, empty for none.
        weak: what is wrong with it though it is declared: kind of the finding and what it says.
    """

    verdict: FlowVerdict
    reason: str
    endpoint: str = ""
    server_name: str = ""
    weak: tuple[tuple[Kind, str], ...] = ()


class Judge:
    """Judges flows one by one.

    Args:
        policy: what was declared.
        names: what declared resolvers answered.
        probes: datagrams that other stations sent to the article: (source, port, destination, port) -> payloads.
        rig: addresses of the bench's own stations.
    """

    def __init__(
        self, policy: Policy, names: dns.Names, probes: Mapping[Socket, list[bytes]], rig: frozenset[str] = frozenset()
    ) -> None:
        self._policy, self._names, self._probes, self._rig = policy, names, probes, rig

    def judge(self, flow: Flow) -> Judgement:
        """The verdict on a flow."""
        if flow.torn:
            return self._judge_torn(flow)
        damaged = next((frame.problem for frame in flow.sent if frame.problem), "")
        if damaged:
            return _deny(f"cannot be read: {damaged}")
        if any(frame.aside for frame in flow.sent):
            return _deny("bytes beside the payload, in header options or behind the packet")
        kind = housekeeping.classify(flow.first)
        if kind in self._policy.housekeeping:
            return _judge_housekeeping(flow, kind)
        if flow.protocol in UNREACHABLE and flow.first.kind == UNREACHABLE[flow.protocol]:
            return self._judge_unreachable(flow)
        if not flow.by_article and _only_answers(flow):
            return self._judge_inbound(flow)
        return self._judge_outbound(flow)

    def _judge_torn(self, flow: Flow) -> Judgement:
        """A flow of which the capture kept only parts: where it went can be told, not what it was."""
        address, port = flow.responder
        known = is_resolving(flow, self._policy) or bool(self._endpoints_at(flow))
        known = known or (port == 123 and self._is_time_server(address, flow.first.time))
        if flow.protocol in ("tcp", "udp") and flow.by_article and not known:
            return _deny(self._describe(flow))
        return Judgement(verdict=FlowVerdict.UNEXAMINED, reason="the capture kept only parts of its packets")

    def _judge_inbound(self, flow: Flow) -> Judgement:
        """What another station began: only the answer counts, since the article cannot help being called."""
        service = f"port {flow.responder[1]}/{flow.protocol}"
        if flow.protocol in ECHO_REQUESTS:
            if not _mirrors(flow):
                return _deny("echo reply that does not give back what was sent")
            return Judgement(verdict=FlowVerdict.INBOUND, reason="gives an echo back")
        if flow.initiator[0] in self._rig:
            return Judgement(verdict=FlowVerdict.INBOUND, reason="begun by the bench")
        if (flow.protocol, flow.responder[1]) in self._policy.inbound:
            return Judgement(verdict=FlowVerdict.INBOUND, reason="calls a declared service", endpoint=service)
        if flow.protocol == "tcp" and all(frame.kind & RST and not frame.payload for frame in flow.sent):
            return Judgement(verdict=FlowVerdict.INBOUND, reason="refused")
        return _deny(f"answers {flow.initiator[0]}:{flow.initiator[1]}, which called undeclared {service}")

    def _judge_outbound(self, flow: Flow) -> Judgement:
        address, port = flow.responder
        if is_resolving(flow, self._policy):
            return self._judge_queries(flow)
        if flow.protocol == "udp" and port == 123 and self._is_time_server(address, flow.first.time):
            return _judge_time(flow)
        matching = self._endpoints_at(flow)
        if not matching:
            return _deny(self._describe(flow))
        if all(end.protocol == "tls" for end in matching):
            return _judge_tls(flow, matching)
        if all(end.protocol == "quic" for end in matching):
            return _judge_quic(flow, matching)
        plain = next(end for end in matching if end.protocol not in ("tls", "quic"))
        return Judgement(verdict=FlowVerdict.DECLARED, reason="declared endpoint", endpoint=str(plain))

    def _judge_queries(self, flow: Flow) -> Judgement:
        for frame in flow.sent:
            wrong = check_query(frame.payload, self._policy)
            if wrong:
                return _deny(wrong)
        resolver = f"resolver {flow.responder[0]}"
        return Judgement(verdict=FlowVerdict.DECLARED, reason="asks for declared names", endpoint=resolver)

    def _judge_unreachable(self, flow: Flow) -> Judgement:
        if all(quotes_probe(frame, self._probes) for frame in flow.sent):
            return Judgement(verdict=FlowVerdict.INBOUND, reason="tells another station that a port is closed")
        return _deny("unreachable message that quotes no packet which the article got")

    def _endpoints_at(self, flow: Flow) -> list[Endpoint]:
        address, port = flow.responder
        same = [end for end in self._policy.endpoints if end.port == port and _transport(end) == flow.protocol]
        return [end for end in same if self._is_at(end, address, flow.first.time)]

    def _is_at(self, endpoint: Endpoint, address: str, time: float) -> bool:
        if endpoint.address:
            return endpoint.address == address
        return self._names.resolved(endpoint.host, address, time)

    def _is_time_server(self, address: str, time: float) -> bool:
        servers = self._policy.time_servers
        return address in servers or any(self._names.resolved(name, address, time) for name in servers)

    def _describe(self, flow: Flow) -> str:
        address, port = flow.responder
        known = ", ".join(self._names.names_of(address))
        target = f"{address}:{port}" if flow.protocol in ("tcp", "udp") else address
        return f"undeclared destination {target} by {flow.protocol}" + (f" ({known})" if known else "")


def check_query(payload: bytes, policy: Policy) -> str:
    """What is wrong with a query to a declared resolver, empty for nothing."""
    try:
        query = dns.parse_message(payload)
    except MaterialError as error:
        return f"no DNS query to the resolver: {error}"
    extra = query.answers or any(record.kind != dns.OPT or record.size for record in query.others)
    if query.response or len(query.questions) != 1 or extra or query.surplus:
        return "DNS query that carries more than one question"
    asked = query.questions[0]
    if query.flags & ~_PLAIN_FLAGS or asked.group != _INTERNET or any(_is_odd(record) for record in query.others):
        return f"DNS query for {asked.name[:80]} with something in a field that queries leave alone"
    if asked.name not in policy.names:
        return f"asks the resolver for the undeclared name {asked.name[:80]}"
    return "" if asked.kind in _ASKED else f"asks for record type {asked.kind} of {asked.name}"


def _is_odd(record: dns.Record) -> bool:
    """Whether the record that tells a resolver of EDNS (RFC 6891) tells more than that, and DNSSEC wanted or not."""
    return bool(record.name or record.ttl & ~_DNSSEC_OK)


def quoted_socket(frame: Frame) -> Socket:
    """Of the datagram that an unreachable message quotes: who sent it to which of our ports."""
    place = 8 + (40 if frame.protocol == "icmp6" else 20)
    ports = (int.from_bytes(frame.payload[at : at + 2], "big") for at in (place, place + 2))
    source, destination = ports
    return frame.destination, source, frame.source, destination


def quotes_probe(frame: Frame, probes: Mapping[Socket, list[bytes]]) -> bool:
    """Whether an unreachable message quotes nothing but a datagram that came in."""
    # four unused bytes, the header that came, and of the datagram no less than its own header
    quoted, head = frame.payload[8:], 40 if frame.protocol == "icmp6" else 20
    if any(frame.payload[4:8]) or len(quoted) < head + 8 or not _is_quoted_header(frame, quoted[:head]):
        return False
    return any(probe.startswith(quoted[head + 8 :]) for probe in probes.get(quoted_socket(frame), []))


def check_time(data: bytes) -> str:
    """What is wrong with a request to a time server, empty for nothing."""
    plain = len(data) == 48 and data[0] & 7 == 3 and data[0] >> 3 & 7 in (3, 4)
    return "" if plain else "no plain NTP request to the time server"


def _deny(reason: str, server_name: str = "") -> Judgement:
    return Judgement(verdict=FlowVerdict.UNDECLARED, reason=reason, server_name=server_name)


def _transport(endpoint: Endpoint) -> str:
    return "udp" if endpoint.protocol in ("udp", "quic") else "tcp"


def is_resolving(flow: Flow, policy: Policy) -> bool:
    """Whether the article asks a declared resolver."""
    to_resolver = flow.responder[0] in policy.resolvers and flow.responder[1] == 53
    return flow.protocol == "udp" and flow.by_article and to_resolver


def _only_answers(flow: Flow) -> bool:
    if flow.protocol in ECHO_REQUESTS:
        return all(frame.kind in (0, 129) for frame in flow.sent)
    return flow.protocol in ("tcp", "udp")


def _mirrors(flow: Flow) -> bool:
    asked = {frame.payload[4:] for frame in flow.received if frame.kind == ECHO_REQUESTS[flow.protocol]}
    return all(frame.payload[4:] in asked for frame in flow.sent)


def _is_quoted_header(frame: Frame, head: bytes) -> bool:
    """Whether an unreachable message quotes the header of a UDP datagram that its receiver sent to its sender."""
    ends = ipaddress.ip_address(frame.destination).packed + ipaddress.ip_address(frame.source).packed
    if frame.protocol == "icmp6":
        return head[0] >> 4 == 6 and head[6] == 17 and head[8:] == ends
    return head[0] == 0x45 and head[9] == 17 and head[12:] == ends


def _judge_housekeeping(flow: Flow, kind: str) -> Judgement:
    for frame in flow.sent:
        wrong = housekeeping.check(frame) if housekeeping.classify(frame) == kind else f"mixed with {kind}"
        if wrong:
            return _deny(wrong)
    return Judgement(verdict=FlowVerdict.HOUSEKEEPING, reason="link housekeeping", endpoint=kind)


def _judge_time(flow: Flow) -> Judgement:
    wrong = next(filter(None, (check_time(frame.payload) for frame in flow.sent)), "")
    if wrong:
        return _deny(wrong)
    server = f"time server {flow.responder[0]}"
    return Judgement(verdict=FlowVerdict.DECLARED, reason="asks for the time", endpoint=server)


def _judge_tls(flow: Flow, endpoints: list[Endpoint]) -> Judgement:
    stream, ambiguous = read_stream(flow.sent)
    if not any(frame.payload for frame in flow.sent):
        return Judgement(verdict=FlowVerdict.DECLARED, reason="no payload was sent", endpoint=str(endpoints[0]))
    if flow.overflow:
        return _deny("the first 16 KiB of its stream come in more segments than a hello does")
    if ambiguous:
        return _deny("two different segments for the same place in the stream")
    try:
        hello = tls.parse_client_hello(stream)
    except MaterialError as error:
        return _deny(f"no TLS to a TLS endpoint: {error}")
    if hello is None:
        return _deny("its ClientHello is not complete in the capture")
    stray = tls.stray_bytes(stream)
    if stray >= 0:
        return _deny(f"no TLS from byte {stray} of its stream on, behind a ClientHello", hello.server_name or "")
    judgement = _judge_hello(hello, endpoints)
    weak = tuple(_check_session(flow)) if judgement.verdict is FlowVerdict.DECLARED else ()
    return replace(judgement, weak=weak)


def _judge_quic(flow: Flow, endpoints: list[Endpoint]) -> Judgement:
    try:
        hello = quic.read_client_hello(frame.payload for frame in flow.sent)
    except MaterialError as error:
        return _deny(f"no QUIC to a QUIC endpoint: {error}")
    if hello is None:
        return _deny("no complete ClientHello in its first QUIC packets")
    if not all(quic.is_plausible(frame.payload) for frame in flow.sent if frame.payload):
        return _deny("datagrams that are no QUIC beside a ClientHello", hello.server_name or "")
    return _judge_hello(hello, endpoints)


def _judge_hello(hello: tls.ClientHello, endpoints: list[Endpoint]) -> Judgement:
    name = hello.server_name or ""
    if hello.hidden:
        return _deny("its server name is hidden by an encrypted ClientHello", name)
    # an endpoint that was declared by address alone is asked for without a name
    match = next((end for end in endpoints if end.host == name), None)
    if match is None:
        wanted = " or ".join(end.host or "no name" for end in endpoints)
        return _deny(f"asks a declared address for server name {name or 'none'}: declared {wanted}", name)
    return Judgement(verdict=FlowVerdict.DECLARED, reason="declared endpoint", endpoint=str(match), server_name=name)


def _check_session(flow: Flow) -> Iterator[tuple[Kind, str]]:
    try:
        hello = tls.parse_server_hello(read_stream(flow.received)[0])
    except MaterialError:
        # an alert instead of a ServerHello: nothing was agreed
        return
    if hello is not None and hello.version < tls.TLS12:
        yield "old-tls", f"agreed on TLS version {hello.version:#06x}, older than 1.2"
    if hello is not None and hello.cipher not in tls.ADMITTED_SUITES:
        yield "weak-cipher", f"agreed on cipher suite {hello.cipher:#06x}, which is not admitted"
