import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.targets.programs.ardusim import FROM, RISE, SPEED, from_parameters, to_parameters

speeds = st.floats(-20.0, 20.0)


@given(speeds, speeds, speeds)
def test_a_wind_comes_back_from_the_parameters_as_it_was(north, east, down):
    assert from_parameters(to_parameters([north, east, down])) == pytest.approx((north, east, -down), abs=2e-3)


def test_the_words_are_those_of_a_wind_from_somewhere():
    assert to_parameters([0.0, -8.0, 0.0]) == {SPEED: 8.0, FROM: 90.0, RISE: 0.0}
    assert to_parameters([0.0, 0.0, -2.0])[RISE] == 90.0
    assert to_parameters([0.0, 0.0, 0.0]) == {SPEED: 0.0, FROM: 0.0, RISE: 0.0}
