"""The verdict table at the end of a run: one line a requirement in scope, its worst measurement, grep-able."""

from harness.evidence.results import RequirementResult, RunResult
from harness.judgement import Verdict
from harness.reports.text import visible
from harness.reports.wording import (
    headline,
    limit_text,
    notices,
    uncertainty_text,
    value_text,
    worst_measurement,
)

WIDEST = (10, 14, 42, 18, 22, 14)
LONGEST_TEXT = 160


def summary(result: RunResult, demo: bool = False) -> str:
    """The table, the headline and what must not be overlooked; ends with a newline.

    Args:
        result: the run.
        demo: True when a demo key signs.
    """
    rows = [_row(item) for item in result.scope]
    widths = [min(limit, max((len(row[column]) for row in rows), default=0)) for column, limit in enumerate(WIDEST)]
    lines = ["  ".join([*map(str.ljust, row, widths), row[-1]]).rstrip() for row in rows]
    return "\n".join([*lines, headline(result), *notices(result, demo)]) + "\n"


def _row(item: RequirementResult) -> list[str]:
    worst = worst_measurement(item)
    quantity = limit = value = U = ""
    if worst is None or item.verdict is Verdict.NOT_APPLICABLE:
        quantity = "-"
    else:
        quantity, value, limit = visible(worst.quantity.title, WIDEST[2]), value_text(worst), limit_text(worst)
        U = f"U {text}" if (text := uncertainty_text(worst)) != "-" and worst.trials is None else text.strip("-")
    told = item.verdict is not Verdict.PASS and item.reason
    text = f"{item.title}: {visible(item.reason, LONGEST_TEXT)}" if told else item.title
    return [visible(item.id, 20), item.verdict.value, quantity, value, limit, U, visible(text)]
