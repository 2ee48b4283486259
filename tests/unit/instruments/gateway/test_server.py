import random

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.instruments.gateway.server import _complete_length
from harness.link.tcp import TcpStack


def call(bench):
    station = bench.station([])
    stack = TcpStack(station.send, lambda local: None, random.Random(1))
    station.deliver = stack.receive
    return stack.connect("10.77.0.2", ("192.0.2.10", 443))


def test_a_request_is_complete_when_its_body_is_there():
    head = b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n"
    assert _complete_length(head + b"bod") is None
    assert _complete_length(head + b"body" + head) == len(head) + 4
    assert _complete_length(b"GET / HTTP/1.1\r\n") is None
    assert _complete_length(b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 9999 + b"\r\n\r\n") is None


@given(st.binary(max_size=200))
@settings(max_examples=100)
def test_no_request_crashes_the_server(data):
    length = _complete_length(data)
    assert length is None or 0 < length <= len(data)


def test_a_client_that_leaves_before_the_handshake_is_told_as_refused(bench):
    connection = call(bench)
    bench.run(0.1)
    connection.close()
    bench.run(0.1)
    assert bench.gateway.sessions[0].refused == "closed before the handshake was complete"


def test_nonsense_instead_of_tls_is_refused_not_a_crash(bench):
    connection = call(bench)
    connection.on_open = lambda: connection.send(b"GET / HTTP/1.1\r\n\r\n")
    bench.run(1.0)
    assert bench.gateway.sessions[0].refused == "HTTP_REQUEST" and not bench.gateway.sessions[0].version
