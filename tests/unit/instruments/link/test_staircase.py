"""Steps upwards to the loss of a link that is made of numbers: what it finds, and what makes it INVALID."""

from dataclasses import dataclass

import pytest
from fake_world import FakeWorld

from harness.errors import RigError
from harness.instruments.context import Context
from harness.instruments.link.bothways import Delivery
from harness.instruments.link.staircase import Staircase


@dataclass
class Plan:
    step: float = 1.0
    coarse: float = 5.0
    runs: int = 3
    settle: float = 0.1
    dwell: float = 1.0
    within: float = 5.0


class Link:
    """An attenuator and a link behind it that is lost down above `down` dB and up above `up` dB."""

    greatest = 90.0

    def __init__(self, world, *, up=60.0, down=60.0):
        self._world, self.up, self.down = world, up, down
        self.set, self.stuck, self.leaks, self.dead_since_loss, self.connector = [], False, False, False, 0.0
        self._was_lost = False

    def turn(self, attenuation):
        self.set.append(attenuation)

    def read_attenuation(self):
        return 0.0 if self.stuck else self.set[-1]

    def probe(self, duration):
        self._world.run(duration)
        path = self.read_attenuation() + self.connector
        down = path <= self.down or (self.leaks and path > 70.0)
        up = path <= self.up
        self._was_lost = self._was_lost or not (up and down)
        if self.dead_since_loss and self._was_lost:
            up = down = False
        frames, pings = round(40 * duration), round(10 * duration)
        return Delivery(sent=pings, answered=pings * (up and down), heard=frames * down, missed=0, duration=duration)


@pytest.fixture
def link():
    return lambda **limits: Link(FakeWorld(), **limits)


@pytest.fixture
def climb(context, real):
    def go(link, **plan):
        surroundings = Context(world=link._world, sockets=None, log=real.log, seed=1, declaration=None, documents=None)
        stairs = Staircase(context=surroundings, dial=link, probe=link.probe, plan=Plan(**plan), least=0.9)
        return stairs.climb(), stairs

    return go


@pytest.mark.parametrize(("limits", "way"), [({"up": 45.2, "down": 60.0}, "up"), ({"up": 60.0, "down": 45.2}, "down")])
def test_the_way_that_is_lost_first_is_found_each_time(link, climb, real, limits, way):
    ascents, _ = climb(link(**limits))
    assert [(each.borne, each.lost, each.way) for each in ascents] == [(45.0, 46.0, way)] * 3
    assert real.log.controls == [("path.tight", True), ("attenuation.realised", True), ("link.returns", True)]


def test_a_connector_that_loses_3_db_shifts_the_loss_by_3_db(link, climb):
    sound, bad = link(up=45.2), link(up=45.2)
    bad.connector = 3.0
    (before, *_), _ = climb(sound)
    (after, *_), _ = climb(bad)
    assert before.middle - after.middle == 3.0


def test_an_attenuator_that_is_stuck_is_invalid(link, climb, real):
    stuck = link(up=45.2)
    stuck.stuck = True
    with pytest.raises(RigError, match=r"attenuation\.realised failed: 0\.00 dB, wanted 5\.00 dB"):
        climb(stuck)
    assert real.log.controls == [("attenuation.realised", False)]


def test_what_gets_by_the_attenuator_is_invalid(link, climb):
    leaky = link(down=45.2)
    leaky.leaks = True
    with pytest.raises(RigError, match=r"path\.tight failed: behind 90 dB 40 frames and 0 answers came: it leaks"):
        climb(leaky)


@pytest.mark.parametrize(
    ("limits", "problem"),
    [
        ({"up": 99.0, "down": 99.0}, r"loss\.found failed: the link is whole behind 90 dB: add a fixed pad"),
        ({"down": -1.0}, r"link\.whole failed: 0% down and nan% up get through without attenuation: see to the cables"),
    ],
)
def test_a_link_that_is_never_lost_or_never_there_is_invalid(link, climb, limits, problem):
    with pytest.raises(RigError, match=problem):
        climb(link(**limits))


def test_a_link_that_does_not_come_back_is_invalid(link, climb):
    dead = link(up=45.2)
    dead.dead_since_loss = True
    with pytest.raises(RigError, match=r"link\.returns failed: 0% down"):
        climb(dead)


def test_a_link_that_is_lost_where_it_was_not_is_invalid(link, climb):
    tiring = link(up=45.2)
    turn = tiring.turn

    def weaker(attenuation):
        if len(tiring.set) > 12:
            tiring.connector = 20.0
        turn(attenuation)

    tiring.turn = weaker
    with pytest.raises(RigError, match=r"link\.steady failed: 44 dB are too much now"):
        climb(tiring)
