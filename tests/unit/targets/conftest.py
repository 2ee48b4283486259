import stat
import sys
from pathlib import Path

import pytest

FAKE = Path(__file__).parents[2] / "fakes" / "fake_arducopter.py"


@pytest.fixture
def scripted(tmp_path):
    """Makes a program that is the scripted ArduCopter; its name chooses how it misbehaves."""

    def make(name="arducopter"):
        path = tmp_path / name
        path.write_text(f"#!{sys.executable}\n{FAKE.read_text(encoding='utf-8')}", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return make


@pytest.fixture
def commissioned(tmp_path):
    """A file of parameters."""
    path = tmp_path / "commissioned.parm"
    path.write_text("FRAME_CLASS 1\n")
    return path
