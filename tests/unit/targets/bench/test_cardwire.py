"""The wire on a card: a pair of virtual cards of the kernel as the cable, as root; else only what needs no kernel."""

import json
import os
import socket
import subprocess
import time

import pytest

from harness.errors import RigError
from harness.link.ethernet import Ethernet
from harness.targets.bench import cardwire
from harness.targets.bench.card import read_card
from harness.targets.bench.cardwire import CardWire, join
from harness.targets.packetwire import ip, open_packets, why_not
from harness.timing import LiveClock

needs_root = pytest.mark.skipif(bool(why_not()), reason=why_not() or "interfaces can be made")
FRAME = Ethernet(b"\xff" * 6, bytes.fromhex("0200000000aa"), 0x88B5, bytes(50)).encode()


@pytest.fixture
def pair():
    """Names of two virtual cards that are joined; nothing of this machine is on them."""
    near, far = (f"dct{os.getpid() % 100000}{end}" for end in "ab")
    ip("link", "add", near, "type", "veth", "peer", "name", far)
    for name in (near, far):
        ip("link", "set", name, "addrgenmode", "none", "up")
    yield near, far
    subprocess.run(["ip", "link", "del", near], capture_output=True, check=False)


@pytest.fixture
def wire(pair):
    clock, said = LiveClock(1.0), []
    clock.begin()
    made = CardWire(clock, pair[0], said.append)
    yield made, clock, said
    made.close()
    made.close()
    clock.inputs.close()


def run(clock, done):
    end = time.monotonic() + 5.0
    while not done() and time.monotonic() < end:
        clock.advance(clock.now() + 0.02)
    assert done()


@needs_root
def test_frames_go_both_ways_and_the_card_is_given_back(pair):
    near, far = pair
    clock, said, seen = LiveClock(1.0), [], []
    clock.begin()
    before = read_card(near)
    wire = CardWire(clock, near, said.append)
    assert wire.carrier and wire.card == before
    (told,) = json.loads(ip("-j", "-d", "link", "show", "dev", near))
    assert told["promiscuity"] == 1
    end = wire.attach()
    end.listen(seen.append)
    with open_packets(far) as other:
        other.send(FRAME)
        run(clock, lambda: seen == [FRAME])
        end.send(FRAME[::-1])
        other.setblocking(True)
        other.settimeout(5.0)
        while other.recv(2000) != FRAME[::-1]:
            pass
    assert (wire.lost, said) == (0, [])
    wire.close()
    (told,) = json.loads(ip("-j", "-d", "link", "show", "dev", near))
    assert (told["promiscuity"], read_card(near)) == (0, before)
    clock.inputs.close()


@needs_root
def test_a_pulled_cable_counts_from_the_boot_on(pair, wire):
    made, clock, said = wire
    ip("link", "set", pair[1], "down")
    run(clock, lambda: not made.carrier)
    clock.advance(clock.now() + 0.2)
    assert said == []
    made.expect_carrier(True)
    run(clock, lambda: bool(said))
    assert said[0].startswith(f"the network card {pair[0]} lost its carrier at ")
    run_on = clock.now() + 0.3
    run(clock, lambda: clock.now() > run_on)
    assert len(said) == 1


@needs_root
def test_a_card_that_is_taken_away_is_told_and_can_be_let_go(pair, wire):
    made, clock, said = wire
    ip("link", "del", pair[0])
    run(clock, lambda: bool(said))
    assert said == [f"the network card {pair[0]} is gone: plug it in and test again"]
    assert (made.carrier, made.lost) == (False, 0)


@needs_root
def test_what_this_machine_says_there_is_found_out(pair, wire):
    made, clock, said = wire
    seen = []
    made.attach().listen(seen.append)
    with open_packets(pair[0]) as kernel:
        kernel.send(FRAME)
    run(clock, lambda: bool(said))
    assert said[0].startswith(f"this machine itself spoke on the network card {pair[0]} (type 0x88b5, to ff:ff:ff:")
    assert f"ip addr flush dev {pair[0]}" in said[0] and seen == []


@needs_root
def test_what_the_card_missed_is_lost(pair, wire, monkeypatch):
    made, _, _ = wire
    assert made.lost == 0
    monkeypatch.setattr(cardwire, "read_missed", lambda name: 3)
    assert made.lost == 3


@needs_root
def test_a_card_in_use_is_not_touched(pair):
    ip("addr", "add", "192.0.2.1/30", "dev", pair[0])
    with pytest.raises(RigError, match=r"has an address \(192\.0\.2\.1\)"):
        CardWire(LiveClock(1.0), pair[0], print)


def test_who_may_not_capture_is_told(monkeypatch):
    def refuse(name):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(cardwire, "open_packets", refuse)
    with pytest.raises(RigError, match="may not capture on the network card eth9: run as root, or with CAP_NET_RAW"):
        join("eth9")


def test_a_socket_that_cannot_join_is_closed(monkeypatch):
    own = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    monkeypatch.setattr(cardwire, "open_packets", lambda name: own)
    with pytest.raises(RigError, match="the network card absent0 cannot be captured: no interface with this name"):
        join("absent0")
    assert own.fileno() == -1
