from itertools import pairwise

import pytest
from fake_truth import reading

from harness.errors import RigError
from harness.instruments.wind.rise import Rise, staircase


def rise(speeds, limit=10.0):
    readings = [reading(0.1 * n, wind=speed) for n, speed in enumerate(speeds)]
    return Rise(start=0.0, limit=limit, readings=readings, period=0.1)


def test_the_mean_of_three_seconds_crosses_not_a_peak():
    assert rise([0.0] * 50 + [100.0] + [0.0] * 50 + [10.0] * 40).crossed() == pytest.approx(13.0, abs=0.11)


def test_it_crosses_with_the_thirtieth_reading_at_the_limit_and_no_later():
    assert rise([0.0] * 50 + [10.0] * 40).crossed() == pytest.approx(7.9)
    assert rise([10.0] * 30).crossed() == pytest.approx(2.9)


def test_a_wind_that_stays_below_is_the_rigs_fault():
    with pytest.raises(RigError, match="never crossed"):
        rise([9.99] * 100).crossed()


def test_a_staircase_rises_by_its_slope_and_stays():
    orders = staircase(5.0, [6.0, 9.0], dwell=20.0, slope=3.0, period=0.5)
    assert [order.time for order in orders][:4] == [5.5, 6.0, 6.5, 7.0]
    assert (orders[3].speed, orders[3].time) == (6.0, 7.0)
    assert (orders[4].time, orders[-1].speed, orders[-1].time) == (25.5, 9.0, 26.0)
    steps = [after.speed - before.speed for before, after in pairwise(orders)]
    assert max(steps) <= 1.5 + 1e-9
