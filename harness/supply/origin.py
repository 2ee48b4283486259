"""Where the critical components come from, and what that rests on.

The critical classes are those of US NDAA FY2020 section 848 (flight controller, radio, data transmission, camera,
gimbal, ground control and operating software, connectivity and storage). Assembling again elsewhere is not making
(FAR 52.225-18), so a word of that kind in an origin is no origin. No country is judged here: which are admitted is
said by a dated file of the policy.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from harness.supply.contents import Finding
from harness.supply.hbom import Evidence, HardwareBill, HardwarePart

# weight of what an origin rests on, ascending: the maker says so, a document says so, somebody looked
CONFIDENCE = ("declared", "documented", "inspected")
MADE = ("made", "manufactured")
ASSEMBLED = re.compile(
    r"re-?\s?assembl|assembled|re-?\s?packag|re-?\s?label|kitt(?:ed|ing)|final (?:test|integration)", re.I
)
# what evidence may be called: a relative path of plain names
PAPER_NAME = re.compile(r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
COUNTRY = re.compile(r"[A-Z]{2}")

ReadPaper = Callable[[str], bytes | None]


@dataclass(frozen=True, kw_only=True)
class CountryList:
    """Countries that are admitted, or that are not, on a date.

    Attributes:
        date: of the list.
        source: who publishes it.
        admits: True where only these are admitted, False where all but these are.
        countries: ISO 3166 codes of two letters.
    """

    date: date
    source: str
    admits: bool
    countries: frozenset[str]

    def allows(self, country: str) -> bool:
        """Whether parts from there are admitted."""
        return (country in self.countries) is self.admits


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What another paper of the maker says of a part: class, part number, maker, country."""

    function: str
    part: str
    maker: str
    country: str


@dataclass(frozen=True, kw_only=True)
class OriginRules:
    """What an origin must show.

    Attributes:
        critical: classes, each of which needs a part, program or service, or the statement that it is not fitted.
        confidence: least weight of what it rests on.
        countries: who is admitted; None: anybody.
        claims: of the maker's declaration, which must not say otherwise.
    """

    critical: tuple[str, ...]
    confidence: str = "documented"
    countries: CountryList | None = None
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OriginRow:
    """One critical component: class, name, and everything that its origin lacks."""

    function: str
    part: str
    problems: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OriginReport:
    """The critical components, one row each, and what stands against admitted ones beside that."""

    rows: tuple[OriginRow, ...]
    inadmissible: tuple[Finding, ...] = field(default=())

    @property
    def percent(self) -> float:
        """Share of the critical components whose origin is shown, %; 0 where there is none at all."""
        good = sum(not row.problems for row in self.rows)
        return 100.0 * good / len(self.rows) if self.rows else 0.0

    def as_json(self) -> dict[str, Any]:
        """The report, of JSON types only."""
        rows = [asdict(row) for row in self.rows]
        return {"percent": self.percent, "rows": rows, "inadmissible": [asdict(item) for item in self.inadmissible]}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that is wrong, one after another."""
        rows = [
            Finding(subject=f"{row.function}: {row.part}", problem=text) for row in self.rows for text in row.problems
        ]
        return (*rows, *self.inadmissible)


def check_origin(bill: HardwareBill, rules: OriginRules, read_paper: ReadPaper) -> OriginReport:
    """Judge the origin of every critical component.

    Args:
        bill: the hardware bill.
        rules: what an origin must show.
        read_paper: the evidence of that name, None where nobody has it.
    """
    rows: list[OriginRow] = []
    countries: list[Finding] = []
    for function in rules.critical:
        parts = [part for part in bill.parts if function in part.functions]
        rows += [
            OriginRow(function=function, part=part.title, problems=_lacks(part, rules, read_paper)) for part in parts
        ]
        countries += _not_admitted(parts, rules.countries)
        if parts and function in bill.not_fitted:
            rows.append(OriginRow(function=function, part="not fitted", problems=("yet the bill has one",)))
        if not parts and function not in bill.not_fitted:
            lack = ("the bill has none of this class, nor says that none is fitted",)
            rows.append(OriginRow(function=function, part="nothing", problems=lack))
    rows += _unknown_claims(bill, rules.claims)
    return OriginReport(rows=tuple(rows), inadmissible=tuple(countries))


def _unknown_claims(bill: HardwareBill, claims: Sequence[Claim]) -> list[OriginRow]:
    known = {part.part for part in bill.parts}
    lack = ("is declared, and the hardware bill has no such part",)
    return [OriginRow(function=it.function, part=it.part, problems=lack) for it in claims if it.part not in known]


def _contradicted(part: HardwarePart, claims: Sequence[Claim]) -> list[str]:
    told = [(claim, fact) for claim in claims if claim.part == part.part for fact in ("maker", "country")]
    return [
        f"{fact} is {getattr(part, fact)!a:.60}, the declaration says {getattr(claim, fact)!a:.60}"
        for claim, fact in told
        if getattr(part, fact) and getattr(part, fact) != getattr(claim, fact)
    ]


def _lacks(part: HardwarePart, rules: OriginRules, read_paper: ReadPaper) -> tuple[str, ...]:
    facts = {"maker": part.maker, "part": part.part, "site": part.site, "country": part.country}
    lacks = [f"{name} is not told" for name, text in facts.items() if not text]
    if part.country and not COUNTRY.fullmatch(part.country):
        lacks.append(f"country {part.country!a:.40} is no ISO 3166 code of two capital letters")
    lacks += _contradicted(part, rules.claims)
    lacks += _not_made(part)
    lacks += _weight(part, rules.confidence)
    return (*lacks, *_evidence(part.evidence, read_paper))


def _not_made(part: HardwarePart) -> list[str]:
    told = [text for text in (part.operation, part.site, part.country) if ASSEMBLED.search(text)]
    if told:
        return [f"{told[0]!a:.60} is not where it was made"]
    return [] if part.operation in MADE else [f"operation at the site is {part.operation!a:.40}, wanted {MADE[0]!r}"]


def _weight(part: HardwarePart, least: str) -> list[str]:
    if part.confidence not in CONFIDENCE:
        return [f"confidence is {part.confidence!a:.40}, wanted one of {', '.join(CONFIDENCE)}"]
    enough = CONFIDENCE.index(part.confidence) >= CONFIDENCE.index(least)
    return [] if enough else [f"origin is {part.confidence}, wanted {least} at least"]


def _evidence(evidence: Sequence[Evidence], read_paper: ReadPaper) -> list[str]:
    if not evidence:
        return ["no evidence is named"]
    return [problem for item in evidence if (problem := _unbacked(item, read_paper))]


def _unbacked(item: Evidence, read_paper: ReadPaper) -> str:
    if not item.name or not item.sha256:
        return "evidence without name or SHA-256"
    paper = read_paper(item.name)
    if paper is None:
        return f"evidence {item.name!a:.80} is not there"
    return "" if hashlib.sha256(paper).hexdigest() == item.sha256 else f"evidence {item.name!a:.80} has another SHA-256"


def _not_admitted(parts: Sequence[HardwarePart], countries: CountryList | None) -> list[Finding]:
    if countries is None:
        return []
    bad = [part for part in parts if part.country and not countries.allows(part.country)]
    text = f"is not admitted by the list of {countries.date} ({countries.source})"
    return [Finding(subject=part.title, problem=f"country {part.country!a:.10} {text}") for part in bad]
