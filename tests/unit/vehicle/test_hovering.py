"""The hover context: up, down, and errors that must not hide each other."""

import pytest

from harness.errors import RigError, VehicleError, VehicleTimeout
from harness.timing import run_for


@pytest.fixture
def vehicle(bench):
    return bench.ready()


def test_it_hovers_and_lands(bench, vehicle):
    with vehicle.hovering(at=10):
        assert bench.flight.position[2] == pytest.approx(10, abs=0.1)
        assert bench.flight.armed
    assert not bench.flight.armed
    assert bench.flight.position[2] == 0


def test_a_position_that_is_no_longer_told_is_no_steady_hover(bench, vehicle):
    # the aircraft arrives after two seconds and falls silent in the two seconds of hovering that must be seen
    silence = lambda data, forward: None  # noqa: E731
    bench.world.schedule.at(bench.world.now() + 3.0, lambda: bench.radio.down.append(silence))
    with pytest.raises(VehicleTimeout, match="a steady hover"), vehicle.hovering(at=10, within=20):
        pytest.fail("the case went on")


def test_a_body_that_landed_already_is_left_alone(bench, vehicle):
    with vehicle.hovering(at=5):
        vehicle.rtl()
        vehicle.wait_disarmed(30)
    assert vehicle.read_mode() == "RTL"


def test_an_error_of_the_body_still_lands_and_comes_through(bench, vehicle):
    with pytest.raises(RigError, match="body"), vehicle.hovering(at=5):
        raise RigError("body")
    assert not bench.flight.armed


def test_a_drone_that_does_not_land_is_a_vehicle_error(bench, vehicle):
    with pytest.raises(VehicleTimeout, match="disarming"), vehicle.hovering(at=5, within=20):
        bench.flight._move = lambda step: None


def test_an_error_of_the_landing_never_replaces_the_bodys(bench, vehicle):
    with pytest.raises(RigError, match="body") as caught, vehicle.hovering(at=5, within=20):
        bench.flight._move = lambda step: None
        raise RigError("body")
    assert "did not land" in caught.value.__notes__[0]


def test_a_refused_takeoff_disarms_and_tells(bench, vehicle):
    bench.flight.takeoff = lambda height: "Takeoff: no"
    with pytest.raises(VehicleError, match="Takeoff: no"), vehicle.hovering(at=5):
        pytest.fail("the body must not run")
    assert not bench.flight.armed


def test_an_unsteady_drone_is_seen(bench, vehicle):
    bench.flight.moving_away = True
    move = bench.flight._move

    def wander(step):
        move(step)
        bench.flight.moving = bench.flight.armed

    bench.flight._move = wander
    with pytest.raises(VehicleTimeout, match=r"a steady hover: wanted .* got .* 5.00 m/s"):
        vehicle.hovering(at=5, within=10).__enter__()
    run_for(bench.world, 1)
