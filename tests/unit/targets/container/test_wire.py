"""What belongs to the command link of a container, and what needs no kernel; the wire itself is in validation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import RigError
from harness.link.ethernet import ARP, IPV4, TCP, UDP, Arp, Ethernet, Ipv4, TcpSegment, Udp
from harness.targets.container.wire import CommandLink, assert_possible, sweep_namespaces

HERE, ARTICLE = "172.20.0.1", "172.20.0.2"
LINK = CommandLink(bridge="br-none", gateway=HERE, ports=frozenset({"tcp:5760", "udp:14550"}))


def frame(kind, payload):
    return Ethernet(bytes(6), bytes(6), kind, payload).encode()


def tcp(port, to=HERE):
    segment = TcpSegment(port, 40000, 0, 0, 0).encode(ARTICLE, to)
    return frame(IPV4, Ipv4(ARTICLE, to, TCP, segment).encode())


def udp(port, to=HERE):
    return frame(IPV4, Ipv4(ARTICLE, to, UDP, Udp(40000, port, b"x").encode(ARTICLE, to)).encode())


def question(target):
    return frame(ARP, Arp(1, bytes(6), ARTICLE, bytes(6), target).encode())


@pytest.mark.parametrize("own", [tcp(5760), udp(14550), question(HERE)])
def test_its_ports_and_the_question_for_this_machine_are_the_command_link(own):
    assert LINK.carries(own)


@pytest.mark.parametrize(
    "other",
    [
        tcp(22),
        udp(53),
        udp(5760),
        tcp(14550),
        tcp(5760, to="198.51.100.7"),
        udp(14550, to="255.255.255.255"),
        question("172.20.0.3"),
        frame(0x86DD, bytes(60)),
    ],
)
def test_all_else_is_beside_it(other):
    assert not LINK.carries(other)


@given(st.binary(max_size=120))
def test_no_frame_is_an_error(data):
    assert LINK.carries(data) in (True, False)


def test_an_engine_on_another_machine_cannot_be_overheard():
    with pytest.raises(RigError, match=r"network br-none cannot be overheard .*: use an engine on this machine"):
        LINK.open()


def test_without_root_the_remedy_is_told(monkeypatch):
    monkeypatch.setattr("harness.targets.container.wire.why_not", lambda: "namespaces need root: run as root")
    with pytest.raises(RigError, match=r"interface eth1 cannot be captured: .*run as root; or take target\.settings"):
        assert_possible("eth1")


def test_namespaces_of_the_dead_are_removed_and_no_others(monkeypatch):
    gone = []
    listed = "dronecert-1-0-bench (id: 3)\ndronecert-999999999-2-article\nother\ndronecert-x-bench\n"

    def ip(*arguments):
        gone.append(arguments)
        return listed if arguments == ("netns", "list") else ""

    monkeypatch.setattr("harness.targets.container.wire.ip", ip)
    assert sweep_namespaces() == ["namespace dronecert-999999999-2-article"]
    assert gone[1:] == [("netns", "del", "dronecert-999999999-2-article")]
