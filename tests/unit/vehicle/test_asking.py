"""Asking again once a second."""

import pytest

from harness.errors import RigError
from harness.timing import Wait
from harness.vehicle.asking import ask


def test_it_asks_at_once_then_every_second_until_answered(fakes):
    world, asked = fakes.FakeWorld(), []
    ask(world, lambda n: asked.append((n, world.now())), lambda: len(asked) == 3, Wait(name="x", within=9))
    assert asked == [(0, 0.0), (1, 1.0), (2, 2.0)]
    assert world.schedule.next_time() == float("inf")


def test_it_gives_up_at_the_deadline_and_asks_no_more(fakes):
    world, asked = fakes.FakeWorld(), []
    with pytest.raises(RigError, match="for x: wanted y, got z"):
        ask(world, asked.append, lambda: False, Wait(name="x", within=2.5, wanted="y", got=lambda: "z", blame=RigError))
    assert asked == [0, 1, 2]
    assert world.schedule.next_time() == float("inf")
