"""Missions over good and bad links: intact, given up, damaged."""

from random import Random

import pytest

from harness.instruments.link.transfers import MissionExchange, Transfers
from harness.link.impair_plan import Impairment


@pytest.fixture
def exchange(scene):
    scene.world.power_on()
    client = scene.pilot()
    client.connect()
    return MissionExchange(client, scene.world, Random(1))


def test_a_good_link_brings_missions_whole(exchange):
    assert exchange.exchange(2, within=20.0) == Transfers(intact=2, given_up=0, damaged=0)


def test_a_bad_link_brings_them_whole_too(exchange, scene):
    cable = scene.world.sockets.radio
    for way, line in (("up", cable.up), ("down", cable.down)):
        line += Impairment(loss=0.3).make_stages(scene.world, scene.world.schedule, f"mission {way}")
    assert exchange.exchange(2, within=120.0) == Transfers(intact=2, given_up=0, damaged=0)


def test_a_dead_link_is_given_up(exchange, scene):
    scene.run(3.0)
    scene.world.sockets.radio.up[:] = [lambda data, forward: None]
    assert exchange.exchange(1, within=5.0) == Transfers(intact=0, given_up=1, damaged=0)


def test_what_comes_back_otherwise_is_damaged(exchange, monkeypatch):
    monkeypatch.setattr(exchange._reader, "download", lambda within: [])
    assert exchange.exchange(1, within=20.0) == Transfers(intact=0, given_up=0, damaged=1)
