import contextlib
import ssl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import MaterialError
from harness.network import tls
from harness.network.tls import ADMITTED_SUITES, parse_client_hello, parse_server_hello


def client_hello(name="host.example", *, alpn=("h2", "http/1.1"), newest=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if alpn:
        context.set_alpn_protocols(alpn)
    if newest:
        context.maximum_version = newest
    outgoing = ssl.MemoryBIO()
    try:
        context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=name).do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.read()


def with_extension(hello, kind, value):
    """The hello with one more extension at its end."""
    body = bytearray(hello[9:])
    place = 34 + 1 + body[34]
    place += 2 + int.from_bytes(body[place : place + 2], "big")
    place += 1 + body[place]
    body += kind.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value
    body[place : place + 2] = (len(body) - place - 2).to_bytes(2, "big")
    message = b"\1" + len(body).to_bytes(3, "big") + bytes(body)
    return b"\x16\3\1" + len(message).to_bytes(2, "big") + message


def test_a_real_hello():
    hello = parse_client_hello(client_hello("Host.Example"))
    assert hello.server_name == "host.example" and hello.alpn == ("h2", "http/1.1") and not hello.hidden
    assert 0x0304 in hello.versions
    assert parse_client_hello(client_hello(newest=ssl.TLSVersion.TLSv1_2)).versions == (0x0303,)
    assert parse_client_hello(client_hello(None, alpn=())).server_name is None


def test_a_hello_over_many_records_and_any_stump_of_it():
    whole = client_hello()
    message = whole[5:]
    split = b"".join(
        b"\x16\3\1" + len(piece).to_bytes(2, "big") + piece
        for piece in (message[place : place + 100] for place in range(0, len(message), 100))
    )
    assert parse_client_hello(split) == parse_client_hello(whole)
    assert {parse_client_hello(whole[:size]) for size in range(len(whole))} == {None}


def test_an_encrypted_hello_is_hidden():
    hello = parse_client_hello(with_extension(client_hello(), 0xFE0D, b"\0" * 8))
    assert hello.hidden and hello.server_name == "host.example"


@pytest.mark.parametrize(
    "stream",
    [
        b"GET / HTTP/1.1\r\n",
        b"\x17\3\3\0\1x",
        b"\x16\3\1\0\4\2\0\0\0",
        b"\x16\3\1\xff\xff",
        b"\x16\3\1\0\4\1\xff\xff\xff",
        b"\x16\3\1\0\4\1\0\0\0",
    ],
)
def test_what_is_no_hello_is_refused(stream):
    with pytest.raises(MaterialError):
        parse_client_hello(stream)


def test_a_second_server_name_is_refused():
    with pytest.raises(MaterialError, match="extension 0 twice"):
        parse_client_hello(with_extension(client_hello(), 0, b"\0\x07\0\0\4evil"))
    with pytest.raises(MaterialError, match="several servers"):
        parse_client_hello(with_extension(client_hello(None, alpn=()), 0, b"\0\x0a\0\0\1a\0\0\1b\0\0"))
    with pytest.raises(MaterialError, match="not ASCII"):
        parse_client_hello(with_extension(client_hello(None, alpn=()), 0, b"\0\4\0\0\1\xff"))


def test_the_version_that_a_server_chose(authority):
    for newest, expected in ((ssl.TLSVersion.TLSv1_2, 0x0303), (None, 0x0304)):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        incoming.write(client_hello(newest=newest, alpn=()))
        server = authority.context("host.example").wrap_bio(incoming, outgoing, server_side=True)
        with pytest.raises(ssl.SSLWantReadError):
            server.do_handshake()
        answer = outgoing.read()
        assert parse_server_hello(answer).version == expected
        assert parse_server_hello(answer[:20]) is None


@given(st.binary(max_size=120), st.integers(0, 500))
@settings(max_examples=200)
def test_no_bytes_crash_the_parser(data, place):
    hello = client_hello()
    damaged = hello[:place] + data + hello[place + len(data) :]
    framed = b"\x16\3\1" + (len(data) + 4).to_bytes(2, "big") + b"\1" + len(data).to_bytes(3, "big") + data
    for stream in (data, damaged, framed):
        for parse in (parse_client_hello, parse_server_hello):
            with contextlib.suppress(MaterialError):
                parse(stream)


def test_openssl_names_the_same_suites_of_tls_1_2():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")
    named = {suite["id"] & 0xFFFF for suite in context.get_ciphers() if suite["protocol"] == "TLSv1.2"}
    assert named == {suite for suite in ADMITTED_SUITES if suite >> 8 != 0x13}


@pytest.mark.parametrize(
    ("stream", "place"),
    [
        (b"", -1),
        (b"\x17\3\3\0\0", -1),
        (b"\x17\3\3\0\0G", 5),
        (b"\x17\3\3\x48\1", 0),
        (b"\x19\3\3\0\0", 0),
        (b"\x17\2", 0),
    ],
)
def test_bytes_that_are_no_record_are_told_by_their_place(stream, place):
    assert tls.stray_bytes(stream) == place
