import math

import pytest

from harness.drone.flight.guided import set_point_problem
from harness.drone.flight.orders import SetPoint
from harness.drone.flight.state import Landed, Mode


def velocity(flight):
    m = flight.read_truth().motion
    return m.v_north, m.v_east, m.v_up


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        (SetPoint(), "asks for nothing"),
        (SetPoint(place=(math.nan, 0.0, 10.0)), "farther"),
        (SetPoint(place=(0.0, 0.0, math.inf)), "height"),
        (SetPoint(velocity=(math.nan, 0.0, 0.0)), "velocity"),
        (SetPoint(velocity=(12.0, 12.0, 0.0)), "velocity"),
        (SetPoint(velocity=(0.0, 0.0, -math.inf)), "velocity"),
        (SetPoint(place=(0.0, 0.0, 10.0), yaw=math.nan), "yaw is not a number"),
        (SetPoint(yaw_rate=math.inf), "yaw rate is not a number"),
        (SetPoint(yaw_rate=-9.0), "yaw rate above"),
    ],
)
def test_what_cannot_be_flown_is_refused_and_moves_nothing(hovering, target, reason):
    assert reason in set_point_problem(target)
    flight = hovering()
    assert reason in flight.steer(target)
    flight.advance(flight.now + 2.0)
    assert math.hypot(*velocity(flight)) < 0.5


def test_a_velocity_is_flown_and_runs_out_after_its_time(hovering):
    flight = hovering()
    assert flight.steer(SetPoint(velocity=(3.0, -1.0, 1.0))) == ""
    flight.advance(flight.now + 2.9)
    assert velocity(flight) == pytest.approx((3.0, -1.0, 1.0), abs=0.35)
    flight.advance(flight.now + 4.0)
    assert math.hypot(*velocity(flight)) < 0.4
    assert flight.mode is Mode.GUIDED


def test_a_velocity_that_is_asked_again_goes_on(hovering):
    flight = hovering()
    for _ in range(5):
        flight.steer(SetPoint(velocity=(0.0, 2.0, 0.0)))
        flight.advance(flight.now + 2.5)
    assert velocity(flight)[1] == pytest.approx(2.0, abs=0.3)
    assert flight.read_truth().motion.east > 20.0


def test_a_longer_timeout_can_be_configured(hovering):
    flight = hovering()
    assert flight.configure(velocity_timeout=8.0) == ""
    flight.steer(SetPoint(velocity=(2.0, 0.0, 0.0)))
    flight.advance(flight.now + 7.5)
    assert velocity(flight)[0] == pytest.approx(2.0, abs=0.3)


def test_sinking_ends_above_the_ground(hovering):
    flight = hovering()
    for _ in range(8):
        flight.steer(SetPoint(velocity=(0.0, 0.0, -1.5)))
        flight.advance(flight.now + 2.0)
    truth = flight.read_truth()
    assert not truth.on_ground and 0.3 < truth.motion.up < 1.5


def test_a_place_with_a_velocity_moves_on_until_it_runs_out(hovering):
    flight = hovering()
    flight.steer(SetPoint(place=(5.0, 0.0, 10.0), velocity=(0.0, 2.0, 0.0)))
    flight.advance(flight.now + 12.0)
    m = flight.read_truth().motion
    assert (m.north, m.east, m.up) == pytest.approx((5.0, 6.0, 10.0), abs=0.5)


def test_turns_at_a_rate_clockwise_and_stops_turning(hovering):
    flight = hovering()
    flight.steer(SetPoint(place=(0.0, 0.0, 10.0), yaw_rate=0.4))
    flight.advance(flight.now + 2.5)
    assert flight.read_truth().motion.r == pytest.approx(0.4, abs=0.05)
    flight.advance(flight.now + 3.0)
    yaw = flight.read_truth().motion.yaw
    assert yaw == pytest.approx(0.4 * 3.0, abs=0.1)
    flight.advance(flight.now + 3.0)
    assert flight.read_truth().motion.yaw == pytest.approx(yaw, abs=0.03)


def test_a_set_point_that_leaves_the_turning_open_ends_it(hovering):
    flight = hovering()
    flight.steer(SetPoint(velocity=(1.0, 0.0, 0.0), yaw_rate=0.5))
    flight.advance(flight.now + 1.0)
    flight.steer(SetPoint(place=(0.0, 0.0, 10.0)))
    flight.advance(flight.now + 3.0)
    assert flight.read_truth().motion.r == pytest.approx(0.0, abs=0.05)
    assert flight.read_truth().motion.yaw == pytest.approx(0.5, abs=0.1)


def test_pause_holds_and_then_goes_on(hovering):
    flight = hovering()
    flight.steer(SetPoint(place=(40.0, 0.0, 10.0)))
    flight.advance(flight.now + 4.0)
    assert flight.pause(held=True) == ""
    flight.advance(flight.now + 5.0)
    held = flight.read_truth().motion.north
    assert 5.0 < held < 30.0 and math.hypot(*velocity(flight)) < 0.4
    assert flight.pause(held=False) == ""
    flight.advance(flight.now + 15.0)
    assert flight.read_truth().motion.north == pytest.approx(40.0, abs=1.0)


def test_pause_says_why_not(ready, hovering):
    assert ready().pause(held=True) == "Pause: not flying"
    flight = hovering()
    flight.set_mode(Mode.LAND)
    assert flight.pause(held=True) == "Pause: mode is LAND, not AUTO or GUIDED"


def test_a_velocity_during_take_off_takes_over(ready):
    flight = ready()
    flight.arm()
    flight.takeoff(30.0)
    flight.advance(flight.now + 4.0)
    flight.steer(SetPoint(velocity=(1.0, 0.0, 0.0)))
    assert flight.landed is Landed.IN_AIR
    flight.advance(flight.now + 6.0)
    assert 3.0 < flight.read_truth().motion.up < 15.0
