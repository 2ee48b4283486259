"""A measured value with its expanded uncertainty and the terms it came from."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

COVERAGE_FACTOR = 2.0


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A value and its expanded uncertainty U (k = 2), both in the unit of the quantity.

    Attributes:
        value: the measured value.
        U: expanded uncertainty, coverage factor 2 (about 95 %).
        terms: standard uncertainty of each source, by name.
    """

    value: float
    U: float = 0.0
    terms: Mapping[str, float] = field(default_factory=dict)


def estimate(value: float, **terms: float) -> Estimate:
    """Combine independent standard uncertainties by root sum of squares (GUM, JCGM 100:2008, 5.1.2).

    Args:
        value: the measured value.
        terms: standard uncertainties by source, in the unit of `value`.
    """
    combined = math.sqrt(sum(term * term for term in terms.values()))
    return Estimate(value=value, U=COVERAGE_FACTOR * combined, terms=dict(terms))
