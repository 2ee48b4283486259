"""``matrix.csv``: every requirement of the catalogue with what was measured for it, covered or not."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from harness.evidence.results import MeasurementResult, RequirementResult, RunResult
from harness.judgement import worst
from harness.reports.text import visible
from harness.reports.wording import limit_text

HEADER = (
    "requirement",
    "title",
    "in scope",
    "requirement verdict",
    "case",
    "quantity",
    "value",
    "trials",
    "unit",
    "limit",
    "U (k=2)",
    "rule",
    "verdict",
    "reason",
    "clauses",
)
FORMULA_STARTS = ("=", "+", "-", "@")


def matrix_csv(result: RunResult) -> str:
    """The matrix as CSV (RFC 4180 quoting, "\\n"); text that a spreadsheet would run as a formula starts with "'"."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for item in result.requirements:
        writer.writerows(_rows(item))
    return text.getvalue()


def guarded(cell: str) -> str:
    """`cell` as text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) and cell != "-" else cell


def clauses_text(clauses: Sequence[Mapping[str, Any]]) -> str:
    """Clauses as ``document clause [standing]``, joined by semicolons."""
    parts = (f"{item.get('document', '')} {item.get('clause', '')} [{item.get('standing', '')}]" for item in clauses)
    return "; ".join(visible(part, 300) for part in parts)


def _rows(item: RequirementResult) -> list[list[str]]:
    head = [
        guarded(visible(item.id)),
        guarded(visible(item.title)),
        "yes" if item.in_scope else "no",
        item.verdict.value,
    ]
    clauses = guarded(clauses_text(item.info["clauses"]))
    rows = [[*head, *_cells(measurement), clauses] for measurement in item.measurements]
    if item.verdict is not worst(measurement.verdict for measurement in item.measurements) or not rows:
        # what no measurement says: not covered, a declaration below its floor, an article that failed late
        rows.insert(0, [*head, *[""] * 8, item.verdict.value, guarded(visible(item.reason)), clauses])
    return rows


def _cells(item: MeasurementResult) -> list[str]:
    measured = item.value is not None
    return [
        guarded(visible(item.case)),
        guarded(visible(item.quantity.name)),
        f"{item.value:.9g}" if measured else "",
        "" if item.trials is None else str(item.trials),
        guarded(visible(item.quantity.limit.unit)),
        limit_text(item),
        f"{item.U:.9g}" if measured else "",
        guarded(visible(item.rule)),
        item.verdict.value,
        guarded(visible(item.reason)),
    ]
