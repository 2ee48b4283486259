"""The marker a suite test carries: which requirement it shows."""

from collections.abc import Iterable
from dataclasses import dataclass

import pytest

MARKER = "requirement"


def requirement(*ids: str) -> pytest.MarkDecorator:
    """Name the requirements that a test shows: ``"WIND-01"`` for all quantities of it, ``"WIND-07.tilt"`` for one."""
    mark: pytest.MarkDecorator = getattr(pytest.mark, MARKER)
    return mark(*ids)


@dataclass(frozen=True, kw_only=True)
class Named:
    """A requirement, or one quantity of it, that a test claims to show; `quantity` is "" for all."""

    requirement: str
    quantity: str


def read_marks(item: pytest.Item) -> tuple[Named, ...]:
    """What the markers of a test name, in their order."""
    return tuple(_named(text) for text in _ids(item))


def _ids(item: pytest.Item) -> Iterable[str]:
    for mark in item.iter_markers(MARKER):
        yield from map(str, mark.args)


def _named(text: str) -> Named:
    requirement_id, _, quantity = text.partition(".")
    return Named(requirement=requirement_id, quantity=quantity)
