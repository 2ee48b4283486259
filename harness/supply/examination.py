"""A whole delivery of papers at once: software bill, hardware bill, image and lists, against a policy."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeVar

from harness.errors import MaterialError
from harness.supply.bill import Bill
from harness.supply.contents import ContentsReport, Finding, check_contents
from harness.supply.firmware import sha256
from harness.supply.formats import read_any
from harness.supply.hbom import HardwareBill, read_hbom
from harness.supply.minimum import FieldCompleteness
from harness.supply.origin import OriginReport, ReadPaper, check_origin
from harness.supply.policy import Policy
from harness.supply.report import BillReport, judge_bill

T = TypeVar("T")
MOST_NAMED = 10
# names times entries: a comparison takes 0.1 ms
MOST_COMPARED = 500_000


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What was handed over.

    Attributes:
        sbom: bytes of the software bill.
        hbom: bytes of the hardware bill; None: none was.
        files: reads the files of the image, by path; None: no image was.
        evidence: reads a document that backs an origin.
        received: when it was handed over, with time zone.
    """

    sbom: bytes
    hbom: bytes | None
    files: Callable[[], Mapping[str, bytes]] | None
    evidence: ReadPaper
    received: datetime


@dataclass(frozen=True, kw_only=True)
class SupplyReport:
    """Everything that was found.

    Attributes:
        policy: its title.
        findings: what is wrong.
        doubts: what could not be examined, and why.
        bill: the software bill; None where it could not be read. So with the next two.
        contents: the software bill against the image.
        origin: the hardware bill.
        screening: the list that names were screened against, with its date and digest, and how many names.
    """

    policy: str
    findings: tuple[Finding, ...]
    doubts: tuple[str, ...]
    bill: BillReport | None
    contents: ContentsReport | None
    origin: OriginReport | None
    screening: Mapping[str, Any] | None

    @property
    def level(self) -> str:
        """``clean``, ``findings`` or ``not fully examined``; a finding stands, whatever else was not examined."""
        return "findings" if self.findings else "not fully examined" if self.doubts else "clean"

    def to_json(self) -> dict[str, Any]:
        """The report, of JSON types only."""
        return {
            "level": self.level,
            "policy": self.policy,
            "findings": [asdict(finding) for finding in self.findings],
            "doubts": list(self.doubts),
            "bill": self.bill.as_json() if self.bill else None,
            "contents": asdict(self.contents) if self.contents else None,
            "origin": self.origin.as_json() if self.origin else None,
            "screening": dict(self.screening) if self.screening else None,
        }


def examine(delivery: Delivery, policy: Policy) -> SupplyReport:
    """Judge a delivery; what cannot be read is a doubt, and never raises."""
    return _Examination(delivery, policy).run()


class _Examination:
    """One pass over a delivery."""

    def __init__(self, delivery: Delivery, policy: Policy) -> None:
        self._delivery, self._policy = delivery, policy
        self._findings: list[Finding] = []
        self._doubts: list[str] = []
        self._names: dict[str, str] = {}

    def run(self) -> SupplyReport:
        bill = self._attempt("software bill", lambda: read_any(self._delivery.sbom))
        judged = None if bill is None else self._judge_bill(bill)
        contents = None if bill is None else self._compare(bill)
        hardware = self._read_hardware()
        origin = None if hardware is None else self._trace(hardware)
        screening = self._screen()
        return SupplyReport(
            policy=self._policy.title,
            findings=tuple(self._findings),
            doubts=tuple(self._doubts),
            bill=judged,
            contents=contents,
            origin=origin,
            screening=screening,
        )

    def _attempt(self, what: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except MaterialError as error:
            self._doubts.append(f"{what}: {error}")
            return None

    def _judge_bill(self, bill: Bill) -> BillReport:
        report = judge_bill(bill, sha256(self._delivery.sbom), received=self._delivery.received)
        rows = [*report.minimum.required, *report.minimum.draft]
        self._findings += [_missing(row) for row in rows if row.field in self._policy.required and not row.complete]
        self._findings += [Finding(subject=item, problem="is not well formed") for item in report.malformed]
        graph = report.graph
        named = (("leads to no entry", graph.unresolved), ("is reached by no dependency", graph.unreachable))
        self._findings += [Finding(subject=ref or "(empty)", problem=text) for text, refs in named for ref in refs]
        if graph.rootless or graph.empty:
            problem = "does not say what it is a bill of" if graph.rootless else "states no dependency"
            self._findings.append(Finding(subject="dependency graph", problem=problem))
        for part in bill.everything:
            self._names |= {name: part.title for name in (part.supplier, part.producer) if name}
        return report

    def _compare(self, bill: Bill) -> ContentsReport | None:
        read = self._delivery.files
        files = None if read is None else self._attempt("image", read)
        if files is None:
            return None
        report = check_contents(bill, files)
        self._findings += [*report.mismatched, *report.undeclared]
        if not report.compared:
            self._doubts.append("image: the bill gives no hash to compare its files with")
        return report

    def _read_hardware(self) -> HardwareBill | None:
        data = self._delivery.hbom
        if data is None:
            if self._policy.asks_origin:
                self._doubts.append("hardware bill: the policy asks for origins and none was handed over (--hbom)")
            return None
        return self._attempt("hardware bill", lambda: read_hbom(data))

    def _trace(self, hardware: HardwareBill) -> OriginReport | None:
        self._names |= {part.maker: part.title for part in hardware.parts if part.maker}
        if self._policy.origin is None:
            return None
        report = check_origin(hardware, self._policy.origin, self._delivery.evidence)
        self._findings += report.findings
        return report

    def _screen(self) -> Mapping[str, Any] | None:
        entities = self._policy.entities
        if entities is None:
            return None
        listed = {"id": entities.id, "date": entities.date.isoformat(), "source": entities.source}
        if len(self._names) * len(entities.entries) > MOST_COMPARED:
            size = f"{len(self._names)} names against {len(entities.entries)} entries"
            self._doubts.append(f"screening: {size} are more than are compared: hand the bill over in parts")
            return listed | {"sha256": entities.sha256, "names": 0}
        for name, of in self._names.items():
            for match in entities.screen(name):
                word = "is listed" if match.clear else "may be listed, an analyst decides"
                problem = f"{word}: {match.entity or 'unclear'} ({match.kind}, {match.score:.2f}; {match.reason})"
                self._findings.append(Finding(subject=f"{name}, of {of}", problem=problem))
        return listed | {"sha256": entities.sha256, "names": len(self._names)}


def _missing(row: FieldCompleteness) -> Finding:
    names = ", ".join(row.missing[:MOST_NAMED]) or "no entry has it"
    rest = f" and {len(row.missing) - MOST_NAMED} more" if len(row.missing) > MOST_NAMED else ""
    return Finding(subject=row.field, problem=f"{row.percent:.0f} % complete, missing of {names}{rest}")
