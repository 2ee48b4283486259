"""Dated feeds of known flaws, read off-line.

Three formats, told by their own marks:

- **Ours**, which names components and versions::

    {"format": "dronecert-flaws/1", "date": "2026-11-25", "source": "where from", "flaws": [
      {"id": "CVE-2026-0001", "aliases": [], "exploited": true, "severity": "critical", "affected": [
        {"purl": "pkg:generic/zlib-project/zlib", "ranges": [{"introduced": "1.2.0", "fixed": "1.3.1"}],
         "versions": ["1.2.11"]},
        {"cpe": "cpe:2.3:a:zlib:zlib:*:*:*:*:*:*:*:*", "ranges": [{"last_affected": "1.3.0"}]}]}]}

- **OSV** (ossf.github.io/osv-schema), one record or ``{"vulns": [...]}``: package, ranges of type SEMVER or ECOSYSTEM,
  versions, ``database_specific.severity``.
- **CISA KEV**, the catalogue of known-exploited vulnerabilities: ids, vendors and products, no versions. It marks flaws
  of the other feeds as exploited; a flaw that none of them knows is matched by its product name alone.

A flaw without a severity counts as critical, since nobody has said that it is not.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from harness.errors import MaterialError
from harness.supply.document import load_json
from harness.supply.model import Foreign, Line, Many, Name, Own, parse
from harness.supply.ownership import Day

FORMAT = "dronecert-flaws/1"
MOST_FLAWS = 50_000
CRITICAL = "critical"
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,80}$")]
Severity = Literal["critical", "high", "medium", "low", "none"]
VersionText = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class Range(Own):
    """Versions from `introduced` on, up to and without `fixed`, or up to and with `last_affected`."""

    introduced: VersionText = "0"
    fixed: VersionText | None = None
    last_affected: VersionText | None = None


class Affected(Own):
    """A component that has the flaw, by package URL or CPE without version, or by its bare name.

    Without ranges and versions, every version has it.
    """

    purl: Name | None = None
    cpe: Name | None = None
    name: Name | None = None
    ranges: Many[Range] = ()
    versions: Many[VersionText] = ()

    @model_validator(mode="after")
    def _one_name(self) -> "Affected":
        if sum(value is not None for value in (self.purl, self.cpe, self.name)) != 1:
            raise ValueError("wanted one of purl, cpe, name")
        return self


class Flaw(Own):
    """A flaw as a feed tells of it; without severity it counts as critical."""

    id: Id
    aliases: Many[Id] = ()
    exploited: bool = False
    severity: Severity | None = None
    affected: Many[Affected] = Field(min_length=1)

    @property
    def critical(self) -> bool:
        """Whether it is rated critical, or not rated."""
        return self.severity in (CRITICAL, None)

    @property
    def names(self) -> frozenset[str]:
        """Its id and aliases, in capitals."""
        return frozenset(name.upper() for name in (self.id, *self.aliases))


class _OwnFeed(Own):
    format: Literal["dronecert-flaws/1"]
    date: Day
    source: Line
    flaws: Many[Flaw]


class _KevEntry(Foreign):
    cveID: Id
    product: Name


class _Kev(Foreign):
    dateReleased: str
    vulnerabilities: Many[_KevEntry]


class _OsvPackage(Foreign):
    name: Name
    purl: Name | None = None


class _OsvRange(Foreign):
    type: str
    events: Many[Mapping[str, str]] = ()


class _OsvAffected(Foreign):
    package: _OsvPackage
    ranges: Many[_OsvRange] = ()
    versions: Many[VersionText] = ()


def _rated(value: Any) -> Any:  # noqa: ANN401 - whatever stood in the document
    return value.get("severity") if isinstance(value, dict) else None


class _Osv(Foreign):
    id: Id
    modified: str
    aliases: Many[Id] = ()
    affected: Many[_OsvAffected] = ()
    severity: Annotated[str | None, BeforeValidator(_rated)] = Field(default=None, alias="database_specific")


class _OsvList(Foreign):
    vulns: Many[_Osv]


@dataclass(frozen=True, kw_only=True)
class Feed:
    """One file of flaws.

    Attributes:
        kind: ``dronecert-flaws/1``, ``OSV`` or ``CISA KEV``.
        sha256: digest of the file, hex.
        exploited: ids that it calls exploited, in capitals.
    """

    kind: str
    date: date
    sha256: str
    flaws: tuple[Flaw, ...]
    exploited: frozenset[str]


def read_feed(data: bytes) -> Feed:
    """Read a feed of any of the three formats.

    Raises:
        MaterialError: it is of none, cannot be read, or has more flaws than are matched.
    """
    document = load_json(data)
    digest = hashlib.sha256(data).hexdigest()
    if document.get("format") == FORMAT:
        feed = _own(parse(document, _OwnFeed, "the feed"), digest)
    elif "vulnerabilities" in document and "catalogVersion" in document:
        feed = _kev(parse(document, _Kev, "the KEV catalogue"), digest)
    elif "vulns" in document:
        feed = _osv(parse(document, _OsvList, "the OSV list").vulns, digest)
    elif "schema_version" in document or "affected" in document:
        feed = _osv((parse(document, _Osv, "the OSV record"),), digest)
    else:
        raise MaterialError(f"the feed is neither {FORMAT} nor OSV nor the KEV catalogue of CISA")
    if len(feed.flaws) > MOST_FLAWS:
        raise MaterialError(f"the feed has {len(feed.flaws)} flaws, more than the {MOST_FLAWS} that are matched")
    return feed


def join(feeds: Sequence[Feed]) -> tuple[Flaw, ...]:
    """All flaws, each marked as exploited where any feed says so.

    What only the catalogue of exploited flaws knows stays, matched by its product's name.
    """
    exploited = frozenset[str]().union(*(feed.exploited for feed in feeds))
    detailed = [flaw for feed in feeds if feed.kind != "CISA KEV" for flaw in feed.flaws]
    known = frozenset[str]().union(*(flaw.names for flaw in detailed))
    bare = [flaw for feed in feeds if feed.kind == "CISA KEV" for flaw in feed.flaws if not flaw.names & known]
    return tuple(
        flaw.model_copy(update={"exploited": True}) if flaw.names & exploited else flaw for flaw in (*detailed, *bare)
    )


def aged(feed: Feed, day: date) -> Feed:
    """The same feed with another date."""
    return replace(feed, date=day)


def _own(read: _OwnFeed, digest: str) -> Feed:
    exploited = frozenset[str]().union(*(flaw.names for flaw in read.flaws if flaw.exploited))
    return Feed(kind=FORMAT, date=read.date, sha256=digest, flaws=read.flaws, exploited=exploited)


def _kev(read: _Kev, digest: str) -> Feed:
    flaws = tuple(
        Flaw(id=e.cveID, exploited=True, severity="high", affected=(Affected(name=e.product),))
        for e in read.vulnerabilities
    )
    exploited = frozenset(flaw.id.upper() for flaw in flaws)
    return Feed(kind="CISA KEV", date=_moment(read.dateReleased), sha256=digest, flaws=flaws, exploited=exploited)


def _osv(records: Sequence[_Osv], digest: str) -> Feed:
    if not records:
        raise MaterialError("the OSV list is empty, so it has no date")
    flaws = tuple(_flaw(record) for record in records if record.affected)
    newest = max(_moment(record.modified) for record in records)
    return Feed(kind="OSV", date=newest, sha256=digest, flaws=flaws, exploited=frozenset())


def _flaw(record: _Osv) -> Flaw:
    rated = (record.severity or "").lower().replace("moderate", "medium")
    severity = rated if rated in ("critical", "high", "medium", "low", "none") else None
    affected = tuple(_affected(entry) for entry in record.affected)
    return Flaw.model_validate({"id": record.id, "aliases": record.aliases, "severity": severity, "affected": affected})


def _affected(entry: _OsvAffected) -> Affected:
    ranges = tuple(
        part for item in entry.ranges if item.type in ("SEMVER", "ECOSYSTEM") for part in _spans(item.events)
    )
    # a range of commits only cannot be compared with a version: every version counts
    who: dict[str, Any] = {"purl": entry.package.purl} if entry.package.purl else {"name": entry.package.name}
    return Affected.model_validate(who | {"ranges": ranges, "versions": entry.versions})


def _spans(events: Sequence[Mapping[str, str]]) -> list[Range]:
    """OSV's events as ranges: each "introduced" reaches to the next end."""
    spans: list[Range] = []
    start = ""
    for event in events:
        if "introduced" in event:
            start = event["introduced"]
        end = {key: event[key] for key in ("fixed", "last_affected") if key in event}
        if end and start:
            spans.append(Range.model_validate({"introduced": start, **end}))
            start = ""
    return spans + ([Range(introduced=start)] if start else [])


def _moment(text: str) -> date:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).date()
    except ValueError as error:
        raise MaterialError(f"the feed has the date {text[:40]!a}, wanted one as 2026-11-25T00:00:00Z") from error
