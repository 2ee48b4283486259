"""An empty world with a gateway on a wire, for tests of the article's network and of the rig's."""

import random

from fake_world import FakeWorld

from harness.drone.network import NetworkConfig, NetworkSite, NetworkStack
from harness.instruments.gateway import Gateway
from harness.link.ethernet import Wire

NAMES = {
    "update.example-drone.jp": "192.0.2.10",
    "telemetry.example-drone.jp": "192.0.2.11",
    "time.example-drone.jp": "192.0.2.12",
}


class NetworkBench(FakeWorld):
    """Time passes by ``run``."""

    def __init__(self, authority):
        super().__init__()
        self.authority = authority
        self.wire = Wire(self, self.schedule)
        self.gateway = Gateway(self.wire.attach(), self, NAMES, authority, random.Random(1))

    def stack(self, own=None, **config):
        """The article's network, plugged in and off."""
        site = NetworkSite(
            end=self.wire.attach(),
            clock=self,
            schedule=self.schedule,
            trust_root=self.authority.trust_root,
            rng=random.Random(2),
            read_position=lambda: (35.5, 139.5),
            **(own or {}),
        )
        return NetworkStack(NetworkConfig(**config), site)
