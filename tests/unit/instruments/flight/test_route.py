import pytest
from fake_truth import reading

from harness.errors import RigError
from harness.instruments.flight.route import Trace, rectangle

SIDE = 100.0
ROUTE = rectangle(along=SIDE, across=SIDE, height=10.0, speed=5.0)
STEPS = 200


def flown(off=(0.0,) * 4, speed=5.0, route=ROUTE):
    """A flight along the route at a steady speed, each leg `off` m to its right."""
    readings, time = [], 0.0
    for (start, end), aside in zip(route.legs, off, strict=True):
        north, east = (end.north - start.north) / SIDE, (end.east - start.east) / SIDE
        for step in range(STEPS):
            way = SIDE * step / STEPS
            place = (start.north + way * north - aside * east, start.east + way * east + aside * north, 10.0)
            readings.append(reading(time, place=place))
            time += SIDE / STEPS / speed
    return readings


def trace(readings, turn=20.0, u=0.0):
    return Trace(readings=readings, route=ROUTE, turn=turn, u_position=u, u_time=0.0)


def test_a_rectangle_begins_and_ends_above_home():
    assert (ROUTE.corners[0], ROUTE.corners[-1]) == (ROUTE.corners[0], ROUTE.corners[0])
    assert (ROUTE.length, len(ROUTE.legs)) == (4 * SIDE, 4)
    assert {corner.up for corner in ROUTE.corners} == {10.0}


def test_on_the_track_nothing_is_off():
    seen = trace(flown())
    assert seen.cross_track_rms().value == pytest.approx(0.0, abs=1e-9)
    assert seen.cross_track_max().value == pytest.approx(0.0, abs=1e-9)
    assert seen.ground_speed_error().value == pytest.approx(0.0, abs=1e-9)


def test_the_worst_leg_counts_on_either_side():
    seen = trace(flown(off=(0.5, -2.0, 1.0, 0.0)), u=0.1)
    assert seen.cross_track_rms().value == pytest.approx(2.0)
    assert seen.cross_track_max().value == pytest.approx(2.0)
    assert pytest.approx(0.2) == seen.cross_track_max().U


@pytest.mark.parametrize("speed", [4.0, 6.0])
def test_too_slow_and_too_fast_are_an_error_of_the_speed(speed):
    assert trace(flown(speed=speed)).ground_speed_error().value == pytest.approx(1.0)


def test_corners_belong_to_no_leg():
    readings = flown()
    # thrown out within 20 m of the second corner, both before and after it
    wild = [n for n, at in enumerate(readings) if abs(at.motion.north - SIDE) + at.motion.east < 15.0]
    for n in wild:
        readings[n] = reading(readings[n].motion.time, place=(SIDE + 4.0, -9.0, 10.0))
    assert wild
    assert trace(readings).cross_track_max().value == pytest.approx(0.0, abs=1e-9)


def test_a_leg_without_readings_is_the_rigs_fault():
    with pytest.raises(RigError, match="on leg 1"):
        trace(flown(), turn=49.0).cross_track_rms()
    with pytest.raises(RigError, match="on leg 2"):
        trace(flown()[: STEPS + 20]).ground_speed_error()
