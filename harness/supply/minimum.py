"""The minimum elements of a bill: NTIA, "The Minimum Elements For a Software Bill of Materials", July 2021.

Seven data fields: supplier, component name, version, other unique identifiers, dependency relationship, author of
the bill, timestamp. What CISA's draft of August 2025 adds (component hash, licence, tool name, generation context)
is counted apart and decides nothing. So are the elements that CISA published on 29 July 2026 to replace both, by the
mapping in CycloneDX's property taxonomy (``cdx:cisa``): the publication itself was not read. There, a field counts as
told when the bill says that it is unknown or withheld.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from harness.supply.bill import Bill, Component

# CycloneDX has no bills before this year; an earlier date is a clock that was never set.
FIRST_YEAR = 2017
DOCUMENT = "(bill)"
REQUIRED_FIELDS = (
    *("supplier", "component name", "version", "unique identifier", "dependency relationship"),
    *("author of the bill", "timestamp"),
)
DRAFT_FIELDS = ("component hash", "licence", "tool name", "generation context")
DOCUMENT_FIELDS = ("SBOM Version", "SBOM Tool Version", "SBOM Author Signature")


@dataclass(frozen=True, kw_only=True)
class FieldCompleteness:
    """One row of the completeness table.

    Attributes:
        field: name of the minimum element.
        wanted: how many entries should have it.
        missing: those that have not, by name.
    """

    field: str
    wanted: int
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether every entry has it, and there is one."""
        return self.wanted > 0 and not self.missing

    @property
    def percent(self) -> float:
        """Share of entries that have the field, %; 0 where there is no entry at all."""
        return 100.0 * (self.wanted - len(self.missing)) / self.wanted if self.wanted else 0.0


@dataclass(frozen=True, kw_only=True)
class MinimumReport:
    """Completeness of a bill, field by field.

    Attributes:
        required: the seven fields of NTIA 2021.
        draft: the four fields of CISA's 2025 draft, for information.
        current: the fields of CISA's elements of 2026, for information.
    """

    required: tuple[FieldCompleteness, ...]
    draft: tuple[FieldCompleteness, ...]
    current: tuple[FieldCompleteness, ...]

    @property
    def incomplete_fields(self) -> int:
        """How many of the seven required fields are below 100 %."""
        return sum(not row.complete for row in self.required)

    @property
    def missing_values(self) -> int:
        """How many single values are missing over all required fields."""
        return sum(len(row.missing) for row in self.required)

    @property
    def completeness(self) -> float:
        """Share of the least complete required field, %."""
        return min(row.percent for row in self.required)


def check_minimum(bill: Bill, *, received: datetime) -> MinimumReport:
    """Count what is there of the minimum elements.

    Args:
        bill: what to look at.
        received: when the bill was handed over, with time zone; a later timestamp is wrong.
    """
    related = _related(bill)
    fields: Mapping[str, Callable[[Component], bool]] = {
        "supplier": lambda component: bool(component.supplier),
        "component name": lambda component: bool(component.name),
        "version": lambda component: bool(component.version),
        "unique identifier": lambda component: bool(component.identifiers),
        "dependency relationship": lambda component: component.ref in related,
    }
    everything, parts = bill.everything, bill.components
    return MinimumReport(
        required=(
            *(_row(field, everything, has) for field, has in fields.items()),
            _document_row("author of the bill", bool(bill.authors)),
            _document_row("timestamp", _plausible(bill.timestamp, received)),
        ),
        draft=(
            _row("component hash", parts, lambda component: component.hashed),
            _row("licence", everything, lambda component: component.licensed),
            _document_row("tool name", bool(bill.tools)),
            _document_row("generation context", bool(bill.lifecycles)),
        ),
        current=_current(bill, related, received),
    )


def _current(bill: Bill, related: set[str], received: datetime) -> tuple[FieldCompleteness, ...]:
    fields: Mapping[str, Callable[[Component], bool]] = {
        "Component Name": lambda component: bool(component.name),
        "Component Version": lambda component: bool(component.version),
        "Component Producer": lambda component: bool(component.producer),
        "Component Identifiers": lambda component: bool(component.identifiers),
        "Component License": lambda component: component.licensed,
        "Component Dependency Relationship": lambda component: component.ref in related,
        "Component Hash Value": lambda component: component is bill.root or component.hashed,
    }
    document = {
        "SBOM Author": bool(bill.authors),
        "SBOM Timestamp": _plausible(bill.timestamp, received),
        "SBOM Tool Name": bool(bill.tools),
        "SBOM Generation Context": bool(bill.lifecycles),
        **{name: name in bill.told for name in DOCUMENT_FIELDS},
    }
    return (
        *(_row(field, bill.everything, _or_explained(field, has)) for field, has in fields.items()),
        *(_document_row(field, there) for field, there in document.items()),
    )


def _or_explained(field: str, has: Callable[[Component], bool]) -> Callable[[Component], bool]:
    return lambda component: has(component) or field in (*component.unknown, *component.withheld)


def _row(field: str, components: tuple[Component, ...], has: Callable[[Component], bool]) -> FieldCompleteness:
    missing = tuple(component.name or component.ref for component in components if not has(component))
    return FieldCompleteness(field=field, wanted=len(components), missing=missing)


def _document_row(field: str, there: bool) -> FieldCompleteness:
    return FieldCompleteness(field=field, wanted=1, missing=() if there else (DOCUMENT,))


def _related(bill: Bill) -> set[str]:
    """References that stand on either side of a "depends on" between two entries."""
    edges = [(ref, target) for ref, targets in bill.dependencies for target in targets if target != ref]
    return {ref for edge in edges for ref in edge if ref}


def _plausible(timestamp: str, received: datetime) -> bool:
    try:
        moment = datetime.fromisoformat(timestamp)
    except ValueError:
        return False
    return moment.tzinfo is not None and moment.year >= FIRST_YEAR and moment <= received
