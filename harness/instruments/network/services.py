"""Names, time, addressing and operators in what the article sent: ENDP-03 and ENDP-04 of the network role."""

from dataclasses import dataclass, replace

from harness.errors import FileError, RigError
from harness.instruments.context import Context
from harness.instruments.figures import EndpointFigures, ServiceFigures
from harness.instruments.gateway import EPOCH
from harness.instruments.network.seeds import CARRIED, STRANGER, as_record, call_seed, service_seeds
from harness.network.audit import AuditReport, Options, audit
from harness.network.operators import Snapshot, read_snapshot
from harness.network.policy import Parties, Policy
from harness.network.transcript import Transcript


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A capture that is proven whole, what the bench decrypted, and by what it is judged.

    Attributes:
        context: of the case.
        transcripts: what was decrypted; None where nothing could be.
        pcap: the capture, a classic one.
        policy: the declaration.
        parties: who is who.
        article: IP address of the article.
        epoch: Unix time of zero on the clock that findings are told by, s.
    """

    context: Context
    transcripts: tuple[Transcript, ...] | None
    pcap: bytes
    policy: Policy
    parties: Parties
    article: str
    epoch: float = EPOCH

    def watch_services(self) -> ServiceFigures:
        """Judge names, time and addressing.

        Raises:
            RigError: a seeded packet is not counted.
        """
        options = Options(transcripts=self.transcripts or ())
        report = self._audit(self.pcap, options)
        self._prove_services(report, options)
        self._tell(report)
        return ServiceFigures(
            seen_resolvers=report.unknown_resolvers,
            unknown_time_servers=report.unknown_time_servers,
            suspect_queries=report.suspect_queries,
            undeclared_ipv6_flows=report.undeclared_ipv6_flows,
            icmp_payload_bytes=report.icmp_payload_bytes,
            hidden=self._tell_hidden(report),
        )

    def watch_operators(self, snapshot: Snapshot) -> EndpointFigures:
        """Judge who runs what was declared or called.

        Raises:
            RigError: a seeded call to a listed operator, or to nobody's address, is not counted.
        """
        options = Options(snapshot=snapshot)
        report = self._audit(self.pcap, options)
        self._prove_operators(report, options, snapshot)
        self._tell(report)
        for source in report.sources:
            self.context.log.note(source)
        return EndpointFigures(disallowed=report.disallowed_endpoints, unattributed=report.unattributed_endpoints)

    def _tell_hidden(self, report: AuditReport) -> str:
        hidden, sent = report.power.unreadable, report.power.sent
        if self.transcripts is not None or not hidden:
            return ""
        return (
            f"{hidden} of {sent} bytes of payload went out encrypted and were not decrypted, so that a question for "
            "names inside them does not show: capture with the gateway"
        )

    def _again(self, frame: bytes, options: Options) -> AuditReport:
        record = as_record(self.epoch - EPOCH + self.context.world.now(), frame)
        return self._audit(self.pcap + record, options)

    def _audit(self, pcap: bytes, options: Options) -> AuditReport:
        with self.context.aside():
            return audit(pcap, self.policy, self.parties, options)

    def _prove_services(self, report: AuditReport, options: Options) -> None:
        for count, frame in service_seeds(self.article).items():
            more = getattr(self._again(frame, options), count) - getattr(report, count)
            wanted = len(CARRIED) if count == "icmp_payload_bytes" else 1
            detail = f"of one seeded packet for {count}, {more} of {wanted} was counted"
            self.context.check("audit.sees_services", more == wanted, detail)
        if self.transcripts is None:
            return
        seeded = Transcript(far=STRANGER, host="seeded", time=EPOCH, head=b"POST /dns-query HTTP/1.1")
        both = replace(options, transcripts=(*options.transcripts, seeded))
        more = self._audit(self.pcap, both).unknown_resolvers - report.unknown_resolvers
        self.context.check("audit.sees_hidden_queries", more == 1, f"of one seeded request, {more} was counted")

    def _prove_operators(self, report: AuditReport, options: Options, snapshot: Snapshot) -> None:
        called = {flow.far for flow in report.flows}
        listed = next((one for one in _addresses(snapshot, listed=True) if one not in called), "")
        if not listed:
            self.context.check("audit.sees_operator", False, "the snapshot has no listed operator to seed a call to")
        more = self._again(call_seed(self.article, listed), options).disallowed_endpoints - report.disallowed_endpoints
        self.context.check("audit.sees_operator", more == 1, f"of one seeded call to {listed}, {more} was counted")
        unknown = self._again(call_seed(self.article, STRANGER), options)
        more = unknown.unattributed_endpoints - report.unattributed_endpoints
        self.context.check("audit.sees_nobody", more == 1, f"of one seeded call to {STRANGER}, {more} was counted")

    def _tell(self, report: AuditReport) -> None:
        power, log = report.power, self.context.log
        log.note(
            f"detection power: {power.interfaces} interface captured for {power.duration:.0f} s, {power.packets} "
            f"packets, {power.from_article} from the article, {power.lost} lost; {power.readable:.1%} of its payload "
            "was readable or decrypted; one seeded packet of each kind was counted"
        )
        for finding in report.findings:
            log.note(f"{finding.kind}: {finding.detail} (packet {finding.packet}, {finding.time - self.epoch:.3f} s)")


def read_operators(context: Context) -> Snapshot:
    """The snapshot that the rig file names.

    Raises:
        RigError: it names none, or it cannot be read.
    """
    name = str(context.settings.get("operators", ""))
    if not name:
        raise RigError("the rig file names no snapshot of operators: set operators under [roles.network.settings]")
    try:
        return read_snapshot(context.documents / name)
    except FileError as error:
        raise RigError(f"snapshot of operators: {error}") from error


def _addresses(snapshot: Snapshot, *, listed: bool) -> list[str]:
    return [
        str(holding.prefix[-2 if holding.prefix.num_addresses > 1 else 0])
        for holding in snapshot.holdings
        if bool(snapshot.entity(holding.operator).lists) is listed
    ]
