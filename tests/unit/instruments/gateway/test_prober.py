import random

import pytest

from harness.instruments.gateway.prober import LURE_ADDRESS, Lure, Prober, adb_message

HELLO = adb_message(b"CNXN", 0x01000000, 4096, b"host::\0")


@pytest.fixture
def talk(bench):
    Lure(bench.wire, random.Random(2))
    prober = Prober(bench.wire, bench, random.Random(3))
    return lambda port, *lines: prober.talk(LURE_ADDRESS, port, *lines)


def test_a_login_is_heard_to_ask(talk):
    heard = talk(23)
    assert heard.accepted and bytes(heard.heard) == b"lure login: "


def test_a_bridge_answers_when_it_is_spoken_to(talk):
    assert bytes(talk(5555).heard) == b""
    assert bytes(talk(5555, HELLO).heard).startswith(b"CNXN")


def test_a_closed_port_accepts_nothing(talk):
    heard = talk(22, b"\r\n")
    assert not heard.accepted and not heard.heard


def test_deaf_it_hears_nothing(bench):
    Lure(bench.wire, random.Random(2))
    assert not Prober(bench.wire, bench, random.Random(3), deaf=True).talk(LURE_ADDRESS, 23).accepted


def test_a_datagram_is_answered_by_who_echoes_only(bench):
    Lure(bench.wire, random.Random(2))
    prober = Prober(bench.wire, bench, random.Random(3))
    assert prober.ask(LURE_ADDRESS, 14550, b"here?") == b"here?"
    assert prober.ask(LURE_ADDRESS, 14551, b"here?") == b""
