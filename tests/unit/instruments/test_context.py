import math
import time
from dataclasses import replace

import pytest

from harness.errors import RigError
from harness.instruments.context import CalibratedRange


def test_a_socket_that_is_there_is_handed_over(scene):
    air = object()
    assert scene.context().need(air, "air") is air
    assert scene.context().need(0, "number") == 0


def test_a_socket_that_is_missing_is_the_rigs_fault(scene):
    with pytest.raises(RigError, match=r"offers no spectrum analyser: put another make into the role"):
        scene.context().need(None, "spectrum analyser")


def test_a_claim_is_handed_over_also_when_it_is_zero(scene):
    assert scene.context().claim(0.0, "envelope.max_wind") == 0.0


def test_a_missing_claim_is_named(scene):
    with pytest.raises(RigError, match=r"does not state envelope\.max_wind"):
        scene.context().claim(None, "envelope.max_wind")


def test_a_control_that_holds_is_recorded(scene):
    scene.context().check("link.cut", True, "nothing got through")
    assert scene.log.controls == [("link.cut", True)]


def test_a_control_that_fails_is_recorded_and_raised(scene):
    with pytest.raises(RigError, match=r"control link\.cut failed: 3 got through"):
        scene.context().check("link.cut", False, "3 got through", kind="negative")
    assert scene.log.controls == [("link.cut", False)]


RANGES = (
    CalibratedRange(low=0.5, high=10.0, uncertainty=0.1),
    CalibratedRange(low=10.0, high=30.0, uncertainty=0.3),
)


@pytest.mark.parametrize(("reading", "u"), [(0.5, 0.1), (9.9, 0.1), (10.0, 0.3), (30.0, 0.3)])
def test_a_reading_has_the_uncertainty_of_its_range(context, reading, u):
    assert replace(context, ranges=RANGES).uncertainty_at(reading, "a wind") == u
    assert replace(context, uncertainty=0.7).uncertainty_at(1e9, "a wind") == 0.7


@pytest.mark.parametrize("reading", [0.4, 30.1, math.nan])
def test_a_reading_outside_of_the_calibrated_ranges_is_invalid(context, reading):
    with pytest.raises(RigError, match=r"calibration\.range failed: a wind of .* outside of what was calibrated"):
        replace(context, ranges=RANGES).uncertainty_at(reading, "a wind")


def test_a_make_that_needs_a_service_device_says_which(context):
    with pytest.raises(RigError, match=r"add \[roles\.anemometer\] to the rig file"):
        context.device("anemometer")
    assert replace(context, devices={"relay": 7}).device("relay") == 7


def test_a_world_that_does_not_tell_when_it_was_powered_was_so_from_the_start(scene):
    assert scene.context().powered_at == 0.0
    scene.world.powered_at = 3.5
    assert scene.context().powered_at == 3.5


def test_only_a_clock_in_real_time_is_let_go_on(scene, real):
    with scene.context().aside():
        pass
    before = real.world._ticks
    with real().aside():
        time.sleep(0.05)
    assert real.world._ticks > before
