"""Complaints of the command line are one line each, with the nearest word; an empty value is no default."""

import argparse

import pytest

from harness.commands.parsing import GREATEST, Parser, whole_number


@pytest.fixture
def parser():
    made = Parser(prog="p")
    made.add_argument("--rig", default="")
    made.add_argument("--seed", type=whole_number, default=1)
    made.add_argument("kind", choices=["wind", "radio"], nargs="?")
    return made


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--rib"], "p: does not know '--rib', did you mean '--rig'? (see: p --help)\n"),
        (["--ri=x"], "p: does not know '--ri=x', did you mean '--rig'? (see: p --help)\n"),
        (["--zzzzzzzz"], "p: does not know '--zzzzzzzz' (see: p --help)\n"),
        (["wimd"], "p: kind 'wimd' is none, did you mean 'wind'?; there are wind, radio (see: p --help)\n"),
        (["--rig", ""], "p: --rig is empty: is a variable not set? (see: p --help)\n"),
        (["--rig="], "p: --rig is empty: is a variable not set? (see: p --help)\n"),
        ([""], "p: an argument is empty: is a variable not set? (see: p --help)\n"),
        (["--rig"], "p: argument --rig: expected one argument; one that begins with - is joined: --rig=VALUE"),
    ],
)
def test_a_complaint_is_one_line(parser, capsys, words, says):
    with pytest.raises(SystemExit) as stop:
        parser.parse_args(words)
    said = capsys.readouterr().err
    assert stop.value.code == 2
    assert said.startswith(says) and said.count("\n") == 1


def test_what_is_right_is_taken(parser):
    parsed = parser.parse_args(["--rig=a=b", "--seed", "7", "wind"])
    assert (parsed.rig, parsed.seed, parsed.kind) == ("a=b", 7, "wind")
    assert parser.parse_args([]).rig == ""


@pytest.mark.parametrize("text", ["-1", "", "x", "1.5", "1e3", " 1", "٣", str(GREATEST + 1), "9" * 5000])
def test_what_is_no_whole_number_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match="wanted a whole number from 0 to"):
        whole_number(text)


@pytest.mark.parametrize("number", [0, 7, GREATEST])
def test_a_whole_number_is_taken(number):
    assert whole_number(str(number)) == number
