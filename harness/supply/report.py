"""The two reports of the supply chain: on a bill and on a firmware image."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from harness.errors import MaterialError
from harness.supply.bill import Bill
from harness.supply.firmware import firmware_version, same_digest, sha256, verify_signature
from harness.supply.formats import read_any
from harness.supply.graph import GraphReport, check_graph
from harness.supply.minimum import FieldCompleteness, MinimumReport, check_minimum


@dataclass(frozen=True, kw_only=True)
class BillReport:
    """What a bill of materials says and leaves out.

    Attributes:
        sha256: digest of the bill's bytes, hex.
        format: CycloneDX or SPDX.
        spec_version: of that format.
        subject: name and version of what it is a bill of, "" when it does not say.
        components: how many it lists.
        malformed: package URLs and CPE names that are none, each with its component.
    """

    sha256: str
    format: str
    spec_version: str
    subject: str
    components: int
    malformed: tuple[str, ...]
    minimum: MinimumReport
    graph: GraphReport

    @property
    def clean(self) -> bool:
        """Whether every required field is complete and the graph closes."""
        return not self.minimum.incomplete_fields and not self.graph.unresolved_dependencies

    def as_json(self) -> dict[str, Any]:
        """The report with its derived figures, of JSON types only."""
        figures = {
            "clean": self.clean,
            "incomplete_fields": self.minimum.incomplete_fields,
            "missing_values": self.minimum.missing_values,
            "unresolved_dependencies": self.graph.unresolved_dependencies,
        }
        tables = {name: _table(getattr(self.minimum, name)) for name in ("required", "draft", "current")}
        return asdict(self) | {"minimum": tables} | figures


@dataclass(frozen=True, kw_only=True)
class FirmwareReport:
    """A dumped image against its release.

    Attributes:
        sha256: digest of the dump, hex.
        hash_equal: whether that is the released digest.
        signature_problem: why the release signature does not hold for the dump, "" when it does.
        version: what the dump itself carries, "" when unreadable.
        version_problem: why it is unreadable, or how the reported version differs; "" when equal.
    """

    sha256: str
    hash_equal: bool
    signature_problem: str
    version: str
    version_problem: str

    @property
    def signature_valid(self) -> bool:
        """Whether the maker's signature holds for the dump."""
        return not self.signature_problem

    @property
    def version_equal(self) -> bool:
        """Whether the reported version is the one in the dump."""
        return not self.version_problem

    @property
    def clean(self) -> bool:
        """Whether digest, signature and version all agree."""
        return self.hash_equal and self.signature_valid and self.version_equal

    def as_json(self) -> dict[str, Any]:
        """The report with its derived figures, of JSON types only."""
        derived = {"clean": self.clean, "signature_valid": self.signature_valid, "version_equal": self.version_equal}
        return asdict(self) | derived


def check_bill(data: bytes, *, received: datetime) -> BillReport:
    """Judge a bill, CycloneDX or SPDX.

    Args:
        data: the document.
        received: when it was handed over, with time zone.

    Raises:
        MaterialError: the document cannot be read or is against its schema.
    """
    return judge_bill(read_any(data), sha256(data), received=received)


def judge_bill(bill: Bill, digest: str, *, received: datetime) -> BillReport:
    """Judge a bill that is read already; `digest` is the SHA-256 of its bytes, hex."""
    return BillReport(
        sha256=digest,
        format=bill.format,
        spec_version=bill.spec_version,
        subject=f"{bill.root.name} {bill.root.version}".strip() if bill.root else "",
        components=len(bill.components),
        malformed=tuple(f"{part.name or part.ref}: {text}" for part in bill.everything for text in part.malformed),
        minimum=check_minimum(bill, received=received),
        graph=check_graph(bill),
    )


def check_firmware(
    image: bytes, *, released_sha256: str, signature: bytes, certificate: bytes, reported_version: str
) -> FirmwareReport:
    """Judge a dumped image.

    Args:
        image: dump of what the aircraft runs.
        released_sha256: digest of the released image, hex.
        signature: the maker's detached CMS signature, DER.
        certificate: the maker's pinned certificate, PEM.
        reported_version: what the running aircraft says it is.

    Raises:
        MaterialError: the pinned certificate cannot be read.
    """
    version, problem = _version(image, reported_version)
    return FirmwareReport(
        sha256=sha256(image),
        hash_equal=same_digest(image, released_sha256),
        signature_problem=verify_signature(image, signature, certificate),
        version=version,
        version_problem=problem,
    )


def _version(image: bytes, reported: str) -> tuple[str, str]:
    try:
        version = firmware_version(image)
    except MaterialError as error:
        return "", str(error)
    return version, "" if version == reported else f"aircraft reports {reported!a}, its image is {version}"


def _table(rows: tuple[FieldCompleteness, ...]) -> list[dict[str, Any]]:
    return [
        {"field": row.field, "percent": row.percent, "wanted": row.wanted, "missing": list(row.missing)} for row in rows
    ]
