"""What a terminal shows of a case."""

from types import SimpleNamespace

import pytest

from harness.plugin.wording import shown_status


@pytest.mark.parametrize(
    ("report", "shown"),
    [
        ({"when": "call", "outcome": "passed", "verdict": "PASS"}, ("passed", ".", "PASS")),
        ({"when": "call", "outcome": "failed", "verdict": "INVALID"}, ("failed", "I", "INVALID")),
        ({"when": "setup", "outcome": "skipped", "verdict": "NOT_TESTED"}, ("skipped", "N", "NOT_TESTED")),
        ({"when": "teardown", "outcome": "failed", "verdict": "INVALID"}, ("failed", "I", "INVALID")),
        # the verdict is shown once
        ({"when": "teardown", "outcome": "passed", "verdict": "PASS"}, None),
        ({"when": "call", "outcome": "passed"}, None),
    ],
)
def test_the_verdict_instead_of_the_outcome(report, shown):
    assert shown_status(SimpleNamespace(**report)) == shown
