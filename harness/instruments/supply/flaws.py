"""Known flaws at the desk: the maker's bill and statements against the bench's dated feeds."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from harness.errors import FileError, MaterialError
from harness.instruments.figures import FlawFigures
from harness.instruments.supply.reviewing import Desk, counted
from harness.judgement import Count
from harness.supply.bill import Bill, Component
from harness.supply.feed import Feed, Flaw, join, read_feed
from harness.supply.flaws import FlawReport, match_flaws
from harness.supply.formats import read_any
from harness.supply.model import read_bytes
from harness.supply.vex import Statement, read_vex

OUTDATED, EMPTY = "outdated", "feedless"
AGES = timedelta(days=3660)
LARGEST_FEED = 16 << 20
PLANTED = "bench:planted"


def match_known_flaws(desk: Desk) -> FlawFigures:
    """Judge the declared bill by the feeds, with the statements that the declaration names.

    Raises:
        RigError: a feed is too old, or does not find what it lists.
        FileError: a feed cannot be read.
    """
    flaws = _flaws(desk)
    _prove(desk, flaws)
    used = () if desk.context.fault == EMPTY else flaws
    try:
        bill = read_any(desk.find(desk.context.declaration.supply.sbom) or b"")
    except MaterialError as error:
        desk.context.log.note(f"no bill, so its flaws cannot be told: {error}")
        nothing = Count(events=1, trials=1)
        return FlawFigures(undisposed_exploited=nothing, undisposed_critical=nothing)
    report = match_flaws(bill, used, _statements(desk))
    desk.tell(map(str, report.matches))
    desk.context.log.note(f"{report.components} components, {report.flaws} flaws, {len(report.matches)} matches")
    return FlawFigures(
        undisposed_exploited=counted(report.undisposed_exploited, sum(m.flaw.exploited for m in report.matches)),
        undisposed_critical=counted(report.undisposed_critical, sum(m.flaw.critical for m in report.matches)),
    )


def _flaws(desk: Desk) -> tuple[Flaw, ...]:
    feeds: list[Feed] = []
    for path in desk.files("feeds"):
        try:
            feed = read_feed(read_bytes(path, LARGEST_FEED))
        except MaterialError as error:
            raise FileError(path, str(error)) from error
        feed = replace(feed, date=feed.date - AGES) if desk.context.fault == OUTDATED else feed
        age = (desk.today - feed.date).days
        detail = f"{path.name}, {feed.kind} of {feed.date}: {age} days old on {desk.today}, SHA-256 {feed.sha256}"
        desk.context.check("feed.fresh", 0 <= age <= desk.settings.feed_age, detail)
        feeds.append(feed)
    return join(feeds)


def _statements(desk: Desk) -> tuple[Statement, ...]:
    found: list[Statement] = []
    for name in desk.context.declaration.supply.vex:
        try:
            found += read_vex(desk.find(name) or b"")
        except MaterialError as error:
            desk.context.log.note(f"{name} says nothing that can be read: {error}")
    return tuple(found)


def _prove(desk: Desk, flaws: Sequence[Flaw]) -> None:
    """A component that the feed says is exploited, and a critical one, are found when planted; repaired ones are not.

    A statement with a justification disposes of them, one without does not.
    """
    chosen = [next(filter(test, flaws), None) for test in (_is_exploited, _is_critical)]
    planted = [flaw for flaw in chosen if flaw is not None]
    bad, good = _planted(planted, repaired=False), _planted(planted, repaired=True)
    used = () if desk.context.fault == EMPTY else flaws
    ids = {flaw.id for flaw in planted}
    found = [_left(match_flaws(bad, used, _said(ids, reason)), ids) for reason in ("", "component_not_present")]
    repaired = _left(match_flaws(good, used, ()), ids)
    detail = (
        f"{len(planted)} of 2 kinds of flaw planted; {found[0]} left open without justification, {found[1]} with one, "
        f"{repaired} where repaired"
    )
    desk.context.check(
        "feed.sees_known", len(planted) == 2 and found[0] == len(ids) and found[1] + repaired == 0, detail
    )


def _is_exploited(flaw: Flaw) -> bool:
    return flaw.exploited and _has_end(flaw)


def _is_critical(flaw: Flaw) -> bool:
    return flaw.critical and _has_end(flaw)


def _has_end(flaw: Flaw) -> bool:
    """Whether the flaw tells a component that has it from a repaired one."""
    first = flaw.affected[0]
    return first.name is None and len(first.ranges) == 1 and first.ranges[0].fixed is not None


def _left(report: FlawReport, ids: set[str]) -> int:
    return len({match.flaw.id for match in report.matches if not match.disposed} & ids)


def _said(ids: set[str], justification: str) -> tuple[Statement, ...]:
    statements = [
        {
            "vulnerability": {"name": name},
            "products": [{"@id": f"{PLANTED}{number}"} for number in range(len(ids))],
            "status": "not_affected",
            "justification": justification,
        }
        for name in ids
    ]
    return read_vex(json.dumps({"@context": "https://openvex.dev/ns/v0.2.0", "statements": statements}).encode())


def _planted(flaws: Sequence[Flaw], *, repaired: bool) -> Bill:
    parts = []
    for number, flaw in enumerate(flaws):
        first = flaw.affected[0]
        span = first.ranges[0]
        version = str(span.fixed) if repaired else span.introduced
        parts.append(_component(f"{PLANTED}{number}", str(first.purl or first.cpe), version))
    return Bill(
        spec_version="",
        root=None,
        components=tuple(parts),
        services=(),
        dependencies=(),
        authors=(),
        timestamp="",
        tools=(),
        lifecycles=(),
        format="",
        starts=(),
    )


def _component(ref: str, identifier: str, version: str) -> Component:
    return Component(
        ref=ref,
        name=ref,
        version=version,
        supplier="",
        identifiers=(identifier,),
        sha256=(),
        hashed=False,
        licensed=False,
        location="",
    )
