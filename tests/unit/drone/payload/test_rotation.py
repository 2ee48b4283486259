"""Rotations against the definition, and there and back."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.drone.payload.rotation import (
    from_quaternion,
    times,
    to_angles,
    to_matrix,
    to_quaternion,
    wrapped,
)

TURN = st.floats(-3.1, 3.1)
TILT = st.floats(-1.55, 1.55)


def about(axis, angle):
    """Rodrigues' formula."""
    k = np.cross(np.eye(3), np.eye(3)[axis])
    return np.eye(3) + math.sin(angle) * k + (1 - math.cos(angle)) * k @ k


@given(TURN, TILT, TURN)
def test_a_matrix_is_three_turns_in_their_order(roll, pitch, yaw):
    assert np.allclose(to_matrix(roll, pitch, yaw), about(2, yaw) @ about(1, pitch) @ about(0, roll), atol=1e-12)


@given(TURN, TILT, TURN)
def test_there_and_back(roll, pitch, yaw):
    assert to_angles(to_matrix(roll, pitch, yaw)) == pytest.approx((roll, pitch, yaw), abs=1e-9)
    assert from_quaternion(*to_quaternion(roll, pitch, yaw)) == pytest.approx((roll, pitch, yaw), abs=1e-7)
    m = to_matrix(roll, pitch, yaw)
    assert np.allclose(times(m, tuple(zip(*m, strict=True))), np.eye(3), atol=1e-12)


def test_a_yaw_of_a_quarter_turn_points_the_nose_east():
    assert [row[0] for row in to_matrix(0, 0, math.pi / 2)] == pytest.approx([0, 1, 0])


def test_pitching_up_lifts_the_nose():
    assert to_matrix(0, 0.3, 0)[2][0] == pytest.approx(-math.sin(0.3))


@pytest.mark.parametrize("pitch", [math.pi / 2, -math.pi / 2])
def test_straight_down_yaw_is_still_told(pitch):
    assert to_angles(to_matrix(0.0, pitch, 0.7)) == pytest.approx((0.0, pitch, 0.7), abs=1e-6)


@given(st.floats(-100, 100))
def test_a_wrapped_angle_is_the_same_angle(angle):
    assert abs(wrapped(angle)) <= math.pi and math.cos(wrapped(angle)) == pytest.approx(math.cos(angle), abs=1e-9)
