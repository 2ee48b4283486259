import stat
import sys
from pathlib import Path

import pytest

FAKES = Path(__file__).parents[2] / "fakes"


def write_program(path, fake):
    """The scripted autopilot `fake` as a program at `path`."""
    text = (FAKES / fake).read_text(encoding="utf-8")
    path.write_text(f"#!{sys.executable}\n{text}", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def scripted(tmp_path):
    """Makes a program that is the scripted ArduCopter; its name chooses how it misbehaves."""
    return lambda name="arducopter": write_program(tmp_path / name, "fake_arducopter.py")


@pytest.fixture
def scripted_px4(tmp_path):
    """Likewise the scripted PX4, with start-up files beside it."""

    def make(name="px4"):
        startup, program = tmp_path / "etc" / "init.d-posix" / "rcS", tmp_path / "bin" / name
        for path in (startup, program):
            path.parent.mkdir(parents=True, exist_ok=True)
        startup.write_text("exit 0\n")
        return write_program(program, "fake_px4.py")

    return make


@pytest.fixture
def commissioned(tmp_path):
    """A file of parameters."""
    path = tmp_path / "commissioned.parm"
    path.write_text("FRAME_CLASS 1\n")
    return path
