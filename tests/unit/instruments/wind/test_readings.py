import pytest
from fake_truth import reading
from hypothesis import given
from hypothesis import strategies as st

from harness.instruments.wind.readings import bearing_of, bearings, lowest_mean, mean_tilt, time_above

SPEEDS = st.lists(st.floats(0.0, 40.0), min_size=1, max_size=80)


def test_the_weakest_stretch_is_a_mean_of_three_seconds():
    assert lowest_mean([10.0] * 50, 0.1) == pytest.approx(10.0)
    assert lowest_mean([10.0] * 40 + [0.0] * 15 + [10.0] * 40, 0.1) == pytest.approx(5.0)
    assert lowest_mean([10.0] * 40 + [0.0] * 30, 0.1) == 0.0
    assert lowest_mean([4.0, 8.0], 0.1) == pytest.approx(6.0)
    assert lowest_mean([], 0.1) == 0.0


@given(SPEEDS)
def test_no_stretch_is_weaker_than_the_weakest_reading_nor_stronger_than_the_mean_of_a_whole(speeds):
    assert min(speeds) - 1e-9 <= lowest_mean(speeds, 0.1) <= max(speeds) + 1e-9


def test_time_above_counts_readings():
    assert time_above(5.0, [4.0, 5.0, 6.0, 7.0, 4.0], 0.1) == pytest.approx(0.2)
    assert time_above(5.0, [], 0.1) == 0.0


def test_a_calm_has_no_direction():
    assert bearing_of(reading(wind=0.4)) is None
    assert bearing_of(reading(wind=5.0)) == pytest.approx(0.0)
    assert bearings([reading(1.0, wind=0.1), reading(2.0, wind=3.0)]) == [(2.0, pytest.approx(0.0))]


def test_the_mean_tilt_of_nothing_is_none():
    assert mean_tilt([]) == 0.0
    assert mean_tilt([reading(tilt=10.0), reading(tilt=20.0)]) == pytest.approx(15.0)
