"""Method validation, reduced: every fault against its own requirements. ``tox -e sweep`` flies them against all."""

import pytest

from harness.commands.validate import choose_trials


@pytest.mark.timeout(900)
@pytest.mark.parametrize("trial", choose_trials(), ids=lambda trial: trial.name)
def test_each_fault_is_detected(trial, detect):
    assert detect(trial.name) == dict.fromkeys(trial.targets, trial.wanted)
