"""Which earlier results still hold, once something of the article has another hash.

A register lists what was tested when, and the hashes that those results rest on, as JSON::

    {"format": "dronecert-register/1", "article": "EMB-001", "runs": [
      {"id": "EXL-26-091", "date": "2026-09-14", "requirements": ["WIND-01", "SUP-05"],
       "hashes": {"image": "93f1...", "parameters": "07aa...", "bill": "51c0..."}}]}

A result holds while each thing that it rests on has the hash of its run. Versions are not looked at: the same version
with another hash is another thing. What a run does not state cannot be told and holds nothing.
"""

import hashlib
import struct
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StringConstraints

from harness.supply.model import Line, Many, Own, read_json
from harness.supply.ownership import Day

FORMAT = "dronecert-register/1"
MOST_RUNS = 1000
Id = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,8}-[0-9]{2}$")]
Kind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]{0,40}$")]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Run(Own):
    """One run: when, which requirements it showed, and on what (SHA-256 by kind)."""

    id: Line
    date: Day
    requirements: Many[Id] = Field(min_length=1, max_length=1000)
    hashes: Mapping[Kind, Hash]


class Register(Own):
    """The runs that a certificate rests on, in any order."""

    format: Annotated[str, StringConstraints(pattern=f"^{FORMAT}$")]
    article: Line
    runs: Many[Run] = Field(max_length=MOST_RUNS)


@dataclass(frozen=True, kw_only=True)
class Reopened:
    """A requirement whose results were reopened by a change.

    Attributes:
        requirement: its id.
        kinds: what has another hash now than in one of its runs.
        again: the run that showed it anew under the present hashes, "" while none did.
    """

    requirement: str
    kinds: tuple[str, ...]
    again: str

    def __str__(self) -> str:
        state = f"shown anew by {self.again}" if self.again else "STALE, to be tested again"
        return f"{self.requirement}: another {' and '.join(self.kinds)}; {state}"


@dataclass(frozen=True, kw_only=True)
class ChangeReport:
    """What of a register still holds.

    Attributes:
        results: number of requirements that the register has results of.
        reopened: those of them that a change reopened.
    """

    results: int
    reopened: tuple[Reopened, ...]

    @property
    def stale(self) -> tuple[str, ...]:
        """Requirements that are to be tested again."""
        return tuple(item.requirement for item in self.reopened if not item.again)

    @property
    def rerun_fraction(self) -> float:
        """Share of the reopened that were shown anew, %; 100 without change."""
        return 100.0 * (1 - len(self.stale) / len(self.reopened)) if self.reopened else 100.0


@dataclass(frozen=True)
class Rests:
    """What the results of each requirement rest on: ids, or domains as "WIND", by kind."""

    table: Mapping[str, Collection[str]]

    def of(self, requirement: str) -> frozenset[str]:
        """Kinds for one requirement."""
        names = {requirement, requirement.partition("-")[0]}
        return frozenset(kind for kind, ids in self.table.items() if names & set(ids))


def read_register(data: bytes) -> Register:
    """Read a register.

    Raises:
        MaterialError: it cannot be read.
    """
    return read_json(data, Register, "the register of results")


def find_stale(register: Register, today: Mapping[str, str], rests: Rests) -> ChangeReport:
    """Compare the hashes of all runs with those of the article now.

    Args:
        register: what was tested.
        today: SHA-256 by kind, hex. A kind that is missing here has changed: nobody can say that it has not.
        rests: what each result rests on.
    """
    found = []
    requirements = sorted({name for run in register.runs for name in run.requirements})
    for name in requirements:
        runs = [run for run in register.runs if name in run.requirements]
        changes = {run.id: _changed(run, today, rests.of(name)) for run in runs}
        kinds = tuple(sorted(set().union(*changes.values())))
        if kinds:
            holding = sorted(run.date.isoformat() + " " + run.id for run in runs if not changes[run.id])
            found.append(Reopened(requirement=name, kinds=kinds, again=holding[-1] if holding else ""))
    return ChangeReport(results=len(requirements), reopened=tuple(found))


def parameter_digest(values: Mapping[str, float]) -> str:
    """SHA-256 of a parameter set, hex: a line ``name=value`` for each, by name.

    The value is written as the four bytes of an IEEE single, big-endian, in hex: MAVLink carries no more.
    """
    lines = (f"{name}={struct.pack('>f', value).hex()}\n" for name, value in sorted(values.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _changed(run: Run, today: Mapping[str, str], kinds: Collection[str]) -> frozenset[str]:
    return frozenset(kind for kind in kinds if run.hashes.get(kind) is None or run.hashes[kind] != today.get(kind))
