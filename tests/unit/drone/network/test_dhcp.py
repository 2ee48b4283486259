from hypothesis import given, settings
from hypothesis import strategies as st

from harness.drone.network.dhcp import Client
from harness.instruments.gateway.answers import answer_dhcp

MAC = bytes.fromhex("020000000002")


def grant(request, server="10.77.0.1"):
    return answer_dhcp(request, server, lambda mac: "10.77.0.2")


def test_discover_offer_request_bound():
    client = Client(MAC, 77)
    request = client.receive(grant(client.discover()))
    assert client.lease is None
    assert client.receive(grant(request)) == b""
    assert (client.lease.address, client.lease.router, client.lease.resolver) == ("10.77.0.2", "10.77.0.1", "10.77.0.1")


def test_an_answer_for_another_transaction_or_card_is_ignored():
    client = Client(MAC, 77)
    for other in (Client(MAC, 78), Client(bytes(6), 77)):
        assert client.receive(grant(other.discover())) == b"" and client.lease is None


@given(st.binary(max_size=330))
@settings(max_examples=150)
def test_no_bytes_crash_the_client(data):
    client = Client(MAC, 0)
    client.receive(data)
    client.receive(b"\2\1\6\0" + bytes(24) + MAC + bytes(202) + b"\x63\x82\x53\x63" + data)
