"""How hard the article was tried, as the record holds it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.judgement import Estimate, Exposure


@dataclass(frozen=True, kw_only=True)
class ExposureResult:
    """How hard the article was tried in a case; numbers that were not finite are NaN."""

    case: str
    exposure: Exposure


def read_exposure(event: Mapping[str, Any]) -> ExposureResult:
    """The exposure that an event of that type holds."""
    value, U, level = (finite(event[key]) for key in ("value", "U", "level"))
    realised = Estimate(
        value=math.nan if value is None else value,
        U=math.nan if U is None else U,
        terms={str(source): float(term) for source, term in event["terms"].items()},
    )
    exposure = Exposure(
        name=str(event["name"]),
        unit=str(event["unit"]),
        level=math.nan if level is None else level,
        realised=realised,
        basis=str(event["basis"]),
    )
    return ExposureResult(case=event["case"], exposure=exposure)


def finite(raw: Any) -> float | None:  # noqa: ANN401 - as JSON holds it: text where it was not finite
    """The number, or None where it is none or not finite."""
    return float(raw) if isinstance(raw, int | float) and math.isfinite(raw) else None
