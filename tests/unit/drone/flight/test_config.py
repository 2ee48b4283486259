import math

import pytest

from harness.drone.flight.config import FlightConfig
from harness.errors import UsageError


def test_the_default_is_the_healthy_drone():
    config = FlightConfig()
    assert (config.thrust_scale, config.position_gain, config.integrator_gain) == (1.0, 1.0, 1.0)
    assert config.integrator and config.link_loss_action == "rtl"


@pytest.mark.parametrize("name", ["mass", "thrust_scale", "tilt_limit", "battery_charge", "home_latitude"])
@pytest.mark.parametrize("value", [math.nan, math.inf, -1e9])
def test_a_number_that_cannot_fly_is_refused_by_name(name, value):
    with pytest.raises(UsageError, match=name):
        FlightConfig(**{name: value})


def test_an_unknown_action_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match="rtl, land, none"):
        FlightConfig(link_loss_action="hover")
