"""A maker's statements on known flaws: CycloneDX VEX and OpenVEX.

A flaw is disposed of by a statement that it is

- **not affected**, with a justification from the format's own list. Free text alone is none: nobody could check it.
- **fixed** (OpenVEX) or **resolved** (CycloneDX), with a word on how, for the version in the bill says otherwise.
- **false positive** (CycloneDX), with a justification or a detail.

All else leaves it open: exploitable or affected (admitted, not repaired), in triage, under investigation. Of several
statements on one flaw and component every one must dispose of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from harness.errors import MaterialError
from harness.supply.document import load_json
from harness.supply.model import Foreign, Many, Name, parse, shown

MOST_STATEMENTS = 50_000
LEAST_DETAIL = 10
LINK = "urn:cdx:"
# CycloneDX 1.6, vulnerabilities[].analysis.justification
CYCLONEDX_REASONS = frozenset(
    {
        *("code_not_present", "code_not_reachable", "requires_configuration", "requires_dependency"),
        *("requires_environment", "protected_by_compiler", "protected_at_runtime", "protected_at_perimeter"),
        "protected_by_mitigating_control",
    }
)
# OpenVEX 0.2.0, "Status Justifications"
OPENVEX_REASONS = frozenset(
    {
        *("component_not_present", "vulnerable_code_not_present", "vulnerable_code_not_in_execute_path"),
        *("vulnerable_code_cannot_be_controlled_by_adversary", "inline_mitigations_already_exist"),
    }
)


class _Analysis(Foreign):
    state: str = ""
    justification: str = ""
    detail: str = ""


class _Affects(Foreign):
    ref: Name


class _Vulnerability(Foreign):
    id: Name
    references: Many[Mapping[str, Any]] = ()
    analysis: _Analysis = Field(default_factory=_Analysis)
    affects: Many[_Affects] = ()


class _CycloneDx(Foreign):
    vulnerabilities: Many[_Vulnerability]


def _named(value: Any) -> Any:  # noqa: ANN401 - a text in the first version, an object since
    return {"name": value} if isinstance(value, str) else value


class _OpenName(Foreign):
    name: str = ""
    id: str = Field(default="", alias="@id")
    aliases: Many[str] = ()


class _Subcomponent(Foreign):
    id: str = Field(default="", alias="@id")
    identifiers: Mapping[str, str] = Field(default_factory=dict)


class _Product(_Subcomponent):
    subcomponents: Many[_Subcomponent] = ()


class _OpenStatement(Foreign):
    vulnerability: Annotated[_OpenName, BeforeValidator(_named)]
    products: Many[_Product] = ()
    status: str
    justification: str = ""
    status_notes: str = ""
    impact_statement: str = ""
    action_statement: str = ""


class _OpenVex(Foreign):
    statements: Many[_OpenStatement]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement in common form.

    Attributes:
        flaws: ids of the flaw, in capitals.
        products: references, package URLs or CPEs of what it is about.
        within: the same of the product of which that is a part; empty where nobody says.
        bills: serial numbers of the bills that its references are of; empty where nobody says.
        status: as the document says.
        problem: why it disposes of nothing, "" where it does.
    """

    flaws: frozenset[str]
    products: frozenset[str]
    status: str
    problem: str = field(default="")
    within: frozenset[str] = frozenset()
    bills: frozenset[str] = frozenset()


def read_vex(data: bytes) -> tuple[Statement, ...]:
    """Read a document of either format.

    Raises:
        MaterialError: it is of neither, cannot be read, or has more statements than are read.
    """
    document = load_json(data)
    if document.get("bomFormat") == "CycloneDX":
        read = parse(document, _CycloneDx, "the VEX document").vulnerabilities
        found = tuple(_cyclonedx(entry) for entry in read)
    elif str(document.get("@context", "")).startswith("https://openvex.dev/ns"):
        read_open = parse(document, _OpenVex, "the VEX document").statements
        found = tuple(statement for entry in read_open for statement in _openvex(entry))
    else:
        raise MaterialError("the VEX document is neither CycloneDX nor OpenVEX")
    if len(found) > MOST_STATEMENTS:
        raise MaterialError(f"the VEX document has more than {MOST_STATEMENTS} statements")
    return found


def _cyclonedx(entry: _Vulnerability) -> Statement:
    others = [reference.get("id") for reference in entry.references]
    # a BOM-Link names the bill before the reference: urn:cdx:serial/version#ref
    linked = [affected.ref for affected in entry.affects if affected.ref.startswith(LINK)]
    products = {ref.rpartition("#")[2] for ref in linked} | {affected.ref for affected in entry.affects} - {*linked}
    return Statement(
        flaws=_ids(entry.id, *(other for other in others if isinstance(other, str))),
        products=frozenset(products),
        status=shown(entry.analysis.state),
        problem=_lack_of_cyclonedx(entry.analysis),
        bills=frozenset(ref.removeprefix(LINK).partition("/")[0].lower() for ref in linked),
    )


def _lack_of_cyclonedx(analysis: _Analysis) -> str:
    explained = len(analysis.detail.strip()) >= LEAST_DETAIL
    match analysis.state:
        case "not_affected":
            return "" if analysis.justification in CYCLONEDX_REASONS else "'not affected' without a justification"
        case "false_positive":
            known = analysis.justification in CYCLONEDX_REASONS
            return "" if known or explained else "'false positive' without a justification"
        case "resolved_with_pedigree":
            return ""
        case "resolved":
            return "" if explained else "'resolved' without a word on how"
        case "":
            return "no state is given"
    return f"the state '{shown(analysis.state)}' leaves it open"


def _openvex(entry: _OpenStatement) -> Iterator[Statement]:
    """One statement for each product: about its parts where it names any, else about the product."""
    name = entry.vulnerability
    for product in entry.products:
        yield Statement(
            flaws=_ids(name.name, name.id.rpartition("/")[2], *name.aliases),
            products=_called(*(product.subcomponents or (product,))),
            status=shown(entry.status),
            problem=_lack_of_openvex(entry),
            within=_called(product) if product.subcomponents else frozenset(),
        )


def _called(*things: _Subcomponent) -> frozenset[str]:
    return frozenset(text for thing in things for text in (thing.id, *thing.identifiers.values()) if text)


def _lack_of_openvex(entry: _OpenStatement) -> str:
    match entry.status:
        case "not_affected":
            return "" if entry.justification in OPENVEX_REASONS else "'not affected' without a justification"
        case "fixed":
            told = (entry.status_notes, entry.impact_statement, entry.action_statement)
            return "" if any(len(text.strip()) >= LEAST_DETAIL for text in told) else "'fixed' without a word on how"
    return f"the status '{shown(entry.status)}' leaves it open"


def _ids(*names: str) -> frozenset[str]:
    return frozenset(name.strip().upper() for name in names if name.strip())
