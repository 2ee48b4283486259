"""Many seeds: other values, the same verdicts.

A PASS at the guarded rule keeps its limit by more than U, so no quantity of these runs is closer to it than that.
"""

import tomllib
from pathlib import Path

import pytest

from harness.judgement import Verdict

ROOT = Path(__file__).parents[2]
BASELINE = tomllib.loads((ROOT / "rigs" / "profiles" / "baseline.toml").read_text())["requirements"]
SEEDS, MORE_SEEDS = range(1, 21), range(21, 51)
NOISY_SUITES = ("strong_wind", "radio_link")
# what noise reaches; a count of nothing is nothing for every seed
NOISY = ("WIND-01", "WIND-02", "WIND-03", "WIND-04", "WIND-11", "RADIO-01")


@pytest.fixture(scope="module")
def flown(suites):
    """Each seed once."""
    runs = {}

    def fly(seed):
        if seed not in runs:
            runs[seed] = suites("--seed", seed, "-n2", "--no-pictures")
        return runs[seed]

    return fly


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_seed_passes(seed, flown):
    found = {item.id: item.verdict for item in flown(seed).scope}
    assert found == dict.fromkeys(found, Verdict.PASS)
    assert set(found) == set(BASELINE)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", MORE_SEEDS)
def test_every_seed_passes_where_noise_reaches(seed, suites):
    run = suites("--seed", seed, "-n2", "--no-pictures", *(f"--suite={name}" for name in NOISY_SUITES))
    found = {item.id: item.verdict for item in run.scope}
    assert found == dict.fromkeys(found, Verdict.PASS)
    assert {name for name in BASELINE if name.startswith(("WIND", "RADIO"))} == set(found)


@pytest.mark.timeout(4 * 3600)
@pytest.mark.parametrize("requirement", NOISY)
def test_no_two_seeds_measure_the_same(requirement, flown):
    measured = [
        tuple(row.value for item in flown(seed).scope if item.id == requirement for row in item.measurements)
        for seed in SEEDS
    ]
    assert len(set(measured)) == len(SEEDS)
