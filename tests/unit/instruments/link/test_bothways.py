"""What a link delivers each way, as its ground end tells."""

import math
from random import Random

import pytest

from harness.instruments.link.bothways import Delivery
from harness.instruments.vehicle.mavlink import MavlinkVehicle
from harness.link.impair_loss import IndependentLoss

WHOLE = Delivery(sent=10, answered=10, heard=40, missed=0, duration=1.0)


def shares(answered, heard, missed, duration=1.0):
    return Delivery(sent=10, answered=answered, heard=heard, missed=missed, duration=duration).shares(WHOLE)


def test_an_answer_needs_both_ways_so_the_way_up_is_what_is_left():
    assert (shares(5, 40, 0).down, shares(5, 40, 0).up) == (1.0, 0.5)
    assert (shares(5, 20, 20).down, shares(5, 20, 20).up) == (0.5, 1.0)
    assert math.isnan(shares(0, 0, 0).up)


def test_a_last_frame_and_then_nothing_is_no_good_link():
    assert shares(0, 1, 0).down == pytest.approx(1 / 20)


@pytest.mark.parametrize(
    ("got", "way"),
    [(shares(10, 40, 0), ""), (shares(5, 40, 0), "up"), (shares(5, 20, 20), "down"), (shares(0, 0, 0), "down")],
)
def test_the_way_that_is_lost_is_named(got, way):
    assert got.lost(0.9) == way


def test_both_ways_of_the_drones_link_are_tried_apart(scene):
    scene.world.power_on()
    vehicle, cable = MavlinkVehicle(scene.context()), scene.world.sockets.radio
    assert scene.world.sockets.truth().motion.up < 0.1
    whole = vehicle.try_both_ways(1.0)
    assert (whole.answered, whole.missed) == (whole.sent, 0) and whole.sent >= 10 and whole.heard > 20
    cut = IndependentLoss(1.0, Random(1))
    cable.up.append(cut)
    one_way = vehicle.try_both_ways(1.0).shares(whole)
    assert (one_way.down, one_way.up, one_way.lost(0.9)) == (1.0, 0.0, "up")
    cable.up.remove(cut)
    cable.down.append(cut)
    assert vehicle.try_both_ways(1.0).silent
