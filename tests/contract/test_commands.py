"""The commands and options that users script against: they may grow, they never go."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMANDS = {
    "certify": "--rig --profile --article --job --suite --out --seed --defect --allow-arming",
    "report": "RUN_DIR",
    "verify": "BAG --ca",
    "requirements": "--json",
    "defects": "--json",
    "scan": "IMAGE --canaries --keys --yara --size --json --report",
    "supply": "--sbom --hbom --policy --image --evidence --json",
    "validate": "",
    "sim": "--udp --tcp --pty --speedup --signing-key --defect",
}
PYTEST_OPTIONS = "--rig --profile --article --job --seed --defect --evidence --allow-arming"


def help_of(*command):
    return run(*command, "--help").stdout


def run(*arguments):
    command = [sys.executable, "-m", "harness", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def missing(wanted, text):
    """Words of `wanted` that a help text does not offer."""
    return [word for word in wanted.split() if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text)]


@pytest.mark.parametrize(("command", "options"), COMMANDS.items())
def test_a_command_keeps_its_options(command, options):
    text = help_of(command)
    assert f"dronecert {command}" in text
    assert missing(options, text) == []


@pytest.mark.parametrize("option", PYTEST_OPTIONS.split())
def test_pytest_keeps_the_options_of_the_suites(option, pytestconfig):
    pytestconfig.getoption(option)


def test_an_option_that_pytest_does_not_know_is_caught(pytestconfig):
    with pytest.raises(ValueError, match="no option named"):
        pytestconfig.getoption("--allow-anything")


@pytest.mark.parametrize("arguments", [(), ("fly",), ("certify", "--no-such-option"), ("certify", "--seed", "x")])
def test_a_usage_error_is_exit_3_with_nothing_on_standard_output(arguments):
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (3, "")
    assert "Traceback" not in done.stderr
    assert done.stderr


def test_a_missing_option_is_caught():
    text = "usage: dronecert certify [--rigs FILE] [--profile FILE] [--json-lines]"
    assert missing("--rig --profile --json", text) == ["--rig", "--json"]
