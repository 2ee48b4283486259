"""A certification basis: which requirements apply, how they are judged, and what a declaration must at least claim."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, ValidationInfo, field_validator, model_validator

from harness.catalogue.catalogue import Catalogue
from harness.catalogue.declaration import Declaration
from harness.catalogue.fields import has_key, unit_at, values_at
from harness.catalogue.model import Chosen, Many, Model, RequirementId, Text
from harness.catalogue.reading import Document, read_document
from harness.catalogue.units import amount
from harness.judgement import DecisionRule

NOT_DECLARED = "not declared"


@dataclass(frozen=True, kw_only=True)
class Breach:
    """A declaration weaker than a floor: the requirement is FAIL, "declaration below profile".

    Attributes:
        requirement: id of the requirement that fails by it.
        key: dotted key of the declaration.
        declared: what the declaration says there, with its unit.
        floor: what the profile demands, with its unit.
        why: the profile's reason.
    """

    requirement: str
    key: str
    declared: str
    floor: str
    why: str

    def __str__(self) -> str:
        return f"declaration below profile: {self.key} is {self.declared}, must be {self.floor} ({self.why})"


class Floor(Model):
    """What the declaration must say at `key`; in a list, every element must. Exactly one of the four conditions.

    What is not declared at all is below at_least, at_most and one_of, and below `never` where that names
    "not declared".
    """

    key: Text = Field(description="dotted key of the declaration")
    requirements: Many[RequirementId] = Field(min_length=1, description="ids that fail where the floor is not met")
    times: Text | None = Field(default=None, description="dotted key of a declared number that at_least multiplies")
    at_least: Annotated[float, Field(allow_inf_nan=False)] | None = None
    at_most: Annotated[float, Field(allow_inf_nan=False)] | None = None
    one_of: Many[Text] | None = Field(default=None, min_length=1, description="admitted words")
    never: Many[Text] | None = Field(default=None, min_length=1, description="words never admitted, in either case")
    why: Text = Field(description="reason, and where the figure comes from")

    @field_validator("key", "times")
    @classmethod
    def _known_key(cls, key: str | None) -> str | None:
        if key is not None and not has_key(Declaration, key):
            raise ValueError(f"the declaration has no key {key!r}")
        return key

    @field_validator("at_least", "at_most", mode="before")
    @classmethod
    def _number(cls, value: object, info: ValidationInfo) -> object:
        key = info.data.get("key")
        unit = unit_at(Declaration, key) if key else None
        if key and unit is None:
            raise ValueError(f"{key!r} is no number: use one_of or never")
        if info.data.get("times") and isinstance(value, str):
            raise ValueError(f"with times it is a factor, a number without unit: got {value!r}")
        return amount(value, unit) if isinstance(value, str) and unit else value

    @model_validator(mode="after")
    def _one_condition(self) -> Self:
        given = [name for name in ("at_least", "at_most", "one_of", "never") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"wanted one of at_least, at_most, one_of, never, got {' and '.join(given) or 'none'}")
        if self.times and (self.at_least is None or unit_at(Declaration, self.times) != unit_at(Declaration, self.key)):
            raise ValueError(f"times goes with at_least and a key in the unit of {self.key!r}")
        return self

    def breaches(self, declaration: Declaration) -> tuple[Breach, ...]:
        """One for each requirement of the floor and each different declared value below it."""
        if self.times:
            return self._resolved(declaration).breaches(declaration)
        declared = values_at(declaration, self.key)
        missing = self._lacks(declaration) and (self.never is None or NOT_DECLARED in map(_folded, self.never))
        bad = [self._shown(value) for value in declared if not self._admits(value)] + [NOT_DECLARED] * missing
        return tuple(
            Breach(requirement=requirement, key=self.key, declared=value, floor=self.demand, why=self.why)
            for requirement in self.requirements
            for value in dict.fromkeys(bad)
        )

    def _lacks(self, declaration: Declaration) -> bool:
        """Whether the key is not declared, be it in one element of a list only."""
        *parents, name = self.key.split(".")
        holders = values_at(declaration, ".".join(parents))
        return not all(values_at(holder, name) for holder in holders) or not holders

    def _resolved(self, declaration: Declaration) -> "Floor":
        """This floor with its multiple worked out; that the other number is declared is for a floor of its own."""
        base = [value for value in values_at(declaration, str(self.times)) if isinstance(value, int | float)]
        bound = (self.at_least or 0.0) * max(base, default=0.0)
        why = f"{self.at_least:g} times {self.times}: {self.why}"
        return self.model_copy(update={"at_least": bound, "times": None, "why": why})

    @property
    def demand(self) -> str:
        """The condition in words."""
        if self.at_least is not None:
            return f"at least {self._shown(self.at_least)}"
        if self.at_most is not None:
            return f"at most {self._shown(self.at_most)}"
        if self.one_of is not None:
            return f"one of {', '.join(self.one_of)}"
        return f"none of {', '.join(self.never or ())}"

    def _admits(self, value: object) -> bool:
        word = _folded(value)
        if self.one_of is not None:
            return word in map(_folded, self.one_of)
        if self.never is not None:
            return word not in map(_folded, self.never)
        if not isinstance(value, int | float):
            return False
        return value >= self.at_least if self.at_least is not None else value <= (self.at_most or 0.0)

    def _shown(self, value: object) -> str:
        unit = unit_at(Declaration, self.key)
        if not isinstance(value, int | float):
            return repr(value)
        return f"{value:g}" + (f" {unit}" if unit not in (None, "1") else "")


def _folded(value: object) -> str:
    return str(value).strip().casefold()


class Profile(Model):
    """A certification basis."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
    title: Text
    depth: Literal["short", "lab", "commissioning"] = Field(description="which conditions of the suites are flown")
    rule: Chosen[DecisionRule] = Field(description="decision rule: guarded (w = U) or simple (w = 0)")
    requirements: Many[RequirementId] = Field(min_length=1, description="ids of the requirements that apply")
    not_applicable: Mapping[RequirementId, Text] = Field(default_factory=dict, description="id to reason")
    floors: Many[Floor] = ()

    @field_validator("requirements")
    @classmethod
    def _named_once(cls, requirements: tuple[str, ...]) -> tuple[str, ...]:
        twice = sorted({name for name in requirements if requirements.count(name) > 1})
        if twice:
            raise ValueError(f"named twice: {', '.join(twice)}")
        return requirements

    def breaches(self, declaration: Declaration) -> tuple[Breach, ...]:
        """Every floor that `declaration` does not meet, in the order of the floors."""
        return tuple(breach for floor in self.floors for breach in floor.breaches(declaration))


def load_profile(path: Path, catalogue: Catalogue) -> Profile:
    """Read a profile whose requirements are all in `catalogue`.

    Raises:
        FileError: the file cannot be read or is wrong, names a requirement that the catalogue lacks, calls one both
            required and not applicable, or has a floor for one that it does not require.
    """
    document = read_document(path, Profile)
    profile = document.model
    _check(document, ("requirements",), profile.requirements, _unknown_in(catalogue))
    _check(document, ("not_applicable",), tuple(profile.not_applicable), _unknown_in(catalogue))
    _check(document, ("not_applicable",), tuple(profile.not_applicable), _both_in(profile))
    for index, floor in enumerate(profile.floors):
        _check(document, ("floors", index, "requirements"), floor.requirements, _outside(profile))
    return profile


def _check(
    document: Document[Profile], place: tuple[str | int, ...], ids: tuple[str, ...], fault: Callable[[str], str]
) -> None:
    wrong = [(index, requirement) for index, requirement in enumerate(ids) if fault(requirement)]
    if wrong:
        index, requirement = wrong[0]
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        last = requirement if place == ("not_applicable",) else index
        raise document.error((*place, last), fault(requirement) + more)


def _unknown_in(catalogue: Catalogue) -> Callable[[str], str]:
    return lambda requirement: "" if requirement in catalogue else f"no suite has requirement {requirement!r}"


def _both_in(profile: Profile) -> Callable[[str], str]:
    return lambda requirement: f"{requirement} is also required" if requirement in profile.requirements else ""


def _outside(profile: Profile) -> Callable[[str], str]:
    return lambda requirement: "" if requirement in profile.requirements else f"{requirement} is not required here"
