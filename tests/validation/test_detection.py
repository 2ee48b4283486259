"""Method validation, reduced: every fault against requirements of its own. ``tox -e sweep`` flies them against all."""

import pytest

from harness.commands.validate import choose_trials


@pytest.mark.timeout(900)
@pytest.mark.parametrize("trial", choose_trials(), ids=lambda trial: trial.name)
def test_each_fault_is_detected(trial, detect):
    found = detect(trial.name)
    assert found and found == dict.fromkeys(found, trial.wanted)
    assert set(found) <= set(trial.targets)


def test_each_defect_meets_all_that_must_catch_it_and_each_requirement_an_instrument_that_lies(shares):
    trials = choose_trials()
    assert all(set(shares[trial.name]) == set(trial.targets) for trial in trials if trial.defect)
    lied_to = {name for trial in trials if not trial.defect for name in trial.targets}
    assert {name for trial in trials if not trial.defect for name in shares[trial.name]} == lied_to
    assert all(shares[trial.name] for trial in trials)
