import argparse

import pytest

from harness.commands.supply_options import MANY, ONE, add_reviews, asks_reviews


def parsed(*options):
    parser = argparse.ArgumentParser()
    add_reviews(parser)
    return parser.parse_args(options)


def test_without_an_option_nothing_is_asked():
    assert not asks_reviews(parsed())


@pytest.mark.parametrize("name", [*MANY, *ONE])
def test_each_option_asks(name):
    assert asks_reviews(parsed(f"--{name}", "x"))
    assert getattr(parsed(f"--{name}", "x", f"--{name}", "y"), name) == (["x", "y"] if name in MANY else "y")
