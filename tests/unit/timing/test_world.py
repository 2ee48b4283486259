"""The protocols that a world obeys."""

import inspect

from harness.timing import Clock, World


def test_a_fake_world_has_all_that_a_world_promises(world):
    promised = {name for name in (*vars(Clock), *vars(World)) if not name.startswith("_")}
    assert promised == {"now", "schedule", "advance"}
    assert all(hasattr(world, name) for name in promised)
    assert (
        inspect.signature(type(world).advance).parameters.keys() == inspect.signature(World.advance).parameters.keys()
    )


def test_advance_stops_at_the_next_due_event_and_has_run_it(world):
    seen = []
    world.schedule.at(1.0, lambda: seen.append(world.now()))
    assert world.advance(5.0) == 1.0
    assert seen == [1.0]
    assert world.advance(5.0) == 5.0
