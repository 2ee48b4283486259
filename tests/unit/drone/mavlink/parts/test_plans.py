"""Fence items to areas, and what is wrong with them."""

import math

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.parts.plans import FencePlan, to_areas
from harness.drone.mavlink.parts.wireitem import WireItem

INSIDE, OUTSIDE, CIRCLE, NO_GO = 5001, 5002, 5003, 5004
CORNERS = [(0, 0), (9_000, 0), (9_000, 9_000), (0, 9_000)]


def corner(number, command=INSIDE, count=4, **fields):
    x, y = CORNERS[number]
    place = {"x": 350_000_000 + x, "y": 1_390_000_000 + y, "frame": mavlink.MAV_FRAME_GLOBAL}
    return WireItem(command=command, values=(count, 0.0, 0.0, 0.0), **(place | fields))


@pytest.fixture
def plan(flight, home):
    return FencePlan(flight, home, {})


def test_corners_become_polygons_and_circles_circles(plan, flight):
    items = (
        *(corner(number) for number in range(4)),
        corner(0, CIRCLE, 60.0),
        *(corner(number, OUTSIDE, 3) for number in range(3)),
        corner(2, NO_GO, 12.5),
    )
    assert plan.replace(items) == (0, "")
    square, circle, triangle, no_go = flight.fence
    assert [len(area.corners) for area in flight.fence] == [4, 1, 3, 1]
    assert [area.inside for area in flight.fence] == [True, True, False, False]
    assert [area.radius for area in flight.fence] == [0.0, 60.0, 0.0, 12.5]
    assert square.corners[1] == pytest.approx((100.2, 0.0), abs=0.1)
    assert circle.corners == (square.corners[0],) and triangle.corners == square.corners[:3]
    assert no_go.corners == (square.corners[2],)
    assert plan.read_items() == items


@pytest.mark.parametrize(
    "items",
    [
        [corner(0), corner(1), corner(2)],
        [corner(0), corner(1), corner(2), corner(3, OUTSIDE)],
        [corner(0), corner(1), corner(2, count=3), corner(3)],
        [corner(0), corner(1), corner(0, CIRCLE, 60.0), corner(3)],
    ],
)
def test_a_broken_polygon_is_refused_whole(plan, flight, home, items):
    assert to_areas(items, home) is None
    assert plan.replace(tuple(items))[0] == mavlink.MAV_MISSION_INVALID
    assert flight.fence == [] and plan.read_items() == ()


@pytest.mark.parametrize(
    ("item", "result"),
    [
        (corner(0), mavlink.MAV_MISSION_ACCEPTED),
        (corner(0, CIRCLE, 0.5), mavlink.MAV_MISSION_ACCEPTED),
        (corner(0, count=2), mavlink.MAV_MISSION_INVALID_PARAM1),
        (corner(0, count=3.5), mavlink.MAV_MISSION_INVALID_PARAM1),
        (corner(0, count=math.nan), mavlink.MAV_MISSION_INVALID_PARAM1),
        (corner(0, CIRCLE, 0.0), mavlink.MAV_MISSION_INVALID_PARAM1),
        (corner(0, CIRCLE, math.inf), mavlink.MAV_MISSION_INVALID_PARAM1),
        (corner(0, x=900_000_001), mavlink.MAV_MISSION_INVALID_PARAM5_X),
        (corner(0, frame=mavlink.MAV_FRAME_LOCAL_NED), mavlink.MAV_MISSION_UNSUPPORTED_FRAME),
        (corner(0, 5000), mavlink.MAV_MISSION_UNSUPPORTED),
        (corner(0, 16), mavlink.MAV_MISSION_UNSUPPORTED),
    ],
)
def test_one_item_by_itself(plan, item, result):
    assert plan.problem(0, item) == result
