"""Rows and notes that say the same of each repetition, said once: a reader looks for what differs.

The record keeps every one. What failed is never gathered.
"""

from collections import Counter
from collections.abc import Sequence

MOST_NOTES = 3


def gathered_rows(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Rows alike but for their last cell as one, in the order of the first of each.

    The last cell then says how many there were, what the first said and, where it differs, the last.
    """
    alike: dict[tuple[str, ...], list[str]] = {}
    for *head, last in rows:
        alike.setdefault(tuple(head), []).append(last)
    return [[*head, _first_and_last(cells)] for head, cells in alike.items()]


def counted_rows(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Equal rows once, with how many there were behind the first cell."""
    counts = Counter(tuple(row) for row in rows)
    return [[f"{name} ({times} times)" if times > 1 else name, *rest] for (name, *rest), times in counts.items()]


def gathered_notes(notes: Sequence[str]) -> list[str]:
    """Of notes that begin alike (up to their first colon) the first, the last, and how many there are between."""
    alike: dict[str, list[str]] = {}
    for note in notes:
        alike.setdefault(note.partition(":")[0], []).append(note)
    told: list[str] = []
    for head, same in alike.items():
        if len(same) <= MOST_NOTES:
            told += same
        else:
            told += [same[0], f"{head}: {len(same) - 2} more such notes in the record", same[-1]]
    return told


def _first_and_last(cells: Sequence[str]) -> str:
    if len(cells) == 1:
        return cells[0]
    same = cells[0] == cells[-1]
    return f"{len(cells)} times: {cells[0]}" if same else f"{len(cells)} times, first: {cells[0]}; last: {cells[-1]}"
