"""Every defect and rig fault against every requirement of the baseline. ``tox -e sweep``."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(4 * 3600)
def test_every_fault_is_detected_and_touches_nothing_else(tmp_path):
    command = [sys.executable, "-m", "harness", "validate", "--out", str(tmp_path / "runs")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
