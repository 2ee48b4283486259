"""What was found that should not be readable, and how often chance would bring as much."""

import math
from dataclasses import dataclass
from typing import Literal

HitKind = Literal["canary", "coordinate", "signature", "key"]

# A count that chance brings about more often than this in as much random data proves nothing.
LEAST_CHANCE = 1e-3


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Something found that should not be readable.

    Attributes:
        kind: "canary", "coordinate", "signature" (readable file or file system) or "key".
        name: of the canary, the secret or the format.
        encoding: the form in which it was found, or what the structure said.
        offset: of its first byte in the image.
        context: the bytes around it in hex, those of a key masked.
    """

    kind: HitKind
    name: str
    encoding: str
    offset: int
    context: str


@dataclass(frozen=True, kw_only=True)
class HitCount:
    """How often something was found, beside how often chance would bring it about."""

    kind: HitKind
    name: str
    encoding: str
    count: int
    expected: float

    @property
    def by_chance(self) -> bool:
        """Whether chance alone would bring as many at least once in a thousand images."""
        return self.count > 0 and _poisson_tail(self.count, self.expected) >= LEAST_CHANCE


def _poisson_tail(count: int, expected: float) -> float:
    """Chance of `count` hits or more where `expected` are, 1 where there are no more hits than that."""
    if expected <= 0.0:
        return 0.0
    if count <= expected:
        return 1.0
    # in logarithms, since a large medium expects many hits; the terms fall from here on
    term = math.exp(count * math.log(expected) - expected - math.lgamma(count + 1))
    total, number = term, count
    while term > total * 1e-12:
        number += 1
        term *= expected / number
        total += term
    return total
