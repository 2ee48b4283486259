import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.drone.flight.config import FlightConfig
from harness.drone.flight.fence import Fence, area_problem, is_in_area
from harness.drone.flight.orders import Area, SetPoint
from harness.drone.flight.state import Mode

SQUARE = Area(corners=((-10.0, -10.0), (-10.0, 30.0), (30.0, 30.0), (30.0, -10.0)))
ON = FlightConfig(fence=True, fence_height=50.0, fence_radius=100.0)
NOTCHED = Area(corners=((0.0, 0.0), (0.0, 10.0), (5.0, 10.0), (5.0, 5.0), (10.0, 5.0), (10.0, 0.0)))


@pytest.mark.parametrize(
    ("place", "inside"), [((2.0, 8.0), True), ((8.0, 2.0), True), ((8.0, 8.0), False), ((-1.0, 5.0), False)]
)
def test_a_polygon_may_be_hollow(place, inside):
    assert is_in_area(NOTCHED, *place) is inside


@given(st.floats(-50, 50), st.floats(-50, 50), st.floats(0.0, 6.28), st.floats(1.0, 40.0))
def test_a_fine_polygon_is_the_circle_it_approaches(north, east, turn, radius):
    away = math.hypot(north, east)
    if abs(away - radius) < 0.01 * radius:
        return
    corners = tuple(
        (radius * math.cos(turn + n * math.tau / 90), radius * math.sin(turn + n * math.tau / 90)) for n in range(90)
    )
    circle = Area(corners=((0.0, 0.0),), radius=radius)
    assert is_in_area(Area(corners=corners), north, east) is is_in_area(circle, north, east) is (away < radius)


@pytest.mark.parametrize(
    ("area", "reason"),
    [
        (Area(corners=()), "3 to 500 corners"),
        (Area(corners=((0.0, 0.0), (1.0, 1.0))), "3 to 500 corners"),
        (Area(corners=((0.0, 0.0), (5.0, 5.0), (9.0, 9.0))), "without any area"),
        (Area(corners=((math.nan, 0.0), (5.0, 0.0), (0.0, 9.0))), "no place"),
        (Area(corners=((0.0, 0.0),), radius=0.0), "needs a radius"),
        (Area(corners=((0.0, 0.0),), radius=math.nan), "needs a radius"),
        (Area(corners=SQUARE.corners, radius=4.0), "one corner"),
    ],
)
def test_an_area_that_cannot_be_kept_is_refused_by_its_number(area, reason):
    assert reason in area_problem(area)
    fence = Fence()
    assert fence.load([SQUARE]) == ""
    assert fence.load([SQUARE, area]).startswith("Fence: area 1: ")
    assert fence.where_broken(ON, (40.0, 0.0, 5.0)) == "area"  # the old one still stands
    assert "more than" in fence.load([SQUARE] * 101)


def test_each_limit_is_named_and_only_a_fence_that_is_on_has_any():
    fence = Fence()
    assert fence.where_broken(ON, (0.0, 0.0, 50.1)) == "height"
    assert fence.where_broken(ON, (80.0, 80.0, 5.0)) == "radius"
    assert fence.where_broken(ON, (20.0, 20.0, 5.0)) == ""
    fence.load([SQUARE, Area(corners=((20.0, 20.0),), radius=5.0, inside=False)])
    assert fence.where_broken(ON, (20.0, 22.0, 5.0)) == "area"
    assert fence.where_broken(ON, (0.0, 0.0, 5.0)) == ""
    assert fence.where_broken(FlightConfig(), (1e4, 0.0, 500.0)) == ""
    assert fence.where_broken(FlightConfig(fence=True, fence_height=0.0, fence_radius=0.0), (25.0, 0.0, 500.0)) == ""


def test_an_excursion_counts_once():
    fence = Fence()
    assert [fence.watch(ON, (0.0, 0.0, up)) for up in (10.0, 60.0, 70.0, 40.0, 60.0)] == [0, 1, 0, 0, 1]
    assert (fence.breaches, fence.broken) == (2, "height")


@pytest.mark.parametrize(("action", "mode"), [("rtl", Mode.RTL), ("land", Mode.LAND), ("brake", Mode.BRAKE)])
def test_leaving_the_fence_in_flight_brings_the_action(hovering, fly_until, texts, action, mode):
    flight = hovering(fence=True, fence_radius=15.0, fence_action=action)
    flight.steer(SetPoint(place=(40.0, 0.0, 10.0)))
    fly_until(flight, lambda: flight.mode is not Mode.GUIDED, within=20.0)
    assert 14.0 < flight.read_truth().motion.north < 16.0
    assert flight.mode is mode and texts(flight) == [f"Fence breached (radius): {mode.name}"]
    health = flight.read_health()
    assert (health.fence_broken, health.breaches, health.failsafes) == (True, 1, ("fence",))


def test_back_inside_the_fence_is_whole_again(hovering):
    flight = hovering(fence=True)
    assert flight.load_fence([SQUARE]) == ""
    flight.steer(SetPoint(place=(40.0, 0.0, 10.0)))
    flight.advance(flight.now + 8.0)
    assert flight.read_health().fence_broken and flight.mode is Mode.RTL
    flight.advance(flight.now + 12.0)
    health = flight.read_health()
    assert (health.fence_broken, health.breaches, health.failsafes) == (False, 1, ())


def test_a_fence_that_is_switched_off_is_whole(hovering):
    flight = hovering(fence=True, fence_radius=15.0, fence_action="none")
    flight.steer(SetPoint(place=(40.0, 0.0, 10.0)))
    flight.advance(flight.now + 12.0)
    assert flight.read_health().failsafes == ("fence",) and flight.mode is Mode.GUIDED
    flight.configure(fence=False)
    flight.advance(flight.now + 0.1)
    assert flight.read_health().failsafes == () and not flight.read_health().fence_broken


def test_nobody_arms_outside(ready):
    flight = ready(fence=True)
    assert flight.load_fence([Area(corners=((0.0, 0.0),), radius=50.0, inside=False)]) == ""
    assert flight.arm() == "Arm: outside the fence"
    assert flight.configure(arming_checks=256) == ""
    assert flight.arm() == ""
