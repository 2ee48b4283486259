"""The search for a boundary: what it finds, and that its confidence is what it says."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.judgement import zero_failure_bound
from harness.judgement.boundary import Grid, find_boundary

GRID = Grid(lowest=2.0, highest=20.0, step=0.5)


def up_to(edge):
    return lambda level, number: "" if level <= edge else f"too much at {level:g}"


@given(edge=st.floats(0.0, 25.0), trials=st.integers(1, 6))
def test_a_sharp_edge_is_found_to_a_step(edge, trials):
    found = find_boundary(GRID, up_to(edge), trials)
    levels = [GRID.level(index) for index in range(GRID.size)]
    held, broken = [level for level in levels if level <= edge], [level for level in levels if level > edge]
    assert found.holds == (max(held) if held else None)
    assert found.breaks == (min(broken) if broken else None)
    assert found.broke == (f"too much at {min(broken):g}" if broken else "")
    assert found.trials == (trials if held else 0)


def test_a_level_is_left_at_its_first_failure_and_the_lowest_is_tried_first():
    found = find_boundary(GRID, up_to(0.0), 5)
    assert [(item.level, item.trials, item.fresh) for item in found.levels] == [(2.0, 1, False)]
    assert (found.holds, found.bound) == (None, 1.0)


def test_the_search_repeats_its_trials_and_the_confirmation_takes_fresh_ones():
    numbers = {}

    def trial(level, number):
        numbers.setdefault(level, []).append(number)
        return ""

    find_boundary(Grid(lowest=1.0, highest=3.0, step=1.0), trial, 2)
    assert numbers == {1.0: [0, 1], 2.0: [0, 1], 3.0: [0, 1, 2, 3]}


def test_what_fails_its_confirmation_is_left_for_the_level_below_at_a_smaller_risk():
    found = find_boundary(GRID, lambda level, number: "late" if level > 9.0 and number >= 4 else "", 4)
    assert (found.holds, found.breaks, found.broke) == (9.0, 9.5, "late")
    attempts = sum(item.fresh for item in found.levels)
    assert attempts == 23  # from 20 down to 9 in steps of 0.5
    risk = 0.05 / 2**attempts
    assert found.bound == pytest.approx(1 - risk ** (1 / 4))


@pytest.mark.parametrize(("trials", "bound"), [(1, 0.975), (5, 0.5218), (10, 0.3085), (72, 0.0499)])
def test_the_bound_of_a_first_confirmation(trials, bound):
    found = find_boundary(GRID, up_to(10.0), trials)
    assert found.bound == pytest.approx(bound, abs=1e-4)
    assert found.bound > zero_failure_bound(trials)


def test_the_confidence_holds_where_the_search_is_led_by_chance():
    """Each level fails half of its trials: a bound below that half is claimed in at most 5 % of the searches."""
    rng = random.Random(1)
    grid, false, searches = Grid(lowest=1.0, highest=16.0, step=1.0), 0, 2000
    for _ in range(searches):
        found = find_boundary(grid, lambda level, number: "bad luck" if rng.random() < 0.5 else "", 6)
        false += found.holds is not None and found.bound < 0.5
    assert false <= 0.05 * searches


@pytest.mark.parametrize(("low", "high", "step"), [(1, 0, 1), (0, 1, 0), (0, 1, -1), (0, 1e4, 1)])
def test_no_grid(low, high, step):
    with pytest.raises(UsageError, match="no levels"):
        Grid(lowest=low, highest=high, step=step)


def test_no_trials_show_nothing():
    with pytest.raises(UsageError, match="at least 1"):
        find_boundary(GRID, up_to(5), 0)
