"""What a defect of the embedded drone is: a change of its configuration and what must notice it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.drone.article import ArticleConfig

Change = Callable[[ArticleConfig], ArticleConfig]


@dataclass(frozen=True, kw_only=True)
class Defect:
    """One fault.

    Attributes:
        name: as ``--defect`` takes it.
        summary: what is wrong with the drone.
        caught_by: requirements that must come out FAIL.
        also_touches: requirements that may get any verdict, each with the reason.
        change: makes the damaged article of a sound one.
    """

    name: str
    summary: str
    caught_by: tuple[str, ...]
    change: Change
    also_touches: Mapping[str, str] = field(default_factory=dict)


def part(part: str, **values: Any) -> Change:  # noqa: ANN401 - fields of any part
    """A change of some fields of one part of the article."""
    return lambda config: replace(config, **{part: replace(getattr(config, part), **values)})
