"""The components of a bill against known flaws, and what the maker says of the matches.

The rule of matching:

- Two package URLs name one component when type, namespace and name are equal, in any case. Two CPEs do when part,
  vendor and product are, without their quoting; one with a wildcard in these counts as a bare name.
- The version is in a range of the flaw, or one of its versions; without either, every version is.
- What **cannot be told** counts as a match until a statement disposes of it: a component without version, a version
  that cannot be compared, and a name that is the same while one side has no identifier or one of type ``generic``.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from packageurl import PackageURL

from harness.supply.bill import Bill, Component
from harness.supply.feed import Affected, Flaw, Range
from harness.supply.versions import compare
from harness.supply.vex import Statement

CPE_PART = re.compile(r"(?<!\\):")


@dataclass(frozen=True, kw_only=True)
class Match:
    """A component that has a flaw, or may have it.

    Attributes:
        flaw: the flaw.
        component: reference of the component, or its name.
        why: how it was matched, in words; says so where it cannot be told.
        disposed: whether the maker's statements dispose of it.
        said: what they say.
    """

    flaw: Flaw
    component: str
    why: str
    disposed: bool
    said: str

    def __str__(self) -> str:
        rated = "exploited" if self.flaw.exploited else self.flaw.severity or "not rated"
        return f"{self.flaw.id} ({rated}) in {self.component}: {self.why}; {self.said}"


@dataclass(frozen=True, kw_only=True)
class FlawReport:
    """All matches of a bill."""

    components: int
    flaws: int
    matches: tuple[Match, ...]

    @property
    def undisposed_exploited(self) -> int:
        """Matches known to be exploited that no statement disposes of."""
        return sum(match.flaw.exploited and not match.disposed for match in self.matches)

    @property
    def undisposed_critical(self) -> int:
        """Matches rated critical, or not rated, that no statement disposes of."""
        return sum(match.flaw.critical and not match.disposed for match in self.matches)


def match_flaws(bill: Bill, flaws: Sequence[Flaw], statements: Sequence[Statement]) -> FlawReport:
    """Match every component of a bill with every flaw, one match for each pair."""
    index: Index = {}
    for flaw in flaws:
        for affected in flaw.affected:
            who = _who(affected)
            index.setdefault(who.name, []).append((flaw, affected, who))
    found: dict[tuple[str, int], Match] = {}
    for number, component in enumerate(bill.everything):
        about = [
            item
            for item in statements
            if _is_of_product(item, bill)
            and (_is_about(item, component) or (bill.root is not None and _is_about(item, bill.root)))
        ]
        for flaw, why in _matches(component, index):
            found.setdefault((flaw.id, number), _match(flaw, component, why, about))
    return FlawReport(components=len(bill.everything), flaws=len(flaws), matches=tuple(found.values()))


@dataclass(frozen=True)
class _Who:
    """A component's identity: scheme ("purl", "cpe" or ""), the parts that must be equal, and the bare name."""

    scheme: str
    parts: tuple[str, ...]
    name: str
    version: str = ""


Index = dict[str, list[tuple[Flaw, Affected, _Who]]]


def _matches(component: Component, index: Index) -> Iterator[tuple[Flaw, str]]:
    identities = _identities(component)
    for name in dict.fromkeys(who.name for who in identities):
        for flaw, affected, other in index.get(name, ()):
            doubt = _same(identities, other)
            if doubt is None:
                continue
            # a bill may say one version in its field and another in its package URL: each of them counts
            told = dict.fromkeys(filter(None, (component.version, *(who.version for who in identities))))
            reasons = [why for version in told or ("",) if (why := _inside(version, affected)) is not None]
            if reasons:
                yield flaw, "; ".join(text for text in (doubt, reasons[0]) if text)


def _same(identities: Sequence[_Who], other: _Who) -> str | None:
    """ "" where the component is the one of the feed, a doubt where that cannot be told, None where it is another."""
    comparable = [who for who in identities if who.scheme and who.scheme == other.scheme]
    if any(who.parts == other.parts for who in comparable):
        return ""
    doubtful = not comparable or _is_generic(other) or any(map(_is_generic, comparable))
    return "the name is the same, whether it is the same component cannot be told" if doubtful else None


def _is_generic(who: _Who) -> bool:
    return who.scheme == "purl" and who.parts[0] == "generic"


def _inside(version: str, affected: Affected) -> str | None:
    if not affected.ranges and not affected.versions:
        return f"every version is affected, it is {version or 'not told'}"
    if not version:
        return "its version is not told"
    if version in affected.versions:
        return f"version {version} is named"
    states = [_in_range(version, part) for part in affected.ranges]
    states += [None for named in affected.versions if compare(version, named) is None]
    if True in states or any(compare(version, named) == 0 for named in affected.versions):
        return f"version {version} is affected"
    return f"whether version {version} is affected cannot be told" if None in states else None


def _in_range(version: str, part: Range) -> bool | None:
    """Whether it is inside; None where it cannot be told."""
    from_start = 1 if part.introduced == "0" else compare(version, part.introduced)
    ends = [compare(version, part.fixed)] if part.fixed else []
    past = compare(version, part.last_affected) if part.last_affected else None
    if from_start == -1 or 0 in ends or 1 in ends or past == 1:
        return False
    if from_start is None or None in ends or (part.last_affected and past is None):
        return None
    return True


def _match(flaw: Flaw, component: Component, why: str, about: Iterable[Statement]) -> Match:
    fitting = [item for item in about if item.flaws & flaw.names]
    open_ones = [item.problem for item in fitting if item.problem]
    said = "; ".join(open_ones) or ("disposed: " + ", ".join(item.status for item in fitting) if fitting else "")
    return Match(
        flaw=flaw,
        component=component.ref or component.name,
        why=why,
        disposed=bool(fitting) and not open_ones,
        said=said or "the maker says nothing of it",
    )


def _is_of_product(statement: Statement, bill: Bill) -> bool:
    """Whether it is about this bill and a part of this product; what is said of another one excuses nothing here."""
    if statement.bills and statement.bills != {bill.serial}:
        return False
    if not statement.within or bill.root is None:
        return True
    return _is_about(replace(statement, products=statement.within), bill.root)


def _is_about(statement: Statement, component: Component) -> bool:
    """Whether it names the component, by reference or identifier; one without version is about all versions."""
    if statement.products & {component.ref, *component.identifiers} - {""}:
        return True
    named = [who for text in statement.products if (who := _read(text)) is not None]
    own = [who for text in component.identifiers if (who := _read(text)) is not None]
    return any((one.scheme, one.parts) == (two.scheme, two.parts) and not one.version for one in named for two in own)


def _plain(field: str) -> str:
    """A part of a CPE name: the formatted string quotes by a backslash, the URI by percent codes (NIST IR 7695)."""
    return unquote(field.lower().lstrip("/")).replace("\\", "")


def _is_any(field: str) -> bool:
    return field in ("", "-") or "*" in field or "?" in field


def _identities(component: Component) -> list[_Who]:
    found = [who for text in component.identifiers if (who := _read(text)) is not None]
    return [*found, _Who("", (), component.name.lower())]


def _who(affected: Affected) -> _Who:
    text = affected.purl or affected.cpe or ""
    # a bare name may stand behind a path or a group, as in Go and Maven
    return _read(text) or _Who("", (), re.split("[/:]", affected.name or text)[-1].lower())


def _read(text: str) -> _Who | None:
    if text.startswith("pkg:"):
        try:
            purl = PackageURL.from_string(text)
        except ValueError:
            return None
        parts = (purl.type.lower(), (purl.namespace or "").lower(), purl.name.lower())
        return _Who("purl", parts, purl.name.lower(), purl.version or "")
    if text.startswith("cpe:"):
        # the formatted string, or the older URI with its slash
        fields = [_plain(field) for field in CPE_PART.split(text)[2 if text.startswith("cpe:2.3:") else 1 :]]
        fields += ["*"] * (4 - len(fields))
        version = "" if _is_any(fields[3]) else fields[3]
        # a name with "any" in it names nobody: its product alone is compared, as a bare name is
        if any(map(_is_any, fields[:3])):
            return _Who("", (), fields[2], version)
        return _Who("cpe", tuple(fields[:3]), fields[2], version)
    return None
