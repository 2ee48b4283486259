"""What a run says on the terminal."""

from pathlib import Path

import pytest

from harness.judgement import Verdict


def where_to(folder: Path) -> str:
    """What a user reads at the end of a run."""
    return f"record  {folder}  (report and bag of it: dronecert report {folder})"


def shown_status(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """The verdict as pytest's category, letter and word; None where a report has none."""
    verdict = getattr(report, "verdict", "")
    if not verdict or (report.when != "call" and report.outcome == "passed"):
        return None
    return report.outcome, "." if verdict == Verdict.PASS else verdict[0], verdict
