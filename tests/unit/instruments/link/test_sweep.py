"""A sweep over loss is judged up to the tolerance, and drawn beyond it."""

import pytest
from fake_world import FakeWorld

from harness.errors import RigError
from harness.instruments.link.control import Grip
from harness.instruments.link.impair import Trace, Traffic
from harness.instruments.link.sweep import SweepPoint, count_damaged, longest_without, sweep_charts
from harness.instruments.link.transfers import Transfers


def point(loss, outage, intact=1, given_up=0, damaged=0):
    world = FakeWorld()
    traffic = {way: Traffic(offered=Trace(world), delivered=Trace(world)) for way in ("up", "down")}
    return SweepPoint(
        loss=loss,
        traffic=traffic,
        grip=Grip(start=0.0, answers=[], end=outage),
        transfers=Transfers(intact=intact, given_up=given_up, damaged=damaged),
    )


def test_up_to_the_tolerance_each_mission_must_come_beyond_it_whole_or_not_at_all():
    points = [point(0.0, 0.1), point(0.1, 0.5), point(0.5, 9.0, intact=0, given_up=1)]
    assert (count_damaged(points, 0.1).events, count_damaged(points, 0.1).trials) == (0, 2)
    points[1] = point(0.1, 0.5, intact=0, given_up=1)
    assert (count_damaged(points, 0.1).events, count_damaged(points, 0.1).trials) == (1, 2)
    points[2] = point(0.5, 9.0, intact=0, damaged=1)
    assert count_damaged(points, 0.1).events == 2


def test_the_longest_time_without_control_is_that_within_the_tolerance():
    points = [point(0.0, 0.1), point(0.1, 0.5), point(0.5, 9.0)]
    assert longest_without(points, 0.1).value == pytest.approx(0.5)
    assert longest_without(points, 0.5).value == pytest.approx(9.0)


@pytest.mark.parametrize("losses", [(0.2, 0.5), (0.0, 0.05)])
def test_without_a_point_at_the_tolerance_nothing_is_judged(losses):
    with pytest.raises(RigError, match="no point at the declared tolerance of 10%"):
        longest_without([point(loss, 0.1) for loss in losses], 0.1)


def test_charts_show_delivery_missions_and_outage_over_loss():
    delivery, control = sweep_charts([point(0.0, 0.1), point(0.5, 9.0, intact=1, given_up=1)], 0.1)
    assert [(name, x, y) for name, x, y in delivery.lines][-1] == ("missions intact", (0.0, 50.0), (100.0, 50.0))
    assert control.lines[0][2] == pytest.approx((0.1, 9.0))
    assert control.quantities == ("longest_without_control",)
    assert delivery.spans == (("declared tolerance", 0.0, 10.0),)
