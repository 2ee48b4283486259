"""The wire behind a socket, with a pair of sockets in place of the kernel's interface."""

import socket

import pytest

from harness.link.ethernet import WireEnd
from harness.targets import packetwire
from harness.targets.packetwire import PacketWire
from harness.timing import LiveClock


class Packets(socket.socket):
    """One end of a pair that counts as a packet socket does."""

    dropped = 0

    def getsockopt(self, level, option, size=0):
        told, self.dropped = self.dropped, 0
        return (7).to_bytes(4, "little") + told.to_bytes(4, "little")


@pytest.fixture
def ends():
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    own = Packets(fileno=here.detach())
    own.setblocking(False)
    clock = LiveClock(1.0)
    clock.begin()
    yield clock, own, there
    clock.inputs.close()
    own.close()
    there.close()


def test_frames_go_to_the_article_while_it_is_plugged_in_and_taps_hear_all(ends):
    clock, own, there = ends
    wire, seen = PacketWire(clock), []
    wire.tap(lambda time, frame: seen.append(frame))
    end: WireEnd = wire.attach()
    end.send(b"before")
    wire.plug(own)
    end.send(b"while")
    assert there.recv(100) == b"while"
    wire.unplug()
    wire.unplug()
    end.send(b"after")
    there.setblocking(False)
    with pytest.raises(BlockingIOError):
        there.recv(100)
    assert seen == [b"before", b"while", b"after"]


def test_what_the_kernel_dropped_is_summed_up_over_the_times_it_was_plugged_in(ends):
    clock, own, _ = ends
    wire = PacketWire(clock, own)
    own.dropped = 2
    assert wire.lost == 2
    own.dropped = 3
    wire.unplug()
    assert wire.lost == 5
    wire.plug(own)
    assert wire.lost == 5


def test_iproute_says_what_it_refuses(monkeypatch):
    monkeypatch.setenv("PATH", "/usr/sbin:/sbin:/usr/bin:/bin")
    if packetwire.why_not():
        pytest.skip(packetwire.why_not())
    with pytest.raises(packetwire.RigError, match="ip netns del absent-here: "):
        packetwire.ip("netns", "del", "absent-here")
