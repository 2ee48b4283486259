"""Values are fitted into fields."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.drone.mavlink.telemetry.topic import INT16, degrees, held


@given(st.floats())
def test_whatever_it_is_it_fits(value):
    assert INT16[0] <= held(value, INT16) <= INT16[1]


def test_what_fits_is_rounded():
    assert [held(value, INT16) for value in (1.4, 1.6, 1e9, -1e9, math.nan)] == [1, 2, 32_767, -32_768, -32_768]


@pytest.mark.parametrize(("angle", "expected"), [(0.0, 0.0), (-math.pi / 2, 270.0), (3 * math.pi, 180.0)])
def test_degrees_are_positive(angle, expected):
    assert degrees(angle) == pytest.approx(expected)
