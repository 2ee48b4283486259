"""Addresses as users write them."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.link.address import Address, open_socket


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1:5760", "127.0.0.1", 5760),
        ("localhost:0", "localhost", 0),
        ("[::1]:14550", "::1", 14550),
        ("ground-station.example:65535", "ground-station.example", 65535),
    ],
)
def test_an_address_is_read_and_printed_as_it_was(text, host, port):
    address = Address.parse(text, "--tcp")
    assert (address.host, address.port, str(address)) == (host, port, text)


@pytest.mark.parametrize("text", ["", "5760", ":5760", "host:", "host:65536", "host:-1", "::1:5760", "a b:1", "h:1x"])
def test_what_is_no_address_is_refused_with_an_example(text):
    with pytest.raises(UsageError, match=r"--tcp .*127\.0\.0\.1:5760"):
        Address.parse(text, "--tcp")


@given(st.text())
def test_any_text_is_an_address_or_a_usage_error(text):
    try:
        address = Address.parse(text, "--udp")
    except UsageError:
        return
    assert str(address) == text or address.port == int(text.rpartition(":")[2])


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 70, "a..b"])
def test_a_host_that_is_not_is_a_usage_error(host):
    with pytest.raises(UsageError, match=f"there is no host '{host}'"):
        open_socket(Address(host=host, port=1), socket.SOCK_STREAM, "--tcp")


def test_a_socket_is_of_the_address_family_and_does_not_block():
    made, place = open_socket(Address(host="::1", port=5), socket.SOCK_DGRAM, "--udp")
    with made:
        assert (made.family, made.type, made.getblocking()) == (socket.AF_INET6, socket.SOCK_DGRAM, False)
        assert place[:2] == ("::1", 5)
