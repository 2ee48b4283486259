"""The network and scanner roles on an in-memory segment: what the article sends, and what it listens to."""

import random
import struct
from itertools import accumulate

from harness.errors import RigError
from harness.instruments.chart import Chart
from harness.instruments.context import Context
from harness.instruments.faults import faults_of
from harness.instruments.figures import Egress, EndpointFigures, InterfaceFigures, ServiceFigures
from harness.instruments.gateway import (
    EPOCH,
    BenchDate,
    Capture,
    Decoy,
    Gateway,
    PortScanner,
    PortState,
    ScanPlan,
    Valve,
)
from harness.instruments.gateway.capture import FAULTS
from harness.instruments.gateway.gateway import ADDRESS as GATEWAY_ADDRESS
from harness.instruments.gateway.gateway import MAC as GATEWAY_MAC
from harness.instruments.gateway.scanner import DECOY_ADDRESS, DECOY_MAC, KNOWN_TCP, SCANNER_ADDRESS, SCANNER_MAC
from harness.instruments.network.access import AccessTrials
from harness.instruments.network.interfaces import InterfaceProbes
from harness.instruments.network.line import prove_begun, prove_whole
from harness.instruments.network.policy import names_of, policy_of, services_of
from harness.instruments.network.services import Evidence, read_operators
from harness.instruments.network.tls import TlsBench
from harness.instruments.network.trust import Trust
from harness.judgement import Count
from harness.link.ethernet import ACK, SYN, TCP, UDP, Ethernet, Ipv4, TcpSegment, Udp
from harness.network.audit import AuditReport, audit
from harness.network.policy import Parties, Policy, Service
from harness.network.transcript import Transcript
from harness.network.verdict import FlowVerdict
from harness.timing import run_for

# the first lease of a fresh gateway
ARTICLE_ADDRESS = "10.77.0.2"
SEEDED_MAC, SEEDED_TARGET, SEEDED_PORT = bytes.fromhex("0200000000ee"), "203.0.113.254", 40000
BOOT_TIME = 10.0
MOST_NAMED = 40
IPV4 = 0x0800
DEAF = "deaf"


class GatewayTap(AccessTrials):
    """The gateway with its tap, capturing since before power-on."""

    def __init__(self, context: Context) -> None:
        self._context = context
        wire = context.need(context.sockets.wire, "network interface")
        self._capture = Capture(wire, context.world, _tap_fault(context.fault))
        self._capture.start()
        self._trust = Trust(context)
        authority = self._trust.authority
        names = names_of(context.declaration)
        self._valve, self._date = Valve(wire.attach()), BenchDate(context.world)
        self._gateway = Gateway(self._valve, self._date, names, authority, random.Random(context.seed))
        bench = TlsBench(
            gateway=self._gateway,
            authority=authority,
            capture=self._capture,
            article=ARTICLE_ADDRESS,
            prove_whole=self._prove_whole,
        )
        self._join(bench)

    def audit(self) -> Egress:
        """Judge everything that was sent so far against the declared endpoints.

        Raises:
            RigError: the capture is not whole, or the audit does not see a leak or an answered call from outside that
                are known to be there.
        """
        report = self._examine()
        self._show(report)
        self._tell(report)
        return Egress(undeclared_flows=report.undeclared_flows, undeclared_bytes=report.undeclared_bytes)

    def _examine(self) -> AuditReport:
        """Judge the whole capture, and keep it as evidence."""
        pcap = self._keep()
        policy = policy_of(self._context.declaration)
        with self._context.aside():
            report = audit(pcap, policy, _PARTIES)
        self._prove_sight(pcap, policy, report)
        return report

    def _keep(self) -> bytes:
        """The capture so far, proven and kept as evidence."""
        self._prove_whole()
        self._trust.prove(self._gateway)
        pcap = self._capture.read_pcap()
        # a long one takes its time to be written
        with self._context.aside():
            self._context.log.exhibit("network capture", "application/vnd.tcpdump.pcap", pcap, "capture")
        return pcap

    @staticmethod
    def _seeded_leak(time: float) -> bytes:
        return _seeded_leak(time)

    def watch_services(self, *, over: float) -> ServiceFigures:
        """Let `over` s pass, then judge names, time and addressing in all that was sent since before power-on."""
        return self._evidence(over).watch_services()

    def watch_operators(self, *, over: float) -> EndpointFigures:
        """Let `over` s pass, then judge who runs every endpoint that was declared or called."""
        snapshot = read_operators(self._context)
        return self._evidence(over).watch_operators(snapshot)

    def _evidence(self, over: float) -> Evidence:
        prove_begun(self._context, self._capture)
        run_for(self._context.world, over)
        return Evidence(
            context=self._context,
            pcap=self._keep(),
            transcripts=self._transcripts(),
            policy=policy_of(self._context.declaration),
            parties=_PARTIES,
            article=ARTICLE_ADDRESS,
        )

    def _transcripts(self) -> tuple[Transcript, ...]:
        return tuple(
            Transcript(
                far=self._gateway.lookup(session.host), host=session.host, time=EPOCH + session.opened_at, head=head
            )
            for session in self._gateway.sessions
            for head in session.heads
        )

    def _prove_whole(self) -> None:
        prove_whole(self._context, self._capture, self._valve)

    def _prove_sight(self, pcap: bytes, policy: Policy, report: AuditReport) -> None:
        now = self._context.world.now()
        seeds = (
            ("audit.sees_leak", f"one seeded datagram of 8 bytes to {SEEDED_TARGET}", _seeded_leak(now)),
            ("audit.sees_call", f"one seeded call from {SEEDED_TARGET} that is answered", _seeded_call(now, policy)),
        )
        for control, what, frames in seeds:
            with self._context.aside():
                found = audit(pcap + frames, policy, _PARTIES).undeclared_flows - report.undeclared_flows
            self._context.check(control, found == 1, f"of {what}, {found} flow was found")

    def _show(self, report: AuditReport) -> None:
        lines = []
        for verdict in FlowVerdict:
            flows = sorted(report.with_verdict(verdict), key=lambda flow: flow.first_time)
            sums = tuple(accumulate(float(flow.bytes_sent) for flow in flows))
            if flows:
                lines.append((str(verdict.value), tuple(flow.first_time - EPOCH for flow in flows), sums))
        self._context.log.chart(
            Chart(
                title="Bytes sent, by the start of their flow",
                x_label="test clock (s)",
                y_label="bytes, summed up",
                lines=tuple(lines),
            )
        )

    def _tell(self, report: AuditReport) -> None:
        power, log = report.power, self._context.log
        log.note(
            f"detection power: 1 interface captured for {power.duration:.0f} s, {power.packets} packets, "
            f"{power.from_article} from the article, {self._capture.lost} lost; "
            "smallest seeded leak found: 8 bytes of UDP payload"
        )
        answered = sum(bool(session.requests) for session in self._gateway.sessions)
        log.note(f"{answered} TLS sessions with declared servers were established and answered")
        for finding in report.findings:
            log.note(f"{finding.kind}: {finding.detail} (packet {finding.packet}, {finding.time - EPOCH:.3f} s)")


class GatewayScanner:
    """The port scanner of the bench, with its decoy. Fault ``deaf``: it hears no answer."""

    def __init__(self, context: Context) -> None:
        self._context = context
        wire = context.need(context.sockets.wire, "network interface")
        rng = random.Random(context.seed)
        self._decoy = Decoy(wire, rng)
        self._scanner = PortScanner(wire, context.world, rng, context.fault or None)

    def probe(self, *, highest_tcp: int) -> Count:
        """Undeclared open ports of all that were probed: TCP 1 to `highest_tcp`, known TCP and UDP services.

        Raises:
            RigError: the decoy was not found, or the article did not answer at all.
        """
        run_for(self._context.world, BOOT_TIME)
        plan = ScanPlan(tcp=sorted({*range(1, highest_tcp + 1), *KNOWN_TCP}))
        try:
            result = self._scanner.scan(ARTICLE_ADDRESS, plan)
        except RigError as error:
            self._context.check("scan.decoy", False, str(error))
            raise
        self._context.check("scan.decoy", True, "the same scan found the decoy's open ports")
        closed = len(result.tcp_in(PortState.CLOSED)) + len(result.udp_in(PortState.CLOSED))
        self._context.check(
            "scan.answers", closed > 0, f"{closed} ports of {ARTICLE_ADDRESS} answered that they are closed"
        )
        declared = services_of(self._context.declaration)
        found: list[Service] = [("tcp", port) for port in result.tcp_in(PortState.OPEN)]
        found += [("udp", port) for port in result.udp_in(PortState.OPEN)]
        undeclared = [port for port in found if port not in declared]
        silent: list[Service] = [("tcp", port) for port in result.tcp_in(PortState.UNTOLD)]
        silent += [("udp", port) for port in result.udp_in(PortState.UNTOLD)]
        self._context.log.note(f"open: {_listed(found)}")
        self._context.log.note(f"{len(silent)} ports were silent, open or filtered: {_listed(silent[:MOST_NAMED])}")
        return Count(events=len(undeclared), trials=len(result.tcp) + len(result.udp))

    def try_interfaces(self) -> InterfaceFigures:
        """Debug and service interfaces that are there, and what they give before a login."""
        deaf = self._context.fault == DEAF
        return InterfaceProbes(self._context, article=ARTICLE_ADDRESS, deaf=deaf).run()


def _tap_fault(fault: str) -> str | None:
    """The fault, unless it is one of another part of this make; the tap refuses what there is not."""
    return None if not fault or fault in {*faults_of("network", "gateway")} - {*FAULTS} else fault


_PARTIES = Parties(
    macs=frozenset(),
    rig_macs=frozenset(mac.hex(":") for mac in (GATEWAY_MAC, SCANNER_MAC, DECOY_MAC)),
    rig_addresses=frozenset((GATEWAY_ADDRESS, SCANNER_ADDRESS, DECOY_ADDRESS)),
)


def _listed(ports: list[Service]) -> str:
    return ", ".join(f"{port}/{transport}" for transport, port in ports) or "none"


def _seeded_leak(time: float) -> bytes:
    datagram = Udp(SEEDED_PORT, 9, b"seeded!\n").encode(ARTICLE_ADDRESS, SEEDED_TARGET)
    packet = Ipv4(ARTICLE_ADDRESS, SEEDED_TARGET, UDP, datagram).encode()
    return _record(time, Ethernet(GATEWAY_MAC, SEEDED_MAC, IPV4, packet))


def _seeded_call(time: float, policy: Policy) -> bytes:
    """A connection from outside to a port that is not declared, and the answer that accepts it."""
    port = next(port for port in range(1, 1 << 16) if ("tcp", port) not in policy.inbound)
    call = TcpSegment(SEEDED_PORT, port, 1, 0, SYN).encode(SEEDED_TARGET, ARTICLE_ADDRESS)
    answer = TcpSegment(port, SEEDED_PORT, 1, 2, SYN | ACK).encode(ARTICLE_ADDRESS, SEEDED_TARGET)
    there = Ethernet(SEEDED_MAC, GATEWAY_MAC, IPV4, Ipv4(SEEDED_TARGET, ARTICLE_ADDRESS, TCP, call).encode())
    back = Ethernet(GATEWAY_MAC, SEEDED_MAC, IPV4, Ipv4(ARTICLE_ADDRESS, SEEDED_TARGET, TCP, answer).encode())
    return _record(time, there) + _record(time, back)


def _record(time: float, ethernet: Ethernet) -> bytes:
    frame = ethernet.encode()
    micros = round((EPOCH + time) * 1e6)
    return struct.pack("<IIII", micros // 1_000_000, micros % 1_000_000, len(frame), len(frame)) + frame
