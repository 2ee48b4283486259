import itertools

from hypothesis import given
from hypothesis import strategies as st

from harness.vehicle.sequence import Sequence


@given(first=st.integers(0, 255), kept=st.lists(st.booleans(), max_size=600))
def test_what_came_and_what_lay_between_is_all_that_was_sent_from_the_first_to_the_last(first, kept):
    sequence, numbers = Sequence(), [index for index, keep in enumerate(kept) if keep]
    for index in numbers:
        sequence.take((first + index) % 256)
    if all(later - earlier < 256 for earlier, later in itertools.pairwise(numbers)):
        assert sequence.heard == len(numbers)
        assert sequence.heard + sequence.missed == (numbers[-1] - numbers[0] + 1 if numbers else 0)


def test_a_restart_forgets_what_was_before():
    sequence = Sequence()
    for number in (254, 1):
        sequence.take(number)
    assert (sequence.heard, sequence.missed) == (2, 2)
    sequence.restart()
    sequence.take(200)
    assert (sequence.heard, sequence.missed) == (1, 0)


def test_a_frame_that_comes_twice_is_one():
    sequence = Sequence()
    for number in (7, 7, 8):
        sequence.take(number)
    assert (sequence.heard, sequence.missed) == (2, 0)
