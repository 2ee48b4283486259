import pytest

from harness.drone.flight import layout as own
from harness.drone.flight.config import FlightConfig
from harness.drone.flight.courses import Leg, Return, hold, rise
from harness.drone.flight.craft import Craft
from harness.plant import layout as lay


@pytest.fixture
def craft():
    craft = Craft(FlightConfig(), 0)
    craft.lift_off()
    craft.state[own.SET_POS : own.SET_POS + 3] = 10.0, 5.0, -8.0
    craft.state[own.ESTIMATE : own.ESTIMATE + 3] = 10.0, 5.0, -8.0
    return craft


@pytest.fixture
def s(craft):
    return craft.state


def move(s, north, east, down):
    s[own.SET_POS : own.SET_POS + 3] = s[own.ESTIMATE : own.ESTIMATE + 3] = north, east, down


def test_hold_stops_ahead_of_the_motion(craft, s):
    s[own.SET_VEL] = 5.0
    hold(craft, 4.0)
    assert s[own.TARGET] == pytest.approx(20.0)
    assert s[own.TARGET + 1 : own.TARGET + 3].tolist() == [5.0, -8.0]
    assert s[own.CRUISE] == 4.0


def test_rise_goes_straight_up(craft, s):
    craft.come_to_rest()
    rise(craft, 20.0)
    assert s[own.TARGET : own.TARGET + 3].tolist() == [10.0, 5.0, -20.0]


def test_return_climbs_then_goes_home_then_lands(craft, s):
    course = Return(craft, Leg.CLIMB)
    assert s[own.TARGET : own.TARGET + 3].tolist() == [10.0, 5.0, -15.0]
    assert not course.fly() and course.leg is Leg.CLIMB
    move(s, 10.0, 5.0, -14.9)
    assert not course.fly() and course.leg is Leg.HOME
    assert s[own.TARGET : own.TARGET + 3].tolist() == [0.0, 0.0, -15.0]
    move(s, 0.2, 0.0, -15.0)
    assert not course.fly() and course.leg is Leg.LAND
    assert not course.fly()
    assert s[own.TARGET + 2] == 1000.0 and s[own.DESCEND] == 1.5
    assert s[own.TOUCHING_DOWN] == 0.0
    move(s, 0.2, 0.0, -3.0)
    course.fly()
    assert s[own.DESCEND] == 0.5 and s[own.TOUCHING_DOWN] == 1.0
    hold(craft, 5.0)
    assert s[own.TOUCHING_DOWN] == 0.0


def test_return_does_not_come_down_to_its_height(craft, s):
    move(s, 10.0, 5.0, -40.0)
    Return(craft, Leg.CLIMB)
    assert s[own.TARGET + 2] == -40.0


def test_landed_is_still_and_unloaded_for_half_a_second(craft, s):
    course = Return(craft, Leg.LAND)
    s[own.LIFT_SMOOTH] = 0.9 * s[own.WEIGHT]
    assert not any(course.fly() for _ in range(100))
    s[own.LIFT_SMOOTH] = 0.3 * s[own.WEIGHT]
    assert not any(course.fly() for _ in range(24))
    assert course.fly()
    s[own.ESTIMATE + lay.VEL + 2] = 0.5
    assert not course.fly()


def test_motors_idle_soon_after_the_ground_stops_the_descent(craft, s):
    s[own.DRIVE], s[own.SET_VEL + 2], s[own.LIFT] = 2.0, 0.5, 0.7 * s[own.WEIGHT]
    s[own.LIFT_SMOOTH] = s[own.LIFT]
    move(s, 10.0, 5.0, -3.0)
    course = Return(craft, Leg.LAND)
    for _ in range(50):
        course.fly()
    assert s[own.DRIVE] == 2.0  # too high for the ground
    move(s, 10.0, 5.0, -0.1)
    for sinking, drive in ((0.5, 2.0), (0.0, 1.0)):
        s[own.ESTIMATE + lay.VEL + 2] = sinking
        for _ in range(10):
            course.fly()
        assert s[own.DRIVE] == drive


def test_a_way_home_without_regard_to_the_wind_leans_as_in_still_air(craft, s):
    craft.config = FlightConfig(return_holds_track=False)
    move(s, 100.0, 0.0, -15.0)
    course = Return(craft, Leg.CLIMB)
    course.fly()
    assert (course.fly(), course.leg) == (False, Leg.HOME)
    # homewards is back
    assert (s[own.COURSE], s[own.LEAN]) == (2.0, pytest.approx(-0.105, abs=0.001))
    move(s, 9.0, 0.0, -15.0)
    course.fly()
    assert (s[own.COURSE], course.leg) == (0.0, Leg.HOME)


def test_ground_that_is_not_noticed_ends_no_landing(craft, s):
    move(s, 0.0, 0.0, 0.0)
    s[own.LIFT_SMOOTH], s[own.WEIGHT] = 0.0, 20.0
    landed = {}
    for works in (True, False):
        craft.config = FlightConfig(touchdown_detector=works)
        course = Return(craft, Leg.LAND)
        landed[works] = [course.fly() for _ in range(60)][-1]
    assert landed == {True: True, False: False}
