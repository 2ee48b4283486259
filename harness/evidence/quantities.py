"""What the plan says of each quantity: its name, unit, limit and measurand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.judgement import Limit


@dataclass(frozen=True, kw_only=True)
class QuantityInfo:
    """A quantity as the plan describes it; `limit` is the resolved one."""

    name: str
    title: str
    measurand: str
    origin: str
    limit: Limit


def read_quantity(raw: Mapping[str, Any]) -> QuantityInfo:
    """The quantity of one entry of the plan.

    Raises:
        KeyError: the entry lacks a field.
    """
    limit = Limit(unit=raw["unit"], lower=raw["limit"]["lower"], upper=raw["limit"]["upper"])
    return QuantityInfo(
        name=raw["name"], title=raw["title"], measurand=raw["measurand"], origin=raw["origin"], limit=limit
    )
