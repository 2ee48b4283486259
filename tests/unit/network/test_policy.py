import pytest

from harness.errors import UsageError
from harness.network import Endpoint, Parties, Policy


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"host": "a.example", "address": "192.0.2.1"},
        {"host": "any"},
        {"host": "*"},
        {"host": "*.example"},
        {"address": "0.0.0.0"},
        {"address": "192.0.2.0/24"},
        {"address": "not an address"},
        {"host": "a.example", "port": 0},
        {"host": "a.example", "port": 65536},
        {"host": "a.example", "protocol": "sctp"},
        {"host": "a.example", "budget": -1},
    ],
)
def test_what_is_no_endpoint_is_refused(fields):
    with pytest.raises(UsageError):
        Endpoint(**fields)


def test_names_are_compared_in_lower_case_without_the_last_dot():
    policy = Policy(endpoints=(Endpoint(host="API.Example."),), time_servers=("Time.Example", "192.0.2.3"))
    assert {"api.example", "time.example"} <= policy.names
    assert str(policy.endpoints[0]) == "api.example:443/tls"


def test_addresses_are_compared_in_one_spelling():
    assert Endpoint(address="2001:DB8:0::1").address == "2001:db8::1"
    assert Policy(endpoints=(), resolvers=("2001:DB8::0:1",)).resolvers == ("2001:db8::1",)
    with pytest.raises(UsageError, match="not an IP address"):
        Policy(endpoints=(), resolvers=("dns.example",))


@pytest.mark.parametrize("service", [("tls", 443), ("udp", 0), ("tcp", 65536)])
def test_what_is_no_service_is_refused(service):
    with pytest.raises(UsageError, match="inbound service"):
        Policy(endpoints=(), inbound=frozenset({service}))


def test_stations_of_the_rig_are_compared_in_one_spelling():
    parties = Parties(macs=frozenset(), rig_addresses=frozenset({"2001:DB8:0::1"}))
    assert parties.rig_addresses == {"2001:db8::1"}
    with pytest.raises(UsageError, match="not an IP address"):
        Parties(macs=frozenset(), rig_addresses=frozenset({"bench"}))


def test_unknown_housekeeping_is_refused():
    with pytest.raises(UsageError, match="unknown housekeeping gossip"):
        Policy(endpoints=(), housekeeping=frozenset({"arp", "gossip"}))
