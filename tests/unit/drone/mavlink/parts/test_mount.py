"""Rates, and places that are followed."""

import math

import pytest

from harness.drone.mavlink.parts.mount import Mount
from harness.drone.payload.gimbal import STEP, Aim, Gimbal, GimbalConfig


@pytest.fixture
def craft():
    """Where the aircraft is and how it lies."""
    return {"place": (0.0, 0.0, 50.0), "attitude": (0.0, 0.0, 1.0)}


@pytest.fixture
def mount(craft):
    return Mount(Gimbal(GimbalConfig(), lambda: craft["attitude"]), lambda: craft["place"])


def run(mount, seconds):
    for _ in range(round(seconds / STEP)):
        mount.step()
    return mount.gimbal.read_pointing()


def test_a_place_is_looked_at_and_followed(mount, craft):
    mount.follow((50.0, 0.0, 0.0))
    assert run(mount, 4.0) == pytest.approx((0.0, math.radians(-45), 0.0), abs=1e-3)
    craft["place"] = (50.0, 50.0, 50.0)
    assert run(mount, 4.0) == pytest.approx((0.0, math.radians(-45), -math.pi / 2), abs=1e-3)


def test_right_above_a_place_it_looks_down(mount):
    mount.follow((0.0, 0.0, 0.0))
    assert run(mount, 4.0)[1] == pytest.approx(math.radians(-90), abs=1e-3)


def test_rates_turn_on_from_the_present_aim(mount):
    mount.hold(Aim(pitch=-0.2))
    mount.turn(-0.1, 0.2, to_north=False)
    run(mount, 2.0)
    assert (mount.gimbal.aim.pitch, mount.gimbal.aim.yaw) == pytest.approx((-0.4, 0.4))


def test_a_rate_against_north_begins_where_it_looks(mount):
    mount.turn(0.0, 0.1, to_north=True)
    assert mount.gimbal.aim == Aim(yaw=pytest.approx(1.0), to_north=True)
    mount.turn(0.0, 0.1, to_north=False)
    assert mount.gimbal.aim.yaw == pytest.approx(0.0)


def test_a_rate_is_held_within_what_the_gimbal_can(mount):
    mount.turn(0.0, 99.0, to_north=False)
    run(mount, STEP)
    assert mount.gimbal.aim.yaw == pytest.approx(GimbalConfig().most_rate * STEP)


def test_release_looks_ahead(mount):
    mount.follow((50.0, 0.0, 0.0))
    run(mount, 1.0)
    mount.release()
    assert run(mount, 4.0) == pytest.approx((0.0, 0.0, 1.0), abs=1e-3)
