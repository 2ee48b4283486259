"""The chain at the desk: operators, owners and suppliers against the bench's dated lists."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from harness.errors import MaterialError
from harness.instruments.figures import ChainFigures, OperatorFigures
from harness.instruments.supply.reviewing import Desk, counted
from harness.supply.chain import Screener, ScreenReport
from harness.supply.decisions import Decisions, read_decisions
from harness.supply.formats import read_any
from harness.supply.hbom import read_hbom
from harness.supply.ownership import Ownership, Party, read_ownership
from harness.supply.screening import EntityList, read_entities
from harness.supply.services import Service, Use, attribute, read_services

BLIND, OUTDATED = "blind", "outdated"
GROUND = "ground software"
AGES = timedelta(days=3660)


@dataclass(frozen=True, kw_only=True)
class _Roots:
    """Names to begin with, and what could not be told."""

    parties: tuple[Party, ...]
    open: tuple[str, ...]


def screen_operators(desk: Desk) -> OperatorFigures:
    """Judge who runs the services that the article uses.

    Raises:
        RigError: the lists are too old, or do not find what they list.
        FileError: a list or the decisions are wrong.
    """
    screener, declaration = _screener(desk), desk.context.declaration
    services, problems = _services(desk)
    used = [Use(host=e.host, operator=e.operator) for e in declaration.network.endpoints]
    used += [
        Use(kind=GROUND)
        for part in declaration.supply.components
        if {"ground", "software"} <= set(part.function.lower().split())
    ]
    found = attribute(used, services)
    declared = [
        Party(name=o.name, role=f"runs {o.service}", country=o.jurisdiction) for o in declaration.supply.operators
    ]
    declared += [
        Party(name=e.operator, role=f"runs {e.host}", country=e.jurisdiction) for e in declaration.network.endpoints
    ]
    ownership, _ = _ownership(desk)
    report = _screen(desk, screener, ownership, [*found.operators, *declared])
    # who may be restricted is not permitted until an analyst has decided it
    refused = set(report.restricted) | set(report.open)
    desk.tell([*problems, *found.unattributed])
    return OperatorFigures(
        disallowed_operators=counted(len(refused), report.screened),
        unattributed_services=counted(len(found.unattributed) + len(problems), found.examined + len(problems)),
    )


def screen_chain(desk: Desk) -> ChainFigures:
    """Judge who owns the maker and who supplies it.

    Raises:
        RigError: the lists are too old, or do not find what they list.
        FileError: a list or the decisions are wrong.
    """
    screener, declaration = _screener(desk), desk.context.declaration
    ownership, lacking = _ownership(desk)
    roots = _roots(desk, ownership)
    report = _screen(desk, screener, ownership, roots.parties)
    ends = ownership.open_ends([declaration.article.maker, *declaration.supply.entities])
    pending = [*report.open, *lacking, *roots.open, *ends]
    desk.tell(f"open: {text}" for text in pending)
    return ChainFigures(restricted_matches=counted(len(report.restricted), report.screened), open_hits=len(pending))


def _screen(desk: Desk, screener: Screener, ownership: Ownership, roots: Iterable[Party]) -> ScreenReport:
    parties = ownership.expand(roots)
    report = screener.screen(parties)
    roles = {party.name: party.role for party in parties}
    desk.tell(f"{hit} [{roles[hit.name]}]" for hit in report.hits)
    desk.context.log.note(f"{report.screened} names screened, {len(report.hits)} hits")
    return report


def _screener(desk: Desk) -> Screener:
    """Lists and decisions of the bench, proven to be fresh and to find what they list."""
    lists = tuple(read_entities(path) for path in desk.files("lists"))
    decisions = read_decisions(desk.file("decisions")) if desk.settings.decisions else Decisions()
    if desk.context.fault == OUTDATED:
        lists = tuple(replace(listed, date=listed.date - AGES) for listed in lists)
    for listed in lists:
        age = (desk.today - listed.date).days
        detail = f"{listed.id} of {listed.date} is {age} days old on {desk.today}, SHA-256 {listed.sha256}"
        desk.context.check("list.fresh", 0 <= age <= desk.settings.list_age, detail)
    used = tuple(replace(listed, entries=()) for listed in lists) if desk.context.fault == BLIND else lists
    screener = Screener(lists=used, decisions=decisions, day=desk.today)
    for listed in lists:
        _prove(desk, screener, listed)
    return screener


def _prove(desk: Desk, screener: Screener, listed: EntityList) -> None:
    """A listed name and an alias are found in another spelling; a name that nobody has is not."""
    alias = next((alias for entry in listed.entries for alias in entry.aliases), listed.entries[-1].name)
    planted = [f"{name.upper()} Ltd." for name in (listed.entries[0].name, alias)]
    report = screener.screen(Party(name=name, role="planted") for name in planted)
    stranger = screener.screen([Party(name=f"Qx{desk.context.seed:x}vz", role="planted")])
    seen = len(set(report.restricted) & set(planted))
    detail = f"{listed.id}: {seen} of 2 planted names found, {len(stranger.hits)} hits for a name that nobody has"
    desk.context.check("list.sees_planted", seen == len(set(planted)) and not stranger.hits, detail)


def _ownership(desk: Desk) -> tuple[Ownership, tuple[str, ...]]:
    paper = desk.find(desk.context.declaration.supply.suppliers)
    if paper is None:
        return Ownership({}), ("no paper tells owners and suppliers",)
    try:
        return read_ownership(paper), ()
    except MaterialError as error:
        return Ownership({}), (str(error),)


def _services(desk: Desk) -> tuple[tuple[Service, ...], tuple[str, ...]]:
    paper = desk.find(desk.context.declaration.supply.services)
    if paper is None:
        return (), ("no paper tells who runs the services",)
    try:
        return read_services(paper), ()
    except MaterialError as error:
        return (), (str(error),)


def _roots(desk: Desk, ownership: Ownership) -> _Roots:
    declaration = desk.context.declaration
    parties = [Party(name=declaration.article.maker, role="maker of the article")]
    parties += [Party(name=name, role="declared") for name in declaration.supply.entities]
    parties += [
        Party(name=c.maker, role=f"maker of {c.part}", country=c.country) for c in declaration.supply.components
    ]
    parties += [Party(name=e.name, role="in the paper of suppliers") for e in ownership.entities.values()]
    problems: list[str] = []
    for bill in (_suppliers, _makers):
        try:
            parties += bill(desk)
        except MaterialError as error:
            problems.append(f"its suppliers cannot be told: {error}")
    return _Roots(parties=tuple(parties), open=tuple(problems))


def _suppliers(desk: Desk) -> list[Party]:
    """Suppliers in the software bill; one that is missing is SUP-01's to find."""
    paper = desk.find(desk.context.declaration.supply.sbom)
    if paper is None:
        raise MaterialError("there is no software bill")
    return [Party(name=c.supplier, role=f"supplier of {c.name}") for c in read_any(paper).everything if c.supplier]


def _makers(desk: Desk) -> list[Party]:
    """Makers in the hardware bill, where one is declared; a maker that is missing is SUP-03's to find."""
    name = desk.context.declaration.supply.hbom
    if name is None:
        return []
    paper = desk.find(name)
    if paper is None:
        raise MaterialError("there is no hardware bill")
    return [
        Party(name=p.maker, role=f"maker of {p.title}", country=p.country) for p in read_hbom(paper).parts if p.maker
    ]
