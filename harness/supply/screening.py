"""Names against a dated list of entities, and what an analyst decided of the hits that are not clear.

A list::

    id = "example-list"
    title = "Entities that this purchaser restricts"
    date = 2026-11-01                 # of the list, not of the file
    source = "where it was taken from"

    [[entities]]
    name = "Example Werke GmbH"
    aliases = ["Exwerk", "株式会社エクス"]
    owners = ["Example Holding AG"]   # who owns it, as far as the list says
    reason = "section 1 of the source"

    [[jurisdictions]]                 # whoever is subject to the law of one is restricted too
    code = "XX"
    reason = "section 2 of the source"

Names are compared in one script: a list must carry each name in every script in which it is written.
"""

import difflib
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from harness.errors import FileError
from harness.supply.identifiers import PLACEHOLDERS
from harness.supply.model import Line, Many, Name, Own, parse_table, read_bytes
from harness.supply.names import Comparable, comparable, is_mixed

Kind = Literal["exact", "alias", "fuzzy"]
# Ratcliff/Obershelp similarity of the ordered words; one wrong letter in seven stays above it
ALIKE = 0.85
# A shorter name is in too many others to say anything.
LEAST_LATIN, LEAST_WIDE = 5, 2
MOST_NAMES = 20_000
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


class Entity(Own):
    """One entry of a list."""

    name: Name
    aliases: Many[Name] = ()
    owners: Many[Name] = ()
    reason: Line


class Jurisdiction(Own):
    """A jurisdiction of a list, as ISO 3166 code."""

    code: Code
    reason: Line


class _ListFile(Own):
    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
    title: Line
    date: date
    source: Line
    entities: Many[Entity] = Field(min_length=1)
    jurisdictions: Many[Jurisdiction] = ()


@dataclass(frozen=True, kw_only=True)
class Match:
    """A name that is, or may be, one of a list.

    Attributes:
        entity: the listed name, "" where the name was no name at all.
        alias: the name of the entry that it matched.
        kind: ``exact`` and ``alias`` are clear, ``fuzzy`` is for an analyst.
        score: likeness, 0 to 1.
        reason: why it matches and why that is listed, in words.
    """

    entity: str
    alias: str
    kind: Kind
    score: float
    reason: str

    @property
    def clear(self) -> bool:
        """Whether nobody need decide it."""
        return self.kind != "fuzzy"


@dataclass(frozen=True, kw_only=True)
class EntityList:
    """A dated list.

    Attributes:
        sha256: digest of the file, hex.
        entries: in the order of the file.
        jurisdictions: reason by code.
    """

    id: str
    title: str
    date: date
    source: str
    sha256: str
    entries: tuple[Entity, ...]
    jurisdictions: Mapping[str, str]

    def screen(self, name: str) -> tuple[Match, ...]:
        """Every entry that `name` is or may be, the clearest first; one match for each entry.

        A name in which nothing can be compared, or that mixes alphabets in a word, is a fuzzy match of nothing, never
        a clean one.
        """
        given = comparable(name)
        if not given.words or name.strip().lower() in PLACEHOLDERS:
            reason = f"nothing of the name {name!a} can be compared"
            return (Match(entity="", alias="", kind="fuzzy", score=0.0, reason=reason),)
        every = (_best(given, entry) for entry in self.entries)
        found = sorted((match for match in every if match), key=lambda match: (not match.clear, -match.score))
        if not found and is_mixed(name):
            reason = f"a word of {name!a} mixes Latin letters with others, so that it may look like another name"
            return (Match(entity="", alias="", kind="fuzzy", score=0.0, reason=reason),)
        return tuple(found)


def read_entities(path: Path) -> EntityList:
    """Read a list.

    Raises:
        FileError: the file cannot be read, is no list, names an entity or alias twice, or has a name in which nothing
            can be compared.
    """
    data = read_bytes(path)
    read = parse_table(path, data, _ListFile)
    _check_names(path, read.entities)
    return EntityList(
        id=read.id,
        title=read.title,
        date=read.date,
        source=read.source,
        sha256=hashlib.sha256(data).hexdigest(),
        entries=read.entities,
        jurisdictions={entry.code: entry.reason for entry in read.jurisdictions},
    )


def _check_names(path: Path, entities: Iterable[Entity]) -> None:
    owner: dict[tuple[str, ...], str] = defaultdict(str)
    count = 0
    for number, entity in enumerate(entities):
        for name in (entity.name, *entity.aliases, *entity.owners):
            if not comparable(name).words:
                raise FileError(path, f"nothing of the name {name!a} can be compared", key=f"entities[{number}]")
            if (count := count + 1) > MOST_NAMES:
                raise FileError(path, f"has more than {MOST_NAMES} names: split it", key="entities")
        words = comparable(entity.name).words
        if owner[words]:
            raise FileError(path, f"names {entity.name!r} twice", key=f"entities[{number}].name")
        owner[words] = entity.name


def _best(given: Comparable, entry: Entity) -> Match | None:
    if given.equals(comparable(entry.name)):
        return _match(entry, entry.name, "exact", 1.0, "the same name")
    for alias in entry.aliases:
        if given.equals(comparable(alias)):
            return _match(entry, alias, "alias", 1.0, f"the alias {alias!r}")
    alike = max(_alike(given, entry), key=lambda match: match.score, default=None)
    return alike or _owner(given, entry)


def _owner(given: Comparable, entry: Entity) -> Match | None:
    for owner in entry.owners:
        if given.equals(comparable(owner)):
            return _match(entry, owner, "fuzzy", 1.0, "the name of an owner that is not listed itself")
    return None


def _alike(given: Comparable, entry: Entity) -> Iterator[Match]:
    for name in (entry.name, *entry.aliases):
        listed = comparable(name)
        if _holds(given, listed):
            yield _match(entry, name, "fuzzy", 0.9, f"the whole of the listed name {name!r} is in it")
        elif _holds(listed, given):
            yield _match(entry, name, "fuzzy", 0.86, f"it is a part of the listed name {name!r}")
        elif (score := _likeness(given, listed)) >= ALIKE:
            yield _match(entry, name, "fuzzy", score, f"spelt like {name!r}")


def _holds(whole: Comparable, part: Comparable) -> bool:
    if not _is_long(part.solid):
        return False
    if not part.solid.isascii():
        return part.solid in whole.solid
    return f" {part.text} " in f" {whole.text} "


def _is_long(text: str) -> bool:
    return len(text) >= (LEAST_LATIN if text.isascii() else LEAST_WIDE)


def _likeness(left: Comparable, right: Comparable) -> float:
    """The greater likeness, of the ordered words and of the letters without blanks."""
    pairs = ((left.sorted_text, right.sorted_text), (left.solid, right.solid))
    return max((_ratio(*pair) for pair in pairs if all(map(_is_long, pair))), default=0.0)


def _ratio(left: str, right: str) -> float:
    # the greatest ratio that the lengths allow; what follows is much slower
    if 2 * min(len(left), len(right)) < ALIKE * (len(left) + len(right)):
        return 0.0
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0


def _match(entry: Entity, alias: str, kind: Kind, score: float, why: str) -> Match:
    return Match(
        entity=entry.name, alias=alias, kind=kind, score=round(score, 3), reason=f"{why}; listed: {entry.reason}"
    )
