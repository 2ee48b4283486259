import random

import pytest
from fake_network import NetworkBench

from harness.drone.network.host import Host
from harness.instruments.gateway import Authority, Capture
from harness.link.ethernet import Ethernet, Ipv4, Udp, parse_mac


class Bench(NetworkBench):
    """With a capture from the beginning, and every frame at hand."""

    def __init__(self, authority):
        super().__init__(authority)
        self.capture = Capture(self.wire, self)
        self.capture.start()
        self.frames = []
        self.wire.tap(lambda time, frame: self.frames.append((time, Ethernet.decode(frame))))

    def again(self):
        """A fresh bench beside this one."""
        return Bench(self.authority)

    def host(self):
        host = Host(self.wire.attach(), parse_mac("02:00:00:00:00:02"), random.Random(3))
        host.request_lease(lambda: None)
        self.run(0.1)
        return host

    def datagrams(self):
        """(time, source, destination, source port, port, payload) of every UDP datagram so far."""
        for time, frame in self.frames:
            packet = Ipv4.decode(frame.payload) if frame.kind == 0x0800 else None
            udp = Udp.decode(packet) if packet and packet.protocol == 17 else None
            if udp:
                yield time, packet.source, packet.destination, udp.source_port, udp.destination_port, udp.payload


@pytest.fixture(scope="session")
def authority():
    return Authority()


@pytest.fixture
def bench(authority):
    return Bench(authority)
