"""What a purchaser asks of bills: the policy file of ``dronecert supply``, with the dated lists that it names.

::

    title = "Example purchaser, 2026"
    required = ["supplier", "version"]       # fields of the bill that must be complete; the seven of NTIA if left out

    [origin]                                 # asked of the hardware bill; left out: nothing is asked
    critical = ["flight controller", "radio"]
    confidence = "documented"                # declared, documented or inspected, at least
    countries = "countries.toml"             # beside the policy; left out: any country

    [entities]
    list = "entities.toml"                   # suppliers and makers are screened against it

A list of countries::

    date = 2026-11-01
    source = "where it was taken from"
    admits = true                            # true: these and no others; false: all but these
    countries = ["JP", "FI"]                 # ISO 3166
"""

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from harness.errors import FileError
from harness.supply.minimum import DRAFT_FIELDS, REQUIRED_FIELDS
from harness.supply.model import Line, Many, Own, read_table
from harness.supply.origin import CountryList, OriginRules
from harness.supply.screening import EntityList, read_entities

# US NDAA FY2020 section 848; satellite navigation is this harness's addition (judgement)
CRITICAL = (
    *("flight controller", "radio", "camera", "gimbal", "gnss receiver", "data storage"),
    *("ground control software", "operating software", "connectivity service", "storage service"),
)
FieldName = Annotated[str, StringConstraints(max_length=60)]
FileName = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Class = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9 -]{0,60}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


class _Origin(Own):
    critical: Many[Class] = Field(default=CRITICAL, min_length=1)
    confidence: Literal["declared", "documented", "inspected"] = "documented"
    countries: FileName | None = None


class _Entities(Own):
    list: FileName


class _PolicyFile(Own):
    title: Line
    required: Many[FieldName] = Field(default=REQUIRED_FIELDS, min_length=1)
    origin: _Origin | None = None
    entities: _Entities | None = None


class _CountryFile(Own):
    date: datetime.date
    source: Line
    admits: bool
    countries: Many[Code] = Field(min_length=1)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What is asked of bills.

    Attributes:
        required: fields that must be complete, of the seven of NTIA 2021 and the four of CISA's draft of 2025.
        origin: what is asked of the hardware bill; None: nothing.
        entities: whom to screen against; None: nobody.
        asks_origin: whether a delivery without a hardware bill leaves something open.
    """

    title: str
    required: tuple[str, ...] = REQUIRED_FIELDS
    origin: OriginRules | None = None
    entities: EntityList | None = None
    asks_origin: bool = False


# without a policy of the purchaser's: the minimum elements, and, where a hardware bill is there, every critical class
DEFAULT = Policy(title="minimum elements of NTIA 2021", origin=OriginRules(critical=CRITICAL))


def read_policy(path: Path) -> Policy:
    """Read a policy and the lists that it names, which lie beside it.

    Raises:
        FileError: one of the files cannot be read or is wrong; names path and key.
    """
    read = read_table(path, _PolicyFile)
    for name in read.required:
        if name not in (*REQUIRED_FIELDS, *DRAFT_FIELDS):
            known = ", ".join((*REQUIRED_FIELDS, *DRAFT_FIELDS))
            raise FileError(path, f"{name!a} is no field of a bill; there are {known}", key="required")
    return Policy(
        title=read.title,
        required=read.required,
        origin=None if read.origin is None else _origin(path, read.origin),
        asks_origin=read.origin is not None,
        entities=None if read.entities is None else read_entities(path.parent / read.entities.list),
    )


def _origin(path: Path, read: _Origin) -> OriginRules:
    countries = None if read.countries is None else read_countries(path.parent / read.countries)
    return OriginRules(critical=read.critical, confidence=read.confidence, countries=countries)


def read_countries(path: Path) -> CountryList:
    """Read a dated list of countries.

    Raises:
        FileError: it cannot be read or is wrong.
    """
    read = read_table(path, _CountryFile)
    return CountryList(date=read.date, source=read.source, admits=read.admits, countries=frozenset(read.countries))
