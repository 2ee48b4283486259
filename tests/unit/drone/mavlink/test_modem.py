"""The radio modem: sound it changes nothing, each defect changes one thing."""

import pytest
from fake_world import FakeWorld

from harness.drone.mavlink.config import MavlinkConfig
from harness.drone.mavlink.modem import Modem
from harness.link.virtual import VirtualCable


@pytest.fixture
def make():
    """Makes a modem of that configuration: its world, cable, the modem, and what both sides got."""

    def modem(**defect):
        world = FakeWorld()
        cable = VirtualCable(world, world.schedule, latency=0.0)
        got = {"air": [], "ground": []}
        made = Modem(cable.air, world, world.schedule, MavlinkConfig(**defect))
        made.listen(lambda data: got["air"].append((round(world.now(), 3), data)))
        cable.ground.listen(lambda data: got["ground"].append((round(world.now(), 3), data)))
        return world, cable, made, got

    return modem


def test_a_sound_one_passes_on_at_once(make):
    world, cable, modem, got = make()
    world.run(0.3)
    cable.ground.send(b"up")
    modem.send(b"down")
    world.run(100.0)
    cable.ground.send(b"late")
    world.run(1.0)
    assert got == {"air": [(0.3, b"up"), (100.3, b"late")], "ground": [(0.3, b"down")]}


def test_with_a_delay_what_is_sent_comes_later_and_what_is_heard_does_not(make):
    world, cable, modem, got = make(radio_delay=0.5)
    modem.send(b"down")
    cable.ground.send(b"up")
    world.run(1.0)
    assert got == {"air": [(0.0, b"up")], "ground": [(0.5, b"down")]}


def test_with_a_period_what_is_heard_waits_for_the_next_turn(make):
    world, cable, modem, got = make(radio_period=0.5)
    for _ in range(3):
        world.run(0.2)
        cable.ground.send(b"up")
    modem.send(b"down")
    world.run(2.0)
    assert got == {"air": [(0.5, b"up"), (0.5, b"up"), (1.0, b"up")], "ground": [(0.6, b"down")]}


def test_deaf_after_a_long_silence_and_never_after_a_short_one(make):
    world, cable, _, got = make(radio_deaf_after=5.0)
    for gap in (8.0, 4.9, 5.1, 1.0):
        world.run(gap)
        cable.ground.send(b"up")
    world.run(1.0)
    # before the first frame there is no silence
    assert [time for time, _ in got["air"]] == [8.0, 12.9]


def test_closing_it_closes_its_end(make):
    _, cable, modem, _ = make()
    modem.close()
    assert cable.air.closed
