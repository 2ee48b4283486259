"""Long runs. ``tox -e sweep`` names this folder; nothing else collects it."""

import subprocess
import sys
from pathlib import Path

import pytest
from seeds import write_seeds

from harness.evidence.results import read_results

ROOT = Path(__file__).parents[2]
# The fuzzer itself keeps some 0.2 MB of each run, which the code under it does not (1200 scans without it: 3 MB). So it
# begins anew each minute, with what it has found so far, and its limit of memory still tells of ours.
SLICES, SLICE = 10, 60


@pytest.fixture(scope="session")
def suites(tmp_path_factory):
    """Fly the suites without views; gives the judged run."""

    def fly(*options):
        folder = tmp_path_factory.mktemp("suites") / "run"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "suites", "--rig"]
        arguments = ["rigs/embedded.toml", "--evidence", str(folder), *map(str, options)]
        subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, check=False)
        return read_results(folder)

    return fly


@pytest.fixture
def fuzz(tmp_path):
    """Run a target for ten minutes from examples; a crash, a hang or too much memory fails."""
    pytest.importorskip("atheris", reason="atheris is not installed: tox -e sweep has it")

    def run(target, seeds):
        corpus = str(write_seeds(tmp_path / "corpus", seeds))
        limits = [f"-max_total_time={SLICE}", "-timeout=20", "-rss_limit_mb=1500", f"-artifact_prefix={tmp_path}/"]
        command = [sys.executable, str(ROOT / "tests" / "sweep" / target), *limits, corpus]
        for _ in range(SLICES):
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr[-3000:]

    return run
