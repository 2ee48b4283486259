"""What became of forged orders: a row for each link, kind and order."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from harness.instruments.chart import Chart
from harness.judgement import Count

TWINS = "rightly signed twins"


class Standing(Enum):
    """How a kind of order counts."""

    ILLEGITIMATE = "must be refused"
    IN_WINDOW = "must be refused; the protocol's one-minute window admits it"
    APART = "reported apart"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One forged order.

    Attributes:
        link: where it was sent.
        kind: what is wrong with it.
        order: what it asks for.
        standing: how it counts.
        accepted: whether it was acknowledged as accepted, or obeyed.
        changed: whether the observer saw the state change.
        twin: whether the same order, rightly signed, was obeyed in the same state; None where there is no twin.
    """

    link: str
    kind: str
    order: str
    standing: Standing
    accepted: bool
    changed: bool
    twin: bool | None = None


@dataclass
class Matrix:
    """All attempts, oldest first."""

    attempts: list[Attempt] = field(default_factory=list)

    @property
    def accepted(self) -> Count:
        """Illegitimate orders accepted, those of the protocol's window left out."""
        return _count(item.accepted for item in self._of(Standing.ILLEGITIMATE))

    @property
    def accepted_in_window(self) -> Count:
        """Replayed orders accepted inside the protocol's window for a new stream."""
        return _count(item.accepted for item in self._of(Standing.IN_WINDOW))

    @property
    def changed(self) -> Count:
        """Orders that must be refused and after which the state differed."""
        return _count(item.changed for item in self._of(Standing.ILLEGITIMATE) + self._of(Standing.IN_WINDOW))

    @property
    def twins(self) -> Count:
        """Rightly signed twins that were not obeyed."""
        return _count(not item.twin for item in self.attempts if item.twin is not None)

    def told_apart(self) -> dict[str, str]:
        """What is reported and not counted, by kind."""
        kinds = dict.fromkeys((item.link, item.kind) for item in self._of(Standing.APART) if item.twin is None)
        found = {key: [i for i in self._of(Standing.APART) if (i.link, i.kind) == key] for key in kinds}
        return {
            f"{kind} ({link})": f"{sum(item.accepted for item in items)} of {len(items)} accepted"
            for (link, kind), items in found.items()
        }

    def rows(self) -> list[tuple[str, ...]]:
        """Heading and one row for each link, kind and order: sent, accepted, changes, twins obeyed, how it counts."""
        groups: dict[tuple[str, str, str, str], list[Attempt]] = {}
        for item in self.attempts:
            groups.setdefault((item.link, item.kind, item.order, item.standing.value), []).append(item)
        return [
            ("link", "kind", "order", "sent", "accepted", "state changes", "twins obeyed", "standing"),
            *((*key[:3], *_figures(items), key[3]) for key, items in groups.items()),
        ]

    def chart(self) -> Chart:
        """A grid of orders obeyed, of those sent, by kind and by link and order; last their rightly signed twins."""
        cells: dict[tuple[str, str], list[Attempt]] = {}
        columns: dict[str, list[Attempt]] = {}
        for item in self.attempts:
            column = f"{item.link}: {item.order}"
            cells.setdefault((item.kind, column), []).append(item)
            columns.setdefault(column, []).append(item)
        forged = tuple((*key, *_obeyed(items)) for key, items in cells.items())
        twins = tuple((TWINS, column, *told) for column, items in columns.items() if (told := _twins(items)))
        title = "Orders obeyed, of those sent"
        return Chart(title=title, x_label="link and order", y_label="", kind="grid", cells=forged + twins)

    def encode(self) -> bytes:
        """The rows as CSV."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(self.rows())
        return text.getvalue().encode()

    def _of(self, standing: Standing) -> list[Attempt]:
        return [item for item in self.attempts if item.standing is standing]


def _figures(items: list[Attempt]) -> tuple[str, ...]:
    twins = [item.twin for item in items if item.twin is not None]
    told = f"{sum(twins)} of {len(twins)}" if twins else "-"
    return str(len(items)), str(sum(i.accepted for i in items)), str(sum(i.changed for i in items)), told


def _obeyed(items: list[Attempt]) -> tuple[str, bool | None]:
    obeyed = sum(item.accepted or item.changed for item in items)
    judged = any(item.standing is not Standing.APART for item in items)
    return f"{obeyed}/{len(items)}", obeyed == 0 if judged else None


def _twins(items: list[Attempt]) -> tuple[str, bool] | None:
    twins = [item.twin for item in items if item.twin is not None]
    return (f"{sum(twins)}/{len(twins)}", all(twins)) if twins else None


def _count(events: Iterable[bool]) -> Count:
    seen = list(events)
    return Count(events=sum(seen), trials=len(seen))
