import random
from dataclasses import dataclass, field

import pytest

from harness.drone.network import NetworkConfig, NetworkSite, NetworkStack
from harness.instruments.gateway import Authority, Gateway
from harness.link.ethernet import Station, Wire, parse_mac
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

    def now(self):
        return self.time

    def advance(self, until):
        self.time = max(self.time, min(until, self.schedule.next_time()))
        self.schedule.run_due(self.time)
        return self.time

    def run(self, seconds):
        run_for(self, seconds)

    def stack(self, **config):
        site = NetworkSite(
            end=self.wire.attach(),
            clock=self,
            schedule=self.schedule,
            trust_root=self.authority.trust_root,
            rng=random.Random(2),
        )
        return NetworkStack(NetworkConfig(**config), site)

    def station(self, heard):
        mac = parse_mac("02:00:00:00:00:02")
        station = Station(end=self.wire.attach(), mac=mac, address="10.77.0.2", deliver=heard.append)
        station.router = "10.77.0.1"
        return station


@pytest.fixture(scope="session")
def authority():
    return Authority()


@pytest.fixture
def bench(authority):
    return Bench(authority)
