"""One testable claim: what is shown, from which clauses, by which quantities and limits, at which hazard."""

import math
import re
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, field_validator, model_validator

from harness.catalogue.declaration import Declaration
from harness.catalogue.fields import unit_at
from harness.catalogue.model import Chosen, Many, Model, RequirementId, Text
from harness.catalogue.units import KIND_OF

# how the origin of a limit begins
ORIGINS = ("declared", "published: ", "default (judgement)")

_KEY = re.compile(r"[a-z_]+(?:\.[a-z0-9_]+)+")


class Standing(StrEnum):
    """How well a clause is known; only `VERIFIED` may be cited without looking it up first.

    VERIFIED: seen at its source, often only its title or an extract. SECONDARY: seen in somebody's account of it.
    RECALLED: from general knowledge, a lead and no citation. JUDGEMENT: this harness's own, published by nobody.
    """

    VERIFIED = "verified"
    SECONDARY = "secondary"
    RECALLED = "recalled"
    JUDGEMENT = "judgement"


class Hazard(StrEnum):
    """What a test may do to people and article; a rig says which of these it allows."""

    NONE = "none"
    POWERED = "powered"
    PROPS_OFF_ACTUATION = "props-off actuation"
    CONTAINED_FLIGHT = "contained flight"
    FREE_FLIGHT = "free flight"
    RF_EMISSION = "RF emission"
    POWER_INTERRUPTION = "power interruption"
    IRREVERSIBLE = "irreversible"


class Shown(StrEnum):
    """How conformity is shown: by a test alone, by a test with somebody's hand, or by a document from elsewhere."""

    AUTOMATIC = "automatic"
    OPERATOR_ASSISTED = "operator-assisted"
    EXTERNAL_DOCUMENT = "external document"


Role = Literal[
    "vehicle",
    "observer",
    "wind",
    "truth",
    "radio",
    "intruder",
    "attenuator",
    "jammer",
    "storage",
    "network",
    "gnss",
    "power",
    "firmware",
    "documents",
    "inspection",
    "spectrum",
    "rain",
    "scanner",
    "crew",
    "inspection",
    "camera",
]


class Clause(Model):
    """Where a requirement comes from."""

    document: Text = Field(description="short name of the document")
    clause: Text = Field(description="clause, section or heading, and what of it was seen")
    standing: Chosen[Standing] = Field(description="how well it is known")
    source: Annotated[str, StringConstraints(pattern=r"^(S[0-9]+[a-z]?)?$")] = Field(
        default="", description="number in the table of sources of the research, empty where there is none"
    )


def _bound(value: object) -> object:
    """A number, or a key of the declaration."""
    if isinstance(value, str) and _KEY.fullmatch(value):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    raise ValueError(f"neither a finite number nor a key of the declaration such as 'envelope.hold_r95': {value!r}")


Bound = Annotated[float | str, BeforeValidator(_bound)]


class Bounds(Model):
    """The admissible range: each side a number, or the key of the declaration that holds it."""

    lower: Bound | None = Field(default=None, description="least admissible value")
    upper: Bound | None = Field(default=None, description="greatest admissible value")

    @model_validator(mode="after")
    def _some_bound(self) -> Self:
        if self.lower is None and self.upper is None:
            raise ValueError("missing limit: give lower, upper or both")
        if isinstance(self.lower, float) and isinstance(self.upper, float) and self.lower > self.upper:
            raise ValueError(f"the lower limit {self.lower:g} is above the upper limit {self.upper:g}")
        return self

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the declaration that the range needs."""
        return tuple(bound for bound in (self.lower, self.upper) if isinstance(bound, str))


class Quantity(Model):
    """One measured quantity of a requirement."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,60}$")] = Field(
        description="name within the requirement, as tests use it"
    )
    title: Text = Field(description="name for readers")
    unit: str = Field(description="unit of value and limit, '1' for counts and ratios")
    measurand: Text = Field(description="start and stop event, window, rate, estimator and frame")
    limit: Bounds = Field(description="admissible range, in the unit of the quantity")
    origin: Text = Field(description="where the limit comes from: declared, published or a default by judgement")

    @field_validator("unit")
    @classmethod
    def _known_unit(cls, unit: str) -> str:
        if unit not in KIND_OF:
            raise ValueError(f"unknown unit {unit!r}, known are {' '.join(KIND_OF)}")
        return unit

    @field_validator("origin")
    @classmethod
    def _known_origin(cls, origin: str) -> str:
        if not origin.startswith(ORIGINS):
            raise ValueError(f"starts with none of {', '.join(map(repr, ORIGINS))}")
        return origin

    @model_validator(mode="after")
    def _keys_fit(self) -> Self:
        for key in self.limit.keys:
            unit = unit_at(Declaration, key)
            if unit is None:
                raise ValueError(f"limit {key!r} is no number of the declaration")
            if unit != self.unit:
                raise ValueError(f"limit {key!r} is in {unit}, the quantity in {self.unit}")
        return self


class Requirement(Model):
    """One testable claim.

    ``domain`` is the name of the suite's folder, which `load_catalogue` fills in.
    """

    id: RequirementId
    domain: str = Field(default="", description="folder of the suite; filled in on loading, never written in the file")
    title: Text = Field(description="a few words for tables")
    claim: Text = Field(description="what the article is shown to do")
    clauses: Many[Clause] = Field(min_length=1, description="where the claim comes from")
    method: Text = Field(description="how it is shown, in short")
    bench: Text = Field(description="what a bench rig uses for it")
    surrogate: Text = Field(description="what simulation puts in place of the bench, and what it cannot show")
    negative_controls: Many[Text] = Field(min_length=1, description="known bad cases that the method must catch")
    roles: Many[Role] = Field(min_length=1, description="roles that the rig must fill")
    hazard: Chosen[Hazard]
    shown: Chosen[Shown]
    quantities: Many[Quantity] = Field(min_length=1)

    @field_validator("quantities")
    @classmethod
    def _names_once(cls, quantities: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
        names = [quantity.name for quantity in quantities]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"quantity named twice: {', '.join(twice)}")
        return quantities

    def quantity(self, name: str) -> Quantity | None:
        """The quantity called `name`, or None."""
        return next((quantity for quantity in self.quantities if quantity.name == name), None)


class SuiteFile(Model):
    """A suite's ``requirements.toml``."""

    title: Text = Field(description="the domain, for readers")
    requirements: Many[Requirement] = Field(min_length=1)
