"""A limit on a quantity: upper, lower or both, with its unit."""

import math
from dataclasses import dataclass

from harness.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class Limit:
    """The admissible range of a quantity.

    Attributes:
        unit: unit of the limit and of the value, ``"1"`` for counts and ratios.
        lower: least admissible value, or None.
        upper: greatest admissible value, or None.

    Raises:
        UsageError: no bound at all, a bound that is not finite, or lower above upper.
    """

    unit: str
    lower: float | None = None
    upper: float | None = None

    def __post_init__(self) -> None:
        bounds = [bound for bound in (self.lower, self.upper) if bound is not None]
        if not bounds:
            raise UsageError("a limit needs a lower or an upper bound")
        if not all(math.isfinite(bound) for bound in bounds):
            raise UsageError(f"a limit must be finite, got {bounds}")
        if len(bounds) == 2 and bounds[0] > bounds[1]:
            raise UsageError(f"the lower limit {bounds[0]} is above the upper limit {bounds[1]}")

    def __str__(self) -> str:
        unit = "" if self.unit == "1" else f" {self.unit}"
        if self.lower is None:
            return f"<= {self.upper:g}{unit}"
        if self.upper is None:
            return f">= {self.lower:g}{unit}"
        return f"{self.lower:g} to {self.upper:g}{unit}"
