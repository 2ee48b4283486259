import pytest
from fake_network import NetworkBench

from harness.instruments.gateway import Authority
from harness.link.ethernet import Station, parse_mac


class Bench(NetworkBench):
    """Where another station than the article can be plugged in."""

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
