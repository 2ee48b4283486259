"""Types and style, by the tools that hold them and the configuration in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(tool, *arguments):
    command = [sys.executable, "-m", tool, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [("ruff", "check", "-q"), ("ruff", "format", "--check", "-q"), ("mypy",)])
def test_the_tree_is_clean(arguments):
    status, text = run(*arguments)
    assert status == 0, text


@pytest.mark.parametrize(
    ("arguments", "source"),
    [
        (("ruff", "check", "-q", "--config", str(ROOT / "pyproject.toml")), "import os\n"),
        (("ruff", "format", "--check", "-q"), "x  =  1\n"),
        (("mypy", "--config-file", str(ROOT / "pyproject.toml")), "def f(x: int) -> str:\n    return x\n"),
    ],
)
def test_an_offence_is_caught(tmp_path, arguments, source):
    path = tmp_path / "offence.py"
    path.write_text(source)
    status, text = run(*arguments, str(path))
    assert status == 1, text
