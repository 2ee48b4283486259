"""Long runs. ``tox -e sweep`` names this folder; nothing else collects it."""

import subprocess
import sys
from pathlib import Path

import pytest

from harness.evidence.results import read_results

ROOT = Path(__file__).parents[2]


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
