"""The gimbal: it looks where it is told, no faster than it can, and moving air moves its picture."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.drone.payload.gimbal import STEP, Aim, Gimbal, GimbalConfig
from harness.drone.payload.rotation import to_matrix

DOWN = math.radians(-90)


class Body:
    """An aircraft that turns as a function of time."""

    def __init__(self, motion=lambda time: (0.0, 0.0, 0.0)):
        self.time, self.motion = 0.0, motion
        self.gimbal = Gimbal(GimbalConfig(), lambda: self.motion(self.time))

    def run(self, seconds):
        errors = []
        for _ in range(round(seconds / STEP)):
            self.time += STEP
            self.gimbal.step()
            errors.append(self.gimbal.read_error())
        return errors


def test_at_rest_it_looks_ahead_and_level():
    body = Body(lambda time: (0.1, -0.2, 1.0))
    body.run(1.0)
    assert body.gimbal.read_pointing() == pytest.approx((0.0, 0.0, 1.0), abs=1e-9)
    assert body.gimbal.read_error() < 1e-9


@pytest.mark.parametrize("pitch", [DOWN, math.radians(-45), math.radians(20)])
@pytest.mark.parametrize("body_attitude", [(0.0, 0.0, 0.0), (0.3, -0.25, 2.0), (-0.4, 0.3, -3.0)])
def test_it_settles_where_it_is_told_whatever_the_tilt(pitch, body_attitude):
    body = Body(lambda time: body_attitude)
    body.gimbal.point(Aim(pitch=pitch, yaw=0.5, to_north=True))
    body.run(4.0)
    roll, got, yaw = body.gimbal.read_pointing()
    assert got == pytest.approx(pitch, abs=1e-5) and body.gimbal.read_error() < 1e-5
    assert (roll, yaw) == pytest.approx((0.0, 0.5), abs=1e-5)


def test_against_the_nose_it_turns_with_the_aircraft():
    body = Body(lambda time: (0.0, 0.0, 0.5 * time))
    body.gimbal.point(Aim(yaw=0.3))
    body.run(4.0)
    assert body.gimbal.read_pointing()[2] == pytest.approx(0.5 * 4.0 + 0.3, abs=1e-6)


def test_against_north_it_does_not():
    body = Body(lambda time: (0.0, 0.0, 0.5 * time))
    body.gimbal.point(Aim(yaw=0.3, to_north=True))
    errors = body.run(10.0)
    assert body.gimbal.read_pointing()[2] == pytest.approx(0.3, abs=1e-6) and max(errors[40:]) < 1e-6


def test_the_pitch_is_held_within_its_limits():
    body = Body()
    body.gimbal.point(Aim(pitch=2.0))
    assert body.gimbal.aim.pitch == GimbalConfig().most_pitch
    body.gimbal.point(Aim(pitch=-2.0))
    assert body.gimbal.aim.pitch == GimbalConfig().least_pitch


def test_it_turns_no_faster_than_it_can():
    body, most = Body(), GimbalConfig().most_rate
    body.gimbal.point(Aim(yaw=3.0))
    seen = [body.gimbal.read_pointing()[2]]
    for _ in range(60):
        body.run(STEP)
        seen.append(body.gimbal.read_pointing()[2])
    speeds = [(after - before) / STEP for before, after in itertools.pairwise(seen)]
    assert max(speeds) == pytest.approx(most, rel=1e-6)
    assert seen[-1] == pytest.approx(3.0, abs=1e-3)


def test_a_small_step_is_that_of_critical_damping():
    """Without a limit of rate: x(t) = 1 - (1 + w t) exp(-w t)."""
    body, w = Body(), 2 * math.pi * GimbalConfig().bandwidth
    body.gimbal.point(Aim(pitch=-0.05))
    for number in range(1, 12):
        body.run(STEP)
        time = number * STEP
        expected = -0.05 * (1 - (1 + w * time) * math.exp(-w * time))
        assert body.gimbal.read_pointing()[1] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("frequency", [0.2, 0.5, 1.0])
def test_swaying_moves_the_picture_as_the_transfer_function_says(frequency):
    """Error over sway is s^2 / (s + w)^2: its size at a frequency is f^2 / (f^2 + bandwidth^2)."""
    amplitude, bandwidth = math.radians(5), GimbalConfig().bandwidth
    body = Body(lambda time: (0.0, amplitude * math.sin(2 * math.pi * frequency * time), 0.0))
    peak = max(body.run(20.0)[100:])
    assert peak == pytest.approx(amplitude * frequency**2 / (frequency**2 + bandwidth**2), rel=0.15)


def test_a_still_aircraft_gives_a_still_picture():
    assert max(Body(lambda time: (0.1, 0.2, 0.3)).run(5.0)) < 1e-9


def test_the_roll_joint_ends_somewhere():
    body = Body(lambda time: (1.2, 0.0, 0.0))
    body.run(3.0)
    assert body.gimbal.read_pointing()[0] == pytest.approx(1.2 - GimbalConfig().most_roll_travel)
    assert body.gimbal.read_rates() == (0.0, 0.0, 0.0)


def test_reading_changes_nothing():
    read, unread = Body(lambda time: (0.1 * time, 0.0, 0.0)), Body(lambda time: (0.1 * time, 0.0, 0.0))
    for _ in range(20):
        read.run(STEP)
        read.gimbal.read_pointing(), read.gimbal.read_rates(), read.gimbal.read_heading()
        unread.run(STEP)
    assert read.gimbal.read_pointing() == unread.gimbal.read_pointing()


ANGLE = st.floats(-7, 7)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(ANGLE, ANGLE, ANGLE, ANGLE, ANGLE, st.booleans()), min_size=1, max_size=10))
def test_every_motion_keeps_finite_joints_and_its_stops(motions):
    body = Body()
    for roll, pitch, yaw, aim_pitch, aim_yaw, to_north in motions:
        body.motion = lambda time, now=(roll, pitch, yaw): now
        body.gimbal.point(Aim(pitch=aim_pitch, yaw=aim_yaw, to_north=to_north))
        body.run(0.3)
        assert all(math.isfinite(angle) for angle in body.gimbal.read_pointing())
        assert max(map(abs, body.gimbal.read_rates())) <= GimbalConfig().most_rate


@given(*[st.floats(-1.4, 1.4)] * 2, *[st.floats(-3.0, 3.0)] * 2, st.floats(-1.5, 0.5))
def test_joints_at_rest_look_where_it_is_told(roll, pitch, heading, yaw, down):
    gimbal = Gimbal(GimbalConfig(), lambda: (roll, pitch, heading))
    gimbal.point(Aim(pitch=down, yaw=yaw, to_north=True))
    yaw_joint, roll_joint, pitch_joint = gimbal._demanded
    turns = [(0, 0, yaw_joint), (roll_joint, 0, 0), (0, pitch_joint, 0)]
    camera = np.linalg.multi_dot([np.array(to_matrix(*turn)) for turn in [(roll, pitch, heading), *turns]])
    assert np.allclose(camera, to_matrix(0.0, down, yaw), atol=1e-9)
