import random
import struct
from dataclasses import dataclass, field

import pytest

from harness.drone.network import NetworkConfig, NetworkSite, NetworkStack
from harness.instruments.gateway import Authority, Capture, Decoy, Gateway, PortScanner
from harness.link.ethernet import Wire
from harness.network import Endpoint, Parties, Policy
from harness.timing import Schedule, run_for

NAMES = {
    "update.example-drone.jp": "192.0.2.10",
    "telemetry.example-drone.jp": "192.0.2.11",
    "time.example-drone.jp": "192.0.2.12",
}
RIG = frozenset({"02:00:00:00:00:01", "02:00:00:00:00:08", "02:00:00:00:00:09"})
BENCH = frozenset({"10.77.0.1", "10.77.0.8", "10.77.0.9"})


@dataclass
class World:
    schedule: Schedule = field(default_factory=Schedule)
    time: float = 0.0

    def now(self):
        return self.time

    def advance(self, until):
        self.time = max(self.time, min(until, self.schedule.next_time()))
        self.schedule.run_due(self.time)
        return self.time


@pytest.fixture(scope="session")
def authority():
    return Authority()


@pytest.fixture(scope="session")
def record(authority):
    """Runs an article and returns its capture as a pcap file."""

    def run(seconds=600.0, *, fault=None, scan=False, names=NAMES, **config):
        world = World()
        wire = Wire(world, world.schedule)
        Gateway(wire.attach(), world, names, authority, random.Random(1))
        capture = Capture(wire, world, fault)
        capture.start()
        site = NetworkSite(
            end=wire.attach(),
            clock=world,
            schedule=world.schedule,
            trust_root=authority.trust_root,
            rng=random.Random(2),
        )
        stack = NetworkStack(NetworkConfig(**config), site)
        stack.power_on()
        run_for(world, seconds)
        if scan:
            Decoy(wire, random.Random(4))
            PortScanner(wire, world, random.Random(3)).scan(stack.address)
        return capture.read_pcap()

    return run


@pytest.fixture
def policy():
    return Policy(
        endpoints=(Endpoint(host="update.example-drone.jp"), Endpoint(host="telemetry.example-drone.jp")),
        resolvers=("10.77.0.1",),
        time_servers=("time.example-drone.jp",),
    )


@pytest.fixture
def parties():
    return Parties(macs=frozenset({"02:00:00:00:00:02"}), rig_macs=RIG, rig_addresses=BENCH)


@pytest.fixture(scope="session")
def pcap_of():
    """A classic pcap of frames, one a second from 1000 s."""

    def make(*frames):
        data = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
        for number, frame in enumerate(frames):
            data += struct.pack("<IIII", 1000 + number, 0, len(frame), len(frame)) + frame
        return data

    return make
