import random
from dataclasses import dataclass, field

import pytest

from harness.drone.network import NetworkConfig, NetworkSite, NetworkStack
from harness.drone.network.host import Host
from harness.instruments.gateway import Authority, Capture, Gateway
from harness.link.ethernet import Ethernet, Ipv4, Udp, Wire, parse_mac
from harness.timing import Schedule, run_for

NAMES = {
    "update.example-drone.jp": "192.0.2.10",
    "telemetry.example-drone.jp": "192.0.2.11",
    "time.example-drone.jp": "192.0.2.12",
}


@dataclass
class Bench:
    """An empty world with a gateway on a wire; time passes by ``run``."""

    authority: Authority
    schedule: Schedule = field(default_factory=Schedule)
    time: float = 0.0

    def __post_init__(self):
        self.wire = Wire(self, self.schedule)
        self.gateway = Gateway(self.wire.attach(), self, NAMES, self.authority, random.Random(1))
        self.capture = Capture(self.wire, self)
        self.capture.start()
        self.frames = []
        self.wire.tap(lambda time, frame: self.frames.append((time, Ethernet.decode(frame))))

    def now(self):
        return self.time

    def advance(self, until):
        self.time = max(self.time, min(until, self.schedule.next_time()))
        self.schedule.run_due(self.time)
        return self.time

    def again(self):
        """A fresh bench beside this one."""
        return Bench(self.authority)

    def run(self, seconds):
        run_for(self, seconds)

    def stack(self, **config):
        site = NetworkSite(
            end=self.wire.attach(),
            clock=self,
            schedule=self.schedule,
            trust_root=self.authority.trust_root,
            rng=random.Random(2),
            read_position=lambda: (35.5, 139.5),
        )
        return NetworkStack(NetworkConfig(**config), site)

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
