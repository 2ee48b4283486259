"""Hostile frames at the whole drone in flight; ``tests/sweep`` sends a million of them."""

import pytest
from hostile_flights import assert_radio_flood_changes_nothing, assert_trusted_flood_is_survived, flood, hovering


@pytest.mark.parametrize("seed", range(4))
def test_a_flood_on_a_radio_port_changes_nothing(seed):
    assert_radio_flood_changes_nothing(seed, frames=40_000)


@pytest.mark.parametrize("seed", range(4))
def test_a_flood_on_a_trusted_port_is_survived(seed):
    assert_trusted_flood_is_survived(seed, frames=20_000)


def test_the_same_flood_is_obeyed_where_frames_need_no_signature():
    with hovering(1) as (world, vehicle):
        before = vehicle.read_mode(), vehicle.read_armed()
        flood(world, radio=False, frames=10_000, seed=1)
        assert (vehicle.read_mode(), vehicle.read_armed()) != before
