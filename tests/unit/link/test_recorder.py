"""The flight recorder tells what the stages did, whatever they are."""

import pytest

from harness.link.impair import Blackout, Delay
from harness.link.recorder import LinkRecorder
from harness.link.taping import Direction
from harness.link.virtual import VirtualCable
from harness.timing import Schedule


class World:
    def __init__(self):
        self.time, self.schedule = 0.0, Schedule()
        self.cable = VirtualCable(self, self.schedule)

    def now(self):
        return self.time

    def pass_to(self, time):
        while self.schedule.next_time() <= time:
            self.time = self.schedule.next_time()
            self.schedule.run_due(self.time)
        self.time = time


@pytest.fixture
def world():
    return World()


def told(recorder):
    return [(fate.piece.time, fate.piece.direction, fate.piece.data, fate.decision) for fate in recorder.read_fates()]


def test_a_sound_link_delivers_both_ways(world):
    recorder = LinkRecorder(world.cable, world)
    world.cable.ground.send(b"up")
    world.pass_to(1.0)
    world.cable.air.send(b"down")
    assert told(recorder) == [
        (0.0, Direction.UP, b"up", "delivered"),
        (1.0, Direction.DOWN, b"down", "delivered"),
    ]


def test_each_decision_has_its_words(world):
    blackout, delay = Blackout(), Delay(world, world.schedule, 0.25)
    bent = lambda data, forward: forward(b"bent" if data == b"straight" else data)  # noqa: E731
    twice = lambda data, forward: [forward(data) for _ in range(2 if data == b"twice" else 1)]  # noqa: E731
    world.cable.up[:] = [blackout, bent, twice, delay]
    recorder = LinkRecorder(world.cable, world)
    for data in (b"late", b"straight", b"twice"):
        world.cable.ground.send(data)
    blackout.cut()
    world.cable.ground.send(b"late")
    world.pass_to(1.0)
    assert told(recorder) == [
        (0.0, Direction.UP, b"late", "delayed 250.0 ms"),
        (0.0, Direction.UP, b"straight", "lost or altered"),
        (0.0, Direction.UP, b"twice", "delayed 250.0 ms"),
        (0.0, Direction.UP, b"late", "lost or altered"),
        (0.25, Direction.UP, b"bent", "arrived, but was not offered so"),
        (0.25, Direction.UP, b"twice", "arrived, but was not offered so"),
    ]


def test_stages_that_come_later_are_embraced_again(world):
    recorder, blackout = LinkRecorder(world.cable, world), Blackout()
    blackout.cut()
    world.cable.up.append(blackout)
    world.cable.ground.send(b"one")
    recorder.embrace()
    world.cable.ground.send(b"two")
    assert [row[3] for row in told(recorder)] == ["delivered", "pending when this was written"]
    world.pass_to(1.0)
    assert [row[3] for row in told(recorder)] == ["delivered", "lost or altered"]


def test_what_was_read_before_need_not_be_read_again(world):
    delay = Delay(world, world.schedule, 0.25)
    world.cable.up.append(delay)
    recorder = LinkRecorder(world.cable, world)
    for time in (0.5, 2.0):
        world.cable.ground.send(b"heartbeat")
        world.pass_to(time)
    assert [fate.decision for fate in recorder.read_fates(0.4)] == ["delayed 250.0 ms"]
    # the piece before is on its way: its arrival is not taken for one that nobody offered
    assert [(fate.piece.time, fate.decision) for fate in recorder.read_fates(0.1)] == [(0.5, "delayed 250.0 ms")]


def test_a_full_one_says_so_and_the_link_goes_on(world):
    heard = []
    recorder = LinkRecorder(world.cable, world, most_pieces=1)
    world.cable.air.listen(heard.append)
    for _ in range(3):
        world.cable.ground.send(b"x")
    world.pass_to(1.0)
    assert recorder.full and len(heard) == 3 and len(told(recorder)) == 1
