"""The command line: help, usage errors, and one line for each error."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from harness import cli
from harness.catalogue.catalogue import DOMAINS
from harness.commands.examples import EXAMPLES
from harness.errors import EvidenceError, RigError, UsageError

ROOT = Path(__file__).parents[2]
COMMANDS = ("certify", "report", "verify", "requirements", "defects", "validate")


def test_the_help_names_every_command(capsys):
    assert cli.run(["--help"]) == 0
    out, err = capsys.readouterr()
    assert [name for name in COMMANDS if f"\n    {name}" not in out] == []
    assert err == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_help_of_its_own(capsys, name):
    assert cli.run([name, "--help"]) == 0
    assert f"usage: dronecert {name}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [[], ["fly"], ["--fly"], ["report"], ["verify"], ["verify", "a", "b"], ["validate", "--only"]]
)
def test_a_usage_error_is_3_and_says_how(capsys, arguments):
    assert cli.run(arguments) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("dronecert") and err.count("\n") == 1 and "--help)" in err


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("certfy", "did you mean 'certify'?"),
        ("certify --rigs x", "does not know '--rigs', did you mean '--rig'?"),
        ("certify --profil x", "did you mean '--profile'?"),
        ("certify --profil=x", "did you mean '--profile'?"),
        ("rig chek x", "did you mean 'check'?"),
        ("rig check x --jsn", "did you mean '--json'?"),
        ("verify a b", "does not know 'b'"),
        ("fly", "there are certify, report"),
        ("sim --wind -3,0", "one that begins with - is joined: --wind=VALUE"),
        ("certify --seed x", "argument --seed: 'x': wanted a whole number from 0 to 9007199254740991"),
        ("certify --seed -1", "wanted a whole number"),
        ("certify --seed 9007199254740992", "wanted a whole number"),
        ("scan x --size -1", "wanted a whole number"),
    ],
)
def test_a_mistyped_word_is_told_with_the_nearest_one(capsys, line, says):
    assert cli.run(line.split()) == 3
    err = capsys.readouterr().err
    assert says in err and err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["certify", "--rig", ""], "--rig is empty: is a variable not set?"),
        (["certify", "--profile="], "--profile is empty"),
        (["verify", "bag", "--ca", ""], "--ca is empty"),
        (["verify", ""], "an argument is empty"),
    ],
)
def test_an_empty_value_is_no_default(capsys, arguments, says):
    assert cli.run(arguments) == 3
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_help_has_examples_that_parse(capsys, name):
    for line in EXAMPLES[name]:
        words = line.partition(" > ")[0].split()
        assert words[:2] == ["dronecert", name]
        cli._parser().parse_args(words[1:])
        cli.run([name, "--help"])
        assert line in capsys.readouterr().out


def test_the_suites_of_the_help_are_those_of_the_catalogue():
    assert cli.SUITES == DOMAINS


def test_an_error_of_the_system_is_told_in_words(capsys, monkeypatch):
    def fail(arguments):
        raise OSError(28, "No space left on device", "evidence/run.jsonl")

    monkeypatch.setattr(cli, "_command", lambda name: fail)
    assert cli.run(["requirements"]) == 3
    assert capsys.readouterr().err == "dronecert: evidence/run.jsonl: No space left on device\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_found(name):
    assert callable(cli._command(name))
    assert cli._command(name).__module__.startswith("harness.commands.")


@pytest.mark.parametrize(
    "error", [UsageError("a: wrong"), RigError("a: wrong"), EvidenceError("a: wrong"), OSError("a: wrong")]
)
def test_an_error_is_one_line_and_3(capsys, monkeypatch, error):
    def fail(arguments):
        raise error

    monkeypatch.setattr(cli, "_command", lambda name: fail)
    assert cli.run(["requirements"]) == 3
    assert capsys.readouterr() == ("", "dronecert: a: wrong\n")


def test_an_interrupted_command_has_no_verdict(capsys, monkeypatch):
    def stop(arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_command", lambda name: stop)
    assert cli.run(["scan", "image"]) == 130
    assert capsys.readouterr() == ("", "dronecert: interrupted, nothing was decided\n")


def test_a_mistake_of_ours_is_not_hidden(monkeypatch):
    def fail(arguments):
        raise ZeroDivisionError

    monkeypatch.setattr(cli, "_command", lambda name: fail)
    with pytest.raises(ZeroDivisionError):
        cli.run(["requirements"])


@pytest.mark.parametrize("code", [0, 1, 2, 3])
def test_the_code_of_a_command_is_handed_on(monkeypatch, code):
    monkeypatch.setattr(cli, "_command", lambda name: lambda arguments: code)
    assert cli.run(["requirements"]) == code


def test_as_a_process():
    done = subprocess.run(
        [sys.executable, "-m", "harness", "defects", "--json"], cwd=ROOT, capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout).keys() == {"defects"}


def test_as_a_process_that_fails(tmp_path):
    command = [sys.executable, "-m", "harness", "certify", "--rig", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"dronecert: {tmp_path}: is a folder, wanted a TOML file\n"
