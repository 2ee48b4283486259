"""Every command says what it is for and how it is called."""

from harness import cli
from harness.commands.examples import EXAMPLES, EXITS, PURPOSES, explain
from harness.commands.parsing import Parser


def test_each_command_has_a_purpose_and_an_example():
    assert set(PURPOSES) == set(EXAMPLES) == set(cli.COMMANDS)
    assert set(EXITS) <= set(cli.COMMANDS)
    assert all(EXAMPLES.values())


def test_a_help_says_purpose_example_and_exit_codes():
    parser = Parser(prog="dronecert verify")
    explain(parser, "verify")
    text = parser.format_help()
    assert PURPOSES["verify"] in text and EXAMPLES["verify"][0] in text and EXITS["verify"] in text
