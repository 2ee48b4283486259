"""Canaries: texts and places that were handed to the article, looked for in every form in which they may be stored."""

import secrets
from dataclasses import dataclass, field

from harness.errors import UsageError
from harness.storage.image.patterns import Pattern, text_patterns

SHORTEST_TEXT = 8


@dataclass(frozen=True)
class TextCanary:
    """A text that the article was made to record.

    Raises:
        UsageError: fewer than 8 bytes of UTF-8, which chance could bring about.
    """

    name: str
    text: str

    def __post_init__(self) -> None:
        if len(self.text.encode()) < SHORTEST_TEXT:
            raise UsageError(f"canary {self.name}: {self.text!r} is too short; use at least {SHORTEST_TEXT} bytes")

    @classmethod
    def random(cls, name: str) -> "TextCanary":
        """A canary that nobody can have known: 160 random bits."""
        return cls(name, f"CANARY-{secrets.token_hex(20)}")

    def patterns(self) -> tuple[Pattern, ...]:
        """Every form that is looked for."""
        return text_patterns(self.name, self.text)


@dataclass(frozen=True)
class CoordinateCanary:
    """A place over which the article flew; a pair of latitude and longitude inside the box counts.

    Attributes:
        latitude, longitude: centre of the box, deg, each at least 1 deg from zero, where numbers mean little.
        box: half width of the box, deg; at most 0.1.
    """

    name: str
    latitude: float
    longitude: float
    box: float = 0.001

    def __post_init__(self) -> None:
        if not (1.0 <= abs(self.latitude) <= 89.0 and 1.0 <= abs(self.longitude) <= 179.0):
            raise UsageError(f"canary {self.name}: choose a place at least 1 deg from 0, from the poles and from 180")
        if not 1e-6 <= self.box <= 0.1:
            raise UsageError(f"canary {self.name}: half width {self.box} deg; use 1e-6 to 0.1 deg")

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether the place lies in the box."""
        return abs(latitude - self.latitude) <= self.box and abs(longitude - self.longitude) <= self.box


@dataclass(frozen=True, kw_only=True)
class CanarySet:
    """What one search looks for."""

    texts: tuple[TextCanary, ...] = field(default=())
    coordinates: tuple[CoordinateCanary, ...] = field(default=())

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all canaries."""
        return (*(canary.name for canary in self.texts), *(canary.name for canary in self.coordinates))
