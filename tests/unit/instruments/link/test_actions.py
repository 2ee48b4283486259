"""Whether actions were owed."""

import itertools

import pytest

from harness.errors import RigError
from harness.instruments.link.actions import Owing, count_missed, count_unowed
from harness.instruments.link.beats import Silence

OWING = Owing(tolerated=2.5, time=4.0, signs=frozenset({"RTL"}))


def silences(*times):
    return [Silence(start=one, end=two) for one, two in itertools.pairwise(times)]


def figures(count):
    return count.events, count.trials


@pytest.mark.parametrize(
    ("actions", "events"),
    [
        ([], 0),
        ([(5.2, "RTL")], 0),  # in the long silence, after what is to be borne
        ([(3.0, "RTL")], 1),  # in it, and too early
        ([(1.5, "RTL")], 1),  # in a silence of one second
        ([(1.5, "RTL"), (9.5, "LAND")], 2),
        ([(8.1, "RTL")], 0),  # told a moment after the heartbeat came back
    ],
)
def test_an_action_is_owed_by_a_long_silence_only(actions, events):
    assert figures(count_unowed(silences(0.0, 1.0, 2.0, 8.0, 9.0, 10.0), actions, OWING)) == (events, 4)


@pytest.mark.parametrize(
    ("actions", "events"),
    [([], 1), ([(5.0, "RTL")], 0), ([(5.0, "LAND")], 1), ([(7.0, "RTL")], 1), ([(1.0, "RTL")], 1)],
)
def test_a_long_silence_wants_the_declared_action_in_time(actions, events):
    assert figures(count_missed(silences(0.0, 1.0, 2.0, 8.0), actions, OWING)) == (events, 1)


def test_between_tolerance_and_time_either_is_right():
    between = silences(0.0, 3.5, 4.0)
    assert figures(count_unowed(between, [(3.0, "RTL")], OWING)) == (0, 1)
    assert figures(count_unowed(between, [], OWING)) == (0, 1)


def test_what_shows_nothing_is_no_figure():
    with pytest.raises(RigError, match="no silence of the ground station was longer"):
        count_missed(silences(0.0, 1.0), [], OWING)
    with pytest.raises(RigError, match="nothing to bear"):
        count_unowed(silences(0.0, 6.0), [(4.0, "RTL")], OWING)
    for count in (count_missed, count_unowed):
        with pytest.raises(RigError, match="no silence of the ground station was watched"):
            count([], [], OWING)
