"""A bench in real time, with an autopilot that only talks at the far end of its cables."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
from fake_bench import Peer, Terminal
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import RigError
from harness.link.place import Place
from harness.targets.bench.links import Links
from harness.targets.bench.world import BenchWorld
from harness.timing import Wait, run_for, wait_until


class Relay:
    def __init__(self):
        self.orders = []

    def switch(self, on):
        self.orders.append(on)


@pytest.fixture
def bench():
    made = []

    def lay(observer=True, boot=3.0, firmware="", interface="", mac="", **peer):
        terminals = [Terminal(), *([Terminal()] if observer else [])]
        places = [Place(kind="serial", where=terminal.device) for terminal in terminals]
        peers = [Peer(terminal, **peer) for terminal in terminals]
        links = Links(radio=places[0], observer=places[1] if observer else None, key=None, boot=boot, firmware=firmware)
        world = BenchWorld(replace(links, interface=interface, mac=mac))
        made.append((world, terminals, peers))
        return world, terminals, peers

    yield lay
    for world, terminals, peers in made:
        world.close()
        for peer in peers:
            peer.stop()
        for terminal in terminals:
            terminal.pull()


def test_it_is_heard_on_both_links_and_its_version_is_noted(bench):
    world, _, _ = bench()
    world.power_on()
    assert world.hearing["radio"].beats and world.hearing["observer"].beats
    assert world.sockets.usb is not None
    assert world.notes == ["firmware 1.4.2, self-reported"]
    run_for(world, 0.1)
    world.power_off()
    assert "longest time between two looks" in world.notes[-1]


def test_bytes_go_both_ways_through_the_stages(bench):
    world, _, peers = bench()
    world.power_on()
    came, up = [], []
    cable = world.sockets.radio
    cable.up.append(lambda data, forward: (up.append(data), forward(data)))
    cable.ground.listen(came.append)
    beat = mavlink.MAVLink_heartbeat_message(6, 8, 0, 0, 4, 3).pack(mavlink.MAVLink(None, 255, 190))
    cable.ground.send(beat)
    wait_until(world, lambda: bool(came) and "HEARTBEAT" in peers[0].heard, Wait(name="both ways", within=3.0))
    assert up == [beat]


def test_a_station_that_has_hung_up_hears_nothing_and_nothing_fails(bench):
    world, _, _ = bench()
    world.power_on()
    came = []
    world.sockets.radio.ground.listen(came.append)
    world.sockets.radio.ground.close()
    run_for(world, 0.3)
    assert came == []
    assert world.hearing["radio"].fresh


def test_another_firmware_than_the_rig_files_is_refused(bench):
    world, _, _ = bench(firmware="4.5.7")
    with pytest.raises(RigError, match=r"says it runs firmware 1\.4\.2, the rig file expects 4\.5\.7: flash it"):
        world.power_on()


def test_an_article_that_tells_no_version_is_borne_unless_one_is_expected(bench, monkeypatch):
    monkeypatch.setattr("harness.targets.bench.world.ANSWER_WITHIN", 0.3)
    world, _, _ = bench(version=None)
    world.power_on()
    assert world.notes == ["the article tells no firmware version"]
    strict, _, _ = bench(version=None, firmware="1.4.2")
    with pytest.raises(RigError, match="runs firmware none"):
        strict.power_on()


def test_silence_names_the_link_and_the_remedy(bench):
    world, _, peers = bench(boot=0.4)
    peers[1].talking = False
    with pytest.raises(RigError, match=r"serial:/dev/pts/\d+@57600 \(observer\): nothing is heard there: power"):
        world.power_on()


def test_what_is_no_autopilot_is_named(bench):
    world, _, peers = bench(boot=0.5, observer=False)
    peers[0].autopilot = mavlink.MAV_AUTOPILOT_INVALID
    with pytest.raises(RigError, match=r"\(radio\): what is there is no autopilot"):
        world.power_on()


def test_a_pulled_cable_is_invalid_at_once_and_told_once(bench):
    world, terminals, peers = bench()
    world.power_on()
    peers[0].stop()
    terminals[0].pull()
    with pytest.raises(RigError, match=r"the link serial:/dev/pts/\d+@57600 broke at \d.* look at its cable"):
        run_for(world, 2.0)
    # what tears down goes on, and so does the other link
    run_for(world, 0.2)
    assert world.hearing["observer"].fresh


def test_a_break_that_nobody_waited_for_is_told_at_the_end(bench):
    world, terminals, peers = bench()
    world.power_on()
    peers[0].stop()
    terminals[0].pull()
    with world.aside():
        peers[1]._ending.wait(0.2)
    with pytest.raises(RigError, match="broke at"):
        world.power_off()


def test_a_relay_gives_and_takes_the_power(bench):
    world, _, _ = bench()
    relay = Relay()
    world.fit_supply(relay)
    world.power_on()
    world.power_off()
    world.power_off()
    assert relay.orders == [True, False]


def test_an_article_that_does_not_boot_is_switched_off_again(bench):
    world, _, peers = bench(boot=0.3)
    for peer in peers:
        peer.talking = False
    relay = Relay()
    world.fit_supply(relay)
    with pytest.raises(RigError, match="nothing is heard"):
        world.power_on()
    world.power_off()
    assert relay.orders == [True, False]


@pytest.mark.parametrize(("armed", "landed"), [(True, 1), (True, 0), (True, 2), (False, 2)])
def test_power_is_never_cut_in_flight(bench, armed, landed):
    world, _, _ = bench(armed=armed, landed=landed)
    relay = Relay()
    world.fit_supply(relay)
    world.power_on()
    standing = armed and landed == mavlink.MAV_LANDED_STATE_ON_GROUND
    for cut in (world.power_off, world.stand_down, *(() if standing else (world.power_cut,))):
        with pytest.raises(RigError, match="its power stays on; land it, disarm it"):
            cut()
    assert relay.orders == [True]


def test_the_power_of_an_article_that_says_it_stands_is_pulled_though_it_is_armed(bench):
    world, _, _ = bench(armed=True, landed=mavlink.MAV_LANDED_STATE_ON_GROUND)
    relay = Relay()
    world.fit_supply(relay)
    world.power_on()
    world.power_on()
    world.power_cut()
    assert relay.orders == [True, False]


def test_an_article_that_was_shut_down_by_hand_loses_its_power_though_it_is_silent(bench, monkeypatch):
    monkeypatch.setattr("harness.targets.bench.hearing.SILENT_AFTER", 0.3)
    world, _, peers = bench()
    relay = Relay()
    world.fit_supply(relay)
    world.power_on()
    world.stand_down()
    for peer in peers:
        peer.talking = False
    run_for(world, 0.6)
    world.power_off()
    assert relay.orders == [True, False]


def test_power_is_not_cut_when_nobody_knows_whether_it_flies(bench, monkeypatch):
    monkeypatch.setattr("harness.targets.bench.hearing.SILENT_AFTER", 0.3)
    world, _, peers = bench()
    relay = Relay()
    world.fit_supply(relay)
    world.power_on()
    for peer in peers:
        peer.talking = False
    run_for(world, 0.6)
    with pytest.raises(RigError, match="nobody knows that it stands: its power stays on"):
        world.power_off()
    assert relay.orders == [True]


def test_a_bench_has_the_links_and_the_unit_that_it_has(bench):
    world, _, _ = bench()
    for deed in (world.another, world.power_cut):
        with pytest.raises(RigError):
            deed()
    assert world.sockets.lay_cable is None and not world.sockets.has_local_port
    for radio, name in ((True, "intruder"), (False, "local")):
        with pytest.raises(RigError, match=rf"name its place as {name} under \[target\.settings\]"):
            world.lay_cable(radio=radio)


def test_a_second_radio_and_a_local_port_are_laid_until_the_power_goes(bench):
    terminals = [Terminal() for _ in range(3)]
    radio, intruder, local = (Place(kind="serial", where=terminal.device) for terminal in terminals)
    peers = [Peer(terminal) for terminal in terminals]
    links = Links(radio=radio, observer=None, key=None, boot=3.0, firmware="", intruder=intruder, local=local)
    world = BenchWorld(links)
    world.fit_supply(Relay())
    try:
        world.power_on()
        came = [[], []]
        cables = [world.sockets.lay_cable(radio=True), world.lay_cable(radio=True)]
        for cable, pieces in zip(cables, came, strict=True):
            cable.ground.listen(pieces.append)
        beat = mavlink.MAVLink_heartbeat_message(6, 8, 0, 0, 4, 3).pack(mavlink.MAVLink(None, 255, 190))
        cables[1].ground.send(beat)
        wait_until(world, lambda: all(came) and "HEARTBEAT" in peers[1].heard, Wait(name="both", within=3.0))
        assert peers[0].heard.count("HEARTBEAT") == peers[2].heard.count("HEARTBEAT") == 0
        world.power_off()
        before = [len(pieces) for pieces in came]
        run_for(world, 0.3)
        assert [len(pieces) for pieces in came] == before
    finally:
        world.close()
        for peer, terminal in zip(peers, terminals, strict=True):
            peer.stop()
            terminal.pull()


def test_a_port_that_cannot_be_opened_leaves_nothing_open():
    first = Terminal()
    links = Links(
        radio=Place(kind="serial", where=first.device),
        observer=Place(kind="serial", where="/dev/ttyUSB77"),
        key=None,
        boot=1.0,
        firmware="",
    )
    with pytest.raises(RigError, match="plug the cable in"):
        BenchWorld(links)
    # the first is free again
    links = Links(radio=links.radio, observer=None, key=None, boot=1.0, firmware="")
    BenchWorld(links).close()
    assert Path(first.device).exists()
    first.pull()


class Card:
    """The wire on a card that a test plugs in; it remembers whether its carrier was awaited."""

    def __init__(self, name, fail):
        self.name, self.fail, self.carrier, self.awaited, self.open = name, fail, True, [], True

    def expect_carrier(self, expected):
        self.awaited.append(expected)

    def close(self):
        self.open = False


@pytest.fixture
def card(monkeypatch):
    made = []

    def plug(clock, name, fail):
        made.append(Card(name, fail))
        return made[-1]

    monkeypatch.setattr("harness.targets.bench.world.CardWire", plug)
    return made


def test_the_articles_network_is_the_card_of_the_rig_file(bench, card):
    world, _, _ = bench(interface="enp3s0", mac="02:00:00:00:00:02")
    assert (world.sockets.wire, card[0].name) == (card[0], "enp3s0")
    assert world.sockets.label() == {"mac": "02:00:00:00:00:02"}
    world.fit_supply(Relay())
    assert world.powered_at == math.inf
    world.power_on()
    first = world.powered_at
    assert 0 <= first <= world.now()
    world.power_off()
    world.power_on()
    world.power_off()
    assert (world.powered_at, card[0].awaited) == (first, [True, False, True, False])
    world.close()
    assert not card[0].open


def test_without_a_card_there_is_no_wire_and_no_label(bench):
    world, _, _ = bench()
    assert (world.sockets.wire, world.sockets.label) == (None, None)


def test_who_is_powered_by_hand_was_so_at_a_time_that_nobody_knows(bench, card):
    world, _, _ = bench(interface="enp3s0")
    world.power_on()
    assert world.powered_at == -math.inf


def test_a_card_without_a_carrier_is_told_once_it_should_have_one(bench, card):
    world, _, _ = bench(interface="enp3s0", boot=0.5)
    card[0].carrier = False
    with pytest.raises(RigError, match="the network card enp3s0 has no carrier: its cable is pulled, or the article's"):
        world.power_on()
    assert card[0].awaited == []


def test_what_the_card_finds_makes_the_case_invalid(bench, card):
    world, _, _ = bench(interface="enp3s0")
    world.power_on()
    card[0].fail("the network card enp3s0 lost its carrier")
    with pytest.raises(RigError, match="enp3s0 lost its carrier"):
        run_for(world, 1.0)


def test_a_card_that_cannot_be_captured_leaves_nothing_open(monkeypatch):
    def refuse(clock, name, fail):
        raise RigError("the network card enp3s0 is down")

    monkeypatch.setattr("harness.targets.bench.world.CardWire", refuse)
    terminal = Terminal()
    links = Links(
        radio=Place(kind="serial", where=terminal.device),
        observer=None,
        key=None,
        boot=1.0,
        firmware="",
        interface="enp3s0",
    )
    with pytest.raises(RigError, match="enp3s0 is down"):
        BenchWorld(links)
    # the radio is free again
    BenchWorld(replace(links, interface="")).close()
    terminal.pull()
