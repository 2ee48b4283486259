"""What an analyst decided of hits that are not clear.

::

    [[decisions]]
    name = "Example Werk Service"     # as the papers write it
    entity = "Example Werke GmbH"     # as the list writes it
    same = false                      # whether they are one
    reason = "another register number and another owner: extract of 2026-10-28"
    analyst = "A. Analyst"
    date = 2026-11-02

A decision that is older than its list, or later than the day of the test, decides nothing: the list may have changed
since, or the hit is not decided yet.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import Field

from harness.errors import FileError
from harness.supply.model import Line, Many, Name, Own, read_table
from harness.supply.names import comparable
from harness.supply.screening import EntityList, Match

LEAST_REASON = 10


class Decision(Own):
    """One decision."""

    name: Name
    entity: Name
    same: bool
    reason: Line = Field(min_length=LEAST_REASON)
    analyst: Name
    date: date


class _DecisionFile(Own):
    decisions: Many[Decision] = ()


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A match of a name, with what was decided of it.

    Attributes:
        name: as the papers write it.
        match: the entry.
        decision: None while it is open, or where none is needed.
        note: why a decision that there is does not count.
    """

    name: str
    match: Match
    decision: Decision | None = None
    note: str = ""

    @property
    def restricted(self) -> bool:
        """Whether the name is that of the entity, by itself or by decision."""
        return self.match.clear or (self.decision is not None and self.decision.same)

    @property
    def open(self) -> bool:
        """Whether an analyst must decide it yet."""
        return not self.match.clear and self.decision is None

    def __str__(self) -> str:
        state = "restricted" if self.restricted else "open" if self.open else "decided: another"
        by = f"; {self.decision.analyst}, {self.decision.date}: {self.decision.reason}" if self.decision else ""
        return f"{self.name}: {state}; {self.match.kind} {self.match.entity} ({self.match.reason}){by}{self.note}"


@dataclass(frozen=True)
class Decisions:
    """All decisions of a file."""

    entries: tuple[Decision, ...] = ()

    def settle(self, name: str, match: Match, listed: EntityList, *, on: date) -> Hit:
        """The hit with the decision that holds for it on the day `on`, if there is one."""
        if match.clear:
            return Hit(name=name, match=match)
        note = ""
        for decision in self.entries:
            if not _names(decision, name, match):
                continue
            if listed.date <= decision.date <= on:
                return Hit(name=name, match=match, decision=decision)
            note = f"; the decision of {decision.date} is not between the list ({listed.date}) and the test ({on})"
        return Hit(name=name, match=match, note=note)


def read_decisions(path: Path) -> Decisions:
    """Read a file of decisions.

    Raises:
        FileError: the file cannot be read or is wrong, or two entries decide one hit.
    """
    entries = read_table(path, _DecisionFile).decisions
    seen: set[tuple[str, str, date]] = set()
    for number, entry in enumerate(entries):
        key = (comparable(entry.name).sorted_text, comparable(entry.entity).sorted_text, entry.date)
        if key in seen:
            raise FileError(path, "decides one hit twice on one day", key=f"decisions[{number}]")
        seen.add(key)
    return Decisions(entries)


def _names(decision: Decision, name: str, match: Match) -> bool:
    """Whether it is of this name and this entity, in the spelling of the papers: another spelling is another hit."""
    return decision.name == " ".join(name.split()) and comparable(decision.entity).equals(comparable(match.entity))
