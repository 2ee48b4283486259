"""Papers of a delivery against the judge's own lists: build, flaws, owners, operators, earlier results.

Each review is asked for by handing over what it needs. What is missing for it, or too old, is a doubt and never clean.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from harness.errors import MaterialError
from harness.supply.bill import Bill, Component
from harness.supply.builders import Builder
from harness.supply.chain import Screener
from harness.supply.change import read_register
from harness.supply.contents import Finding
from harness.supply.decisions import Decisions
from harness.supply.feed import Feed, join
from harness.supply.flaws import match_flaws
from harness.supply.hbom import read_hbom
from harness.supply.ownership import Ownership, Party, read_ownership
from harness.supply.provenance import Admitted, check_provenance
from harness.supply.screening import EntityList
from harness.supply.services import attribute, read_services
from harness.supply.vex import Statement, read_vex

OLDEST_FEED, OLDEST_LIST = 31, 366


@dataclass(frozen=True, kw_only=True)
class Papers:
    """What the maker handed over, by the name of each paper; empty or None where it handed over none."""

    image: bytes | None = None
    bill: bytes = b""
    hbom: bytes | None = None
    provenance: Mapping[str, bytes] = field(default_factory=dict)
    vex: Mapping[str, bytes] = field(default_factory=dict)
    suppliers: bytes | None = None
    services: bytes | None = None
    register: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Lists:
    """What the judge brings.

    Attributes:
        day: on which the papers are judged.
        builders: known ones; None: build provenance is not judged.
        sources: addresses that sources begin with; without one any will do.
        feeds: of known flaws; without one flaws are not judged.
        entities: lists of restricted entities; without one nobody is screened.
        roots: names to begin the screening with, besides those in the papers.
    """

    day: date
    builders: Mapping[str, Builder] | None = None
    sources: Sequence[str] = ()
    feeds: Sequence[Feed] = ()
    entities: Sequence[EntityList] = ()
    decisions: Decisions = field(default_factory=Decisions)
    roots: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class ReviewReport:
    """What was found.

    Attributes:
        findings: what is wrong.
        doubts: what could not be examined, and why.
        facts: what was looked at and with what, a line each.
    """

    findings: tuple[Finding, ...]
    doubts: tuple[str, ...]
    facts: tuple[str, ...]


def review(papers: Papers, lists: Lists, bill: Bill | None) -> ReviewReport:
    """Judge the papers; what cannot be read is a doubt, and never raises.

    Args:
        papers: of the maker.
        lists: of the judge.
        bill: the software bill, None where it could not be read.
    """
    return _Review(papers, lists, bill).run()


class _Review:
    def __init__(self, papers: Papers, lists: Lists, bill: Bill | None) -> None:
        self._papers, self._lists, self._bill = papers, lists, bill
        self._findings: list[Finding] = []
        self._doubts: list[str] = []
        self._facts: list[str] = []

    def run(self) -> ReviewReport:
        asked: tuple[tuple[object, Callable[[], None]], ...] = (
            (self._lists.builders is not None or self._papers.provenance, self._review_build),
            (self._lists.feeds or self._papers.vex, self._review_flaws),
            (self._lists.entities or self._papers.suppliers or self._papers.services, self._review_chain),
            (self._papers.register is not None, self._review_changes),
        )
        for wanted, act in asked:
            if wanted:
                self._attempt(act)
        return ReviewReport(findings=tuple(self._findings), doubts=tuple(self._doubts), facts=tuple(self._facts))

    def _attempt(self, act: Callable[[], None]) -> None:
        try:
            act()
        except MaterialError as error:
            self._doubts.append(str(error))

    def _find(self, subject: str, problems: Iterable[object]) -> None:
        self._findings += [Finding(subject=subject, problem=str(problem)) for problem in problems]

    def _review_build(self) -> None:
        image, builders = self._papers.image, self._lists.builders
        if image is None or builders is None:
            raise MaterialError("build: needs the image as one file (--image) and a list of builders (--builders)")
        admitted = Admitted(builders=builders, declared=tuple(builders), sources=self._lists.sources)
        digest = hashlib.sha256(image).hexdigest()
        report = check_provenance([digest], self._papers.provenance, admitted)
        self._facts.append(f"build: level {report.build_level} for the image {digest}")
        self._find("build", report.problems)
        if report.subject_mismatches:
            self._find("build", ["no attestation with a valid signature names this image"])

    def _review_flaws(self) -> None:
        if not self._lists.feeds or self._bill is None:
            raise MaterialError("flaws: needs a feed (--feed) and a bill that can be read")
        flaws = join(self._lists.feeds)
        for feed in self._lists.feeds:
            self._check_age(f"feed {feed.kind}", feed.date, OLDEST_FEED)
            self._facts.append(f"flaws: {feed.kind} of {feed.date}, SHA-256 {feed.sha256}")
        if not any(flaw.exploited for flaw in flaws):
            self._doubts.append("flaws: no feed knows an exploited flaw, so none can be found")
        statements: list[Statement] = []
        for name, data in self._papers.vex.items():
            self._attempt(lambda data=data: statements.extend(read_vex(data)))  # type: ignore[misc]
            self._facts.append(f"flaws: statements of {name}")
        report = match_flaws(self._bill, flaws, statements)
        serious = [match for match in report.matches if match.flaw.exploited or match.flaw.critical]
        self._facts.append(
            f"flaws: {report.components} components, {report.flaws} flaws, {len(report.matches)} matches"
        )
        self._find("flaw", (match for match in serious if not match.disposed))

    def _review_chain(self) -> None:
        if not self._lists.entities:
            raise MaterialError("owners and operators: need a list of entities (--entities)")
        for listed in self._lists.entities:
            self._check_age(f"list {listed.id}", listed.date, OLDEST_LIST)
        ownership = Ownership({})
        if self._papers.suppliers is not None:
            ownership = read_ownership(self._papers.suppliers)
            self._find("owners", ownership.open_ends(self._lists.roots))
        parties = [Party(name=name, role="named") for name in self._lists.roots]
        parties += [Party(name=entity.name, role="in the paper of suppliers") for entity in ownership.entities.values()]
        parties += [Party(name=c.supplier, role=f"of {c.name}") for c in self._everything() if c.supplier]
        if self._papers.hbom is not None:
            parts = read_hbom(self._papers.hbom).parts
            parties += [Party(name=p.maker, role=f"maker of {p.title}", country=p.country) for p in parts if p.maker]
        if self._papers.services is not None:
            found = attribute([], read_services(self._papers.services))
            self._find("service", found.unattributed)
            parties += found.operators
        screener = Screener(lists=self._lists.entities, decisions=self._lists.decisions, day=self._lists.day)
        report = screener.screen(ownership.expand(parties))
        self._facts.append(f"screened: {report.screened} names, {len(report.hits)} hits")
        self._find("screening", (hit for hit in report.hits if hit.restricted or hit.open))

    def _review_changes(self) -> None:
        register = read_register(self._papers.register or b"")
        now = {"bill": hashlib.sha256(self._papers.bill).hexdigest()}
        if self._papers.image is not None:
            now["image"] = hashlib.sha256(self._papers.image).hexdigest()
        unknown = {kind for run in register.runs for kind in run.hashes} - set(now)
        if unknown:
            self._doubts.append(
                f"changes: whether {', '.join(sorted(unknown))} changed cannot be told from these files"
            )
        newest = {name: run for run in sorted(register.runs, key=lambda run: run.date) for name in run.requirements}
        for run in {id(run): run for run in newest.values()}.values():
            other = [kind for kind, digest in now.items() if run.hashes.get(kind, digest) != digest]
            names = ", ".join(sorted(name for name, last in newest.items() if last is run))
            self._find(
                "changes", [f"{run.id} of {run.date} had another {' and '.join(other)}: {names}"] if other else []
            )
        self._facts.append(f"changes: {len(newest)} earlier results in {len(register.runs)} runs")

    def _everything(self) -> Sequence[Component]:
        return self._bill.everything if self._bill is not None else ()

    def _check_age(self, what: str, day: date, oldest: int) -> None:
        age = (self._lists.day - day).days
        if not 0 <= age <= oldest:
            self._doubts.append(f"{what} of {day} is {age} days old, wanted 0 to {oldest}: take the newest")
