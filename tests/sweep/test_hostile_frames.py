"""A million hostile frames at the whole drone in flight."""

import pytest
from hostile_flights import assert_radio_flood_changes_nothing, assert_trusted_flood_is_survived


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(25))
def test_a_flood_on_a_radio_port_changes_nothing(seed):
    assert_radio_flood_changes_nothing(seed, frames=20_000)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(25))
def test_a_flood_on_a_trusted_port_is_survived(seed):
    assert_trusted_flood_is_survived(seed, frames=20_000)
