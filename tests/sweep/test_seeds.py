"""Twenty seeds: other values, the same verdicts."""

import pytest

from harness.judgement import Verdict

SEEDS = range(1, 21)
# what noise reaches; a count of nothing is nothing for every seed
NOISY = ("WIND-01", "WIND-02", "RADIO-01")


@pytest.fixture(scope="module")
def flown(suites):
    """Each seed once."""
    runs = {}

    def fly(seed):
        if seed not in runs:
            runs[seed] = suites("--seed", seed)
        return runs[seed]

    return fly


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_seed_passes(seed, flown):
    found = {item.id: item.verdict for item in flown(seed).scope}
    assert found == dict.fromkeys(found, Verdict.PASS)
    assert found


@pytest.mark.timeout(4 * 3600)
@pytest.mark.parametrize("requirement", NOISY)
def test_no_two_seeds_measure_the_same(requirement, flown):
    measured = [
        tuple(row.value for item in flown(seed).scope if item.id == requirement for row in item.measurements)
        for seed in SEEDS
    ]
    assert len(set(measured)) == len(SEEDS)
