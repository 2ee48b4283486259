import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.instruments.flight.command import Turn, WindCommand, apart, blows_to, comes_from

bearings = st.floats(-720.0, 720.0)


@given(st.floats(0.1, 40.0), bearings)
def test_what_blows_from_a_bearing_comes_from_it(speed, bearing):
    north, east = blows_to(speed, bearing)
    assert math.hypot(north, east) == pytest.approx(speed)
    assert apart(comes_from(north, east), bearing) == pytest.approx(0.0, abs=1e-6)


def test_a_wind_from_the_north_blows_south():
    assert blows_to(10.0, 0.0) == pytest.approx((-10.0, 0.0))
    assert blows_to(10.0, 90.0) == pytest.approx((0.0, -10.0))


@given(bearings, bearings)
def test_two_bearings_are_at_most_half_a_turn_apart(one, other):
    assert 0.0 <= apart(one, other) <= 180.0
    assert apart(one, other) == pytest.approx(apart(other, one), abs=1e-6)
    assert apart(one, one + 360.0) == pytest.approx(0.0, abs=1e-9)
    assert apart(one, one + 180.0) == pytest.approx(180.0, abs=1e-9)


def test_a_turn_is_that_of_the_standard():
    turn = Turn(start=10.0, end=15.0, angle=90.0)
    assert [turn.angle_at(time) for time in (0.0, 10.0, 12.5, 15.0, 99.0)] == pytest.approx([0, 0, 45, 90, 90])
    assert turn.angle_at(10.0 + 5.0 / 3.0) == pytest.approx(22.5)


def test_the_bearing_is_the_last_one_set_and_what_was_turned_since():
    command = WindCommand()
    assert command.bearing(5.0) == 0.0
    command.set_bearing(1.0, 30.0)
    command.set_bearing(2.0, 40.0)
    command.add_turn(Turn(start=3.0, end=5.0, angle=90.0))
    assert [command.bearing(time) for time in (0.5, 1.0, 1.9, 2.0, 4.0, 6.0)] == pytest.approx([0, 30, 30, 40, 85, 130])
    command.set_bearing(7.0, 130.0)
    assert [command.bearing(time) for time in (6.9, 7.0, 20.0)] == pytest.approx([130, 130, 130])
