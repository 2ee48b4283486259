import ssl

import pytest

from harness.drone.network.tls import PlainChannel, TlsChannel, client_context
from harness.drone.network.tls_checks import TlsChecks
from harness.instruments.gateway import Authority, Presented

HOST = "update.example-drone.jp"


def call(bench, context, name=HOST):
    connection = bench.host().connect(("192.0.2.10", 443))
    channel, log = TlsChannel(connection, context, name), []
    channel.on_open = lambda: channel.send(b"GET / HTTP/1.1\r\n\r\n")
    channel.on_data = log.append
    channel.on_close = lambda reason: log.append(reason)
    bench.run(1.0)
    return log


def test_a_real_session_with_a_trusted_server(bench):
    log = call(bench, client_context(bench.authority.trust_root))
    assert log[0].startswith(b"HTTP/1.1 200 OK")
    (session,) = bench.gateway.sessions
    assert session.version == "TLSv1.3" and session.requests == ["GET / HTTP/1.1"] and session.refused == ""


@pytest.mark.parametrize("presented", [kind for kind in Presented if kind is not Presented.GOOD])
def test_a_bad_certificate_is_refused_by_a_verifying_client_only(bench, presented):
    bench.gateway.set_certificate(HOST, presented)
    log = call(bench, client_context(bench.authority.trust_root))
    assert log == ["TLS: CERTIFICATE_VERIFY_FAILED"]
    assert bench.gateway.sessions[0].refused and not bench.gateway.sessions[0].requests
    twin = bench.again()
    twin.gateway.set_certificate(HOST, presented)
    careless = call(twin, client_context(bench.authority.trust_root, TlsChecks(chain=False)))
    assert careless[0].startswith(b"HTTP/1.1 200 OK") and twin.gateway.sessions[0].requests


def test_another_authority_is_refused(bench):
    assert call(bench, client_context(Authority().trust_root)) == ["TLS: CERTIFICATE_VERIFY_FAILED"]


def test_less_than_tls_1_2_is_never_offered(bench):
    context = client_context(bench.authority.trust_root)
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_a_server_that_is_no_tls_server_is_an_error_not_a_crash(bench):
    connection = bench.host().connect(("192.0.2.10", 443))
    channel, reasons = TlsChannel(connection, client_context(bench.authority.trust_root), HOST), []
    channel.on_close = reasons.append
    bench.run(0.001)
    connection.on_data(b"SSH-2.0-nonsense\r\n")
    bench.run(1.0)
    assert len(reasons) == 1 and reasons[0].startswith("TLS: ")


def test_a_plain_channel_hides_nothing(bench):
    channel = PlainChannel(bench.host().connect(("192.0.2.10", 80)))
    channel.on_open = lambda: channel.send(b"in the clear")
    bench.run(0.1)
    assert any(b"in the clear" in frame.payload for _, frame in bench.frames)
