import contextlib

import pytest
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection
from aioquic.quic.packet import QuicProtocolVersion
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import MaterialError
from harness.network import quic
from harness.network.quic import looks_like_initial, read_client_hello


def initials(name="update.dronecert.example", *, version=QuicProtocolVersion.VERSION_1, alpn=("h3",)):
    """The first flight of a real QUIC client."""
    settings = QuicConfiguration(is_client=True, server_name=name, alpn_protocols=list(alpn), original_version=version)
    client = QuicConnection(configuration=settings)
    client.connect(("192.0.2.10", 443), now=0.0)
    return [data for data, _ in client.datagrams_to_send(now=0.0)]


@pytest.mark.parametrize("version", [QuicProtocolVersion.VERSION_1, QuicProtocolVersion.VERSION_2])
def test_the_server_name_is_read_from_a_real_client(version):
    hello = read_client_hello(initials(version=version))
    assert (hello.server_name, hello.alpn, hello.hidden) == ("update.dronecert.example", ("h3",), False)


def test_a_hello_over_several_datagrams_is_put_together():
    flight = initials(alpn=[f"protocol-{number}-{'x' * 100}" for number in range(20)])
    assert len(flight) > 1 and read_client_hello(flight[:1]) is None
    assert read_client_hello(flight).server_name == "update.dronecert.example"
    assert read_client_hello([*flight[1:], b"\x40short", flight[0]]).server_name == "update.dronecert.example"


def test_what_is_no_initial_is_none():
    assert not looks_like_initial(b"") and not looks_like_initial(b"\xc0\0\0\0\2" + bytes(20))
    assert read_client_hello([b"hello", bytes(1200)]) is None


def test_a_damaged_initial_is_one_clear_error():
    (data,) = initials()
    for at in (30, 60):
        changed = bytearray(data)
        changed[at] ^= 1
        with pytest.raises(MaterialError, match="not protected by the keys"):
            read_client_hello([bytes(changed)])
    with pytest.raises(MaterialError, match="truncated"):
        read_client_hello([data[:100]])


FLIGHT = initials()[0]


@given(st.binary(max_size=80), st.integers(0, 80))
@settings(max_examples=200, deadline=None)
def test_no_bytes_crash_the_reader(data, place):
    for datagram in (data, FLIGHT[:place] + data, FLIGHT[:place] + data + FLIGHT[place + len(data) :]):
        with contextlib.suppress(MaterialError):
            read_client_hello([datagram])


def test_what_may_be_quic_and_what_cannot():
    assert quic.is_plausible(b"\x43" + bytes(range(200, 230)))
    assert not quic.is_plausible(b"A text that everybody can read")
    assert not quic.is_plausible(bytes(30)) and not quic.is_plausible(b"\x43\1")
