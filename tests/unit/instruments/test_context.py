import pytest

from harness.errors import RigError


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
