import ast
import inspect
from pathlib import Path

import pytest

from harness.instruments.roles import bench
from harness.instruments.roles import words as suite_words
from harness.rig.registry import INSTRUMENTS, find_instrument
from harness.rig.session import SERVICE_ROLES

SUITES = Path(__file__).parents[4] / "suites"
# other makes are built on these
NOT_ASKED = set(SERVICE_ROLES)
# the bench asks whether anybody hears, a checklist which modes there were, a tour of places for the sky of another
ASKED_BY_OTHERS = {"observer": {"hears", "read_modes"}, "gnss": {"place_at"}}
NAMES = sorted({name.partition(".")[0] for name in INSTRUMENTS} - NOT_ASKED)


def protocol_of(role):
    """What a make of the role has to be."""
    name = f"{role.capitalize()}Role"
    return getattr(suite_words, name, None) or getattr(bench, name)


def words(role):
    """What a role can do."""
    parts = [part for part in protocol_of(role).__mro__ if part.__module__.startswith("harness.")]
    return {name for part in parts for name in vars(part) if not name.startswith("_")}


def words_in_suites():
    """What the tests of all suites ask of each role."""
    found = {}
    for path in SUITES.rglob("test_*.py"):
        for test in ast.walk(ast.parse(path.read_text())):
            if isinstance(test, ast.FunctionDef):
                own = {argument.arg for argument in test.args.args} & set(NAMES)
                for node in ast.walk(test):
                    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in own:
                        found.setdefault(node.value.id, set()).add(node.attr)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_suites_ask_a_role_for_what_it_can_do_and_for_all_of_it(name):
    assert words_in_suites()[name] | ASKED_BY_OTHERS.get(name, set()) == words(name)


def test_no_suite_asks_for_a_device_that_only_others_are_built_on():
    assert NOT_ASKED.isdisjoint(words_in_suites())


@pytest.mark.parametrize("instrument", sorted(INSTRUMENTS))
def test_each_make_has_the_words_of_its_role_with_the_same_parameters(instrument):
    role, _, make = instrument.partition(".")
    protocol, made = protocol_of(role), find_instrument(role, make)
    for word in sorted(words(role)):
        wanted, got = inspect.getattr_static(protocol, word), inspect.getattr_static(made, word)
        assert isinstance(got, property) is isinstance(wanted, property)
        if not isinstance(wanted, property):
            assert list(inspect.signature(got).parameters) == list(inspect.signature(wanted).parameters)
