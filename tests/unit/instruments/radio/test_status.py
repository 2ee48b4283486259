"""The modems of a fading link: what they lose and what they tell both hosts."""

from random import Random

import pytest
from fake_world import FakeWorld
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.instruments.radio.status import FadingModems, to_rssi
from harness.link.impair_fade import Fade, FadingLoss, Sensitivity
from harness.link.virtual import VirtualCable


@pytest.fixture
def link():
    """A world, its cable, the modems, and what each host hears."""
    world, heard = FakeWorld(), {"ground": [], "air": []}
    cable = VirtualCable(world, world.schedule)
    for name, end in (("ground", cable.ground), ("air", cable.air)):
        end.listen(lambda data, name=name: heard[name].append((world.now(), data)))
    fade = Fade(level=-60.0, start=10.0, slope=5.0, lowest=-115.0)
    losses = tuple(FadingLoss(world, fade, Sensitivity(), Random(way)) for way in ("up", "down"))
    return world, cable, FadingModems(cable, world, losses), heard


def statuses(pieces):
    parser = mavlink.MAVLink(None)
    return [(time, parser.decode(bytearray(data))) for time, data in pieces]


@pytest.mark.parametrize(("level", "rssi"), [(-127.0, 0), (-60.0, 127), (-300.0, 0), (50.0, 254)])
def test_a_level_is_told_in_steps(level, rssi):
    assert to_rssi(level) == rssi


def test_both_hosts_are_told_twice_a_second_by_the_modem_itself(link):
    world, _, _, heard = link
    world.run(4.9)
    for name in ("ground", "air"):
        told = statuses(heard[name])
        assert [time for time, _ in told] == [0.5 * number for number in range(10)]
        assert {message.get_type() for _, message in told} == {"RADIO_STATUS"}
        assert {(message.get_srcSystem(), message.get_srcComponent()) for _, message in told} == {(51, 68)}


def test_the_report_follows_the_fade_and_comes_also_when_nothing_else_does(link):
    world, cable, modems, heard = link
    world.schedule.every(0.1, lambda: cable.ground.send(b"order"), start=0.0)
    world.run(30.0)
    rssi = {time: message.rssi for time, message in statuses(piece for piece in heard["air"] if piece[1] != b"order")}
    assert (rssi[5.0], rssi[15.0], rssi[29.0]) == (to_rssi(-60.0), to_rssi(-85.0), to_rssi(-115.0))
    assert max(time for time, data in heard["air"] if data == b"order") < 22.0
    assert modems.up.lost > 50


def test_a_stronger_remote_end_is_told_apart(link):
    world, _, modems, heard = link
    modems.down.fade = Fade(level=-90.0)
    world.run(1.0)
    (_, air), (_, ground) = statuses(heard["air"])[-1], statuses(heard["ground"])[-1]
    assert (air.rssi, air.remrssi) == (ground.remrssi, ground.rssi) == (to_rssi(-60.0), to_rssi(-90.0))


def test_once_stopped_they_leave_the_link_as_it_was(link):
    world, cable, modems, heard = link
    world.run(2.2)
    modems.stop()
    before = len(heard["air"])
    world.run(5.0)
    assert len(heard["air"]) == before
    assert (cable.up, cable.down) == ([], [])


def test_a_closed_end_is_told_nothing(link):
    world, cable, _, heard = link
    cable.ground.close()
    world.run(2.0)
    assert heard["ground"] == []
    assert heard["air"]
