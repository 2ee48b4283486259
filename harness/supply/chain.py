"""All names of a chain against all lists."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from harness.supply.decisions import Decisions, Hit
from harness.supply.ownership import Party
from harness.supply.screening import EntityList, Match


@dataclass(frozen=True, kw_only=True)
class Screener:
    """What names are screened with: lists, decisions, and the day that counts."""

    lists: Sequence[EntityList]
    decisions: Decisions
    day: date

    def screen(self, parties: Iterable[Party]) -> "ScreenReport":
        """Screen each party by its name and by the law that it is under."""
        every = tuple(parties)
        # one supplier makes many components, and a list may be long
        names = dict.fromkeys(party.name for party in every)
        known = {name: tuple(listed.screen(name) for listed in self.lists) for name in names}
        hits = tuple(hit for party in every for hit in self._hits(party, known[party.name]))
        return ScreenReport(screened=len(every), hits=hits)

    def _hits(self, party: Party, matches: Sequence[tuple[Match, ...]]) -> tuple[Hit, ...]:
        found = []
        for listed, same in zip(self.lists, matches, strict=True):
            for match in (*same, *_under(party, listed)):
                settled = self.decisions.settle(party.name, match, listed, on=self.day)
                found.append(settled)
        return tuple(found)


@dataclass(frozen=True, kw_only=True)
class ScreenReport:
    """What came of a screening.

    Attributes:
        screened: number of names.
        hits: clear, decided and open ones, in the order of the names.
    """

    screened: int
    hits: tuple[Hit, ...]

    @property
    def restricted(self) -> tuple[str, ...]:
        """Names that are those of restricted entities, each once."""
        return tuple(dict.fromkeys(hit.name for hit in self.hits if hit.restricted))

    @property
    def open(self) -> tuple[str, ...]:
        """Names with a hit that nobody has decided, each once."""
        return tuple(dict.fromkeys(hit.name for hit in self.hits if hit.open))


def _under(party: Party, listed: EntityList) -> tuple[Match, ...]:
    reason = listed.jurisdictions.get(party.country)
    if reason is None:
        return ()
    why = f"subject to the law of {party.country}; listed: {reason}"
    return (Match(entity=party.country, alias=party.country, kind="exact", score=1.0, reason=why),)
