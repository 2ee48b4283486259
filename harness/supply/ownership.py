"""Who owns the maker and its suppliers, as the maker's paper tells it.

The paper is JSON::

    {"format": "dronecert-suppliers/1", "date": "2026-06-01", "entities": [
      {"name": "Example KK", "kind": "company", "country": "JP", "also": ["Example"],
       "owners": [{"name": "Example Holding KK", "share": 70.0}, {"name": "free float", "share": 30.0}]},
      {"name": "free float", "kind": "dispersed"}]}

``kind`` is company, person, state, dispersed (no holder above the threshold of the register) or project (software that
nobody owns as a firm). A chain of owners ends at any kind but a company.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from harness.errors import MaterialError
from harness.supply.identifiers import said
from harness.supply.model import Many, Name, Own, read_json
from harness.supply.names import comparable

FORMAT = "dronecert-suppliers/1"
MOST_PARTIES = 5000
# the share above which a beneficial owner is to be known in most registers (FATF recommendation 24, "more than 25 %")
UNKNOWN_SHARE = 25.0


def _day(text: object) -> object:
    if not isinstance(text, str):
        raise ValueError("wanted a date as 2026-06-01")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("wanted a date as 2026-06-01") from None


Day = Annotated[date, BeforeValidator(_day)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


class Owner(Own):
    """A holder and its share, %."""

    name: Name
    share: Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)]


class PaperEntity(Own):
    """An entity as the paper tells of it; `also` are other names of it, former ones included."""

    name: Name
    kind: Literal["company", "person", "state", "dispersed", "project"] = "company"
    country: Country | None = None
    also: Many[Name] = ()
    owners: Many[Owner] = ()


class _Paper(Own):
    format: Literal["dronecert-suppliers/1"]
    date: Day
    entities: Many[PaperEntity]


@dataclass(frozen=True, kw_only=True)
class Party:
    """A name in the chain: what it is there, in words, and the law that it is under (ISO 3166), where told."""

    name: str
    role: str
    country: str = ""


@dataclass(frozen=True)
class Ownership:
    """The entities of a paper, by name in comparable form."""

    entities: Mapping[tuple[str, ...], PaperEntity]

    def find(self, name: str) -> PaperEntity | None:
        """The entity of that name."""
        return self.entities.get(comparable(name).words)

    def expand(self, roots: Iterable[Party]) -> tuple[Party, ...]:
        """The parties with all their other names and all owners behind them, each name once."""
        found: dict[str, Party] = {}
        waiting = deque(roots)
        while waiting:
            party = waiting.popleft()
            if party.name in found:
                continue
            entity = self.find(party.name)
            country = party.country or (entity.country if entity else None) or ""
            found[party.name] = Party(name=party.name, role=party.role, country=country)
            waiting += _behind(entity) if entity else ()
        return tuple(found.values())

    def open_ends(self, roots: Iterable[str]) -> tuple[str, ...]:
        """Companies at or behind the roots of whose owners more than a quarter is not told, each with the words."""
        seen: set[tuple[str, ...]] = set()
        waiting, problems = deque(roots), []
        while waiting:
            name = waiting.popleft()
            key, entity = comparable(name).words, self.find(name)
            if key in seen:
                continue
            seen.add(key)
            if entity is None or entity.kind == "company":
                told = sum(owner.share for owner in entity.owners) if entity else 0.0
                if told < 100.0 - UNKNOWN_SHARE:
                    problems.append(f"{name}: owners are told for {told:g} % only")
            waiting += [owner.name for owner in entity.owners if owner.share > UNKNOWN_SHARE] if entity else ()
        return tuple(problems)


def read_ownership(data: bytes) -> Ownership:
    """Read the paper.

    Raises:
        MaterialError: it cannot be read, has too many names, one twice, an entity without one, or shares above 100 %.
    """
    entities: dict[tuple[str, ...], PaperEntity] = {}
    read = read_json(data, _Paper, "the paper of suppliers").entities
    if sum(1 + len(entity.also) + len(entity.owners) for entity in read) > MOST_PARTIES:
        raise MaterialError(f"the paper of suppliers has more than {MOST_PARTIES} names")
    for entity in read:
        words = comparable(entity.name).words
        if not words or not said(entity.name):
            raise MaterialError(f"the paper of suppliers has an entity without a name: {entity.name!a}")
        if words in entities:
            raise MaterialError(f"the paper of suppliers names {entity.name!a} twice")
        total = sum(owner.share for owner in entity.owners)
        if total > 100.001:
            raise MaterialError(f"the paper of suppliers gives {entity.name!a} owners for {total:g} %")
        entities[words] = entity
    return Ownership(entities)


def _behind(entity: PaperEntity) -> Sequence[Party]:
    others = [Party(name=name, role=f"other name of {entity.name}") for name in entity.also]
    return others + [Party(name=o.name, role=f"owner of {o.share:g} % of {entity.name}") for o in entity.owners]
