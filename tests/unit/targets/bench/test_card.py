import socket

import pytest

from harness.errors import RigError
from harness.targets.bench import card
from harness.targets.bench.card import Offloads, as_card, is_running, read_card, read_missed, silencing

TOLD = {
    "ifname": "enp3s0",
    "flags": ["BROADCAST", "MULTICAST", "UP", "LOWER_UP"],
    "link_type": "ether",
    "address": "02:00:00:00:00:77",
    "addr_info": [],
}


def told(**changes):
    return {**TOLD, **changes}


def test_a_card_with_nothing_of_this_machine_on_it_is_free_and_told():
    free = as_card(TOLD, ["eth0"])
    free.assert_free()
    assert str(free) == "enp3s0 (02:00:00:00:00:77): up, carrier, no address"
    assert str(as_card(told(flags=[]), [])).endswith("down, no carrier, no address")


@pytest.mark.parametrize(
    ("changes", "ways_out", "problem"),
    [
        ({"link_type": "none"}, [], "carries no Ethernet: name a card"),
        ({}, ["eth0", "enp3s0"], "carries this machine's default route: give the article a card of its own"),
        ({"master": "br0"}, [], "belongs to br0, which passes frames on: ip link set enp3s0 nomaster"),
        ({"flags": ["BROADCAST"]}, [], "is down: ip link set enp3s0 up"),
        (
            {"addr_info": [{"local": "192.0.2.1"}, {"local": "fe80::1"}, {}]},
            [],
            r"has an address \(192\.0\.2\.1, fe80::1\), so the article would meet this machine: ip addr flush dev enp",
        ),
    ],
)
def test_a_card_in_use_or_off_is_refused_with_the_remedy(changes, ways_out, problem):
    with pytest.raises(RigError, match=f"the network card enp3s0 {problem}") as caught:
        as_card(told(**changes), ways_out).assert_free()
    assert "\n" not in str(caught.value)


def test_the_remedy_names_the_card():
    assert "net.ipv6.conf.usb0.disable_ipv6=1" in silencing("usb0")


def test_a_card_that_is_not_there_is_told_with_those_that_are(monkeypatch):
    monkeypatch.setattr(card.shutil, "which", lambda name: "/sbin/ip")
    answers = {"addr": '[{"ifname": "lo"}, {"ifname": "eth0", "flags": []}]', "route": '[{"dev": "eth0"}]'}
    monkeypatch.setattr(card, "ip", lambda *words: answers[words[-2]] if words[-2] in answers else answers["route"])
    with pytest.raises(RigError, match="there is no network card enp9s0, there are eth0: plug it in, or correct"):
        read_card("enp9s0")
    assert read_card("eth0").routed


def test_without_iproute_the_remedy_is_told(monkeypatch):
    monkeypatch.setattr(card.shutil, "which", lambda name: None)
    with pytest.raises(RigError, match="needs Linux with iproute2: install the package iproute2"):
        read_card("eth0")


def test_the_loop_runs_and_a_card_that_is_not_there_is_gone():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        assert is_running(own, "lo") is not None
        assert is_running(own, "absent0") is None


def test_what_the_card_missed_is_summed_up(tmp_path):
    folder = tmp_path / "eth9" / "statistics"
    folder.mkdir(parents=True)
    (folder / "rx_errors").write_text("3\n")
    (folder / "rx_missed_errors").write_text("4\n")
    assert (read_missed("eth9", tmp_path), read_missed("eth8", tmp_path)) == (7, 0)
    (folder / "rx_errors").write_text("")
    assert read_missed("eth9", tmp_path) == 0


class Features(dict):
    """What a card does, by the numbers of ``ethtool.h``; it may refuse."""

    def __init__(self, gro, flags):
        super().__init__({0x2B: gro, 0x25: flags})
        self.written = []

    def ask(self, offloads, order, value=0):
        if order in self:
            return self[order]
        self.written.append((order, value))
        self[order - 1] = value
        return value


@pytest.fixture
def features(monkeypatch):
    made = Features(gro=1, flags=1 << 15 | 1 << 8 | 1 << 28)
    monkeypatch.setattr(Offloads, "_ask", lambda self, order, value=0: made.ask(self, order, value))
    return made


def test_what_joins_or_strips_frames_is_switched_off_and_put_back(features):
    offloads = Offloads("eth9")
    # the hash of a card, which changes no frame, stays
    assert (features[0x2B], features[0x25]) == (0, 1 << 28)
    offloads.restore()
    assert (features[0x2B], features[0x25]) == (1, 1 << 15 | 1 << 8 | 1 << 28)


def test_what_is_off_is_not_touched(features):
    features |= {0x2B: 0, 0x25: 1 << 28}
    Offloads("eth9").restore()
    assert features.written == []


def test_a_card_that_keeps_its_offloads_is_refused_and_one_that_is_gone_does_not_mind():
    with pytest.raises(
        RigError, match=r"card absent0 does not switch its offloads off \(.*\): run as root and try eth"
    ):
        Offloads("absent0")
    gone = Offloads.__new__(Offloads)
    gone._name, gone._before = "absent0", [((0x2B, 0x2C), 1)]
    gone.restore()
