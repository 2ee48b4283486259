import random

from harness.drone.network.http import HttpClient, Network
from harness.drone.network.resolver import Resolver
from harness.drone.network.tls import client_context
from harness.instruments.gateway import Presented

HOST = "update.example-drone.jp"


def client(bench, name=HOST, port=443):
    host, log = bench.host(), []
    network = Network(
        host=host,
        resolver=Resolver(host, "10.77.0.1", bench, bench.schedule, random.Random(5)),
        clock=bench,
        schedule=bench.schedule,
        context=client_context(bench.authority.trust_root),
        log=log.append,
    )
    return HttpClient(network, name, port), log


def test_requests_share_one_connection_and_are_answered(bench):
    http, log = client(bench)
    http.request("GET", "/a")
    http.request("POST", "/b", b"body")
    bench.run(1.0)
    http.request("GET", "/c")
    bench.run(1.0)
    assert http.answered == 3 and log == []
    (session,) = bench.gateway.sessions
    assert session.requests == ["GET /a HTTP/1.1", "POST /b HTTP/1.1", "GET /c HTTP/1.1"]


def test_a_refused_certificate_drops_the_request_and_the_next_one_connects_anew(bench):
    http, log = client(bench)
    bench.gateway.set_certificate(HOST, Presented.EXPIRED)
    http.request("GET", "/a")
    bench.run(1.0)
    assert log == [f"{HOST}:443: TLS: CERTIFICATE_VERIFY_FAILED"] and http.answered == 0
    bench.gateway.set_certificate(HOST, Presented.GOOD)
    http.request("GET", "/b")
    bench.run(1.0)
    assert http.answered == 1 and bench.gateway.sessions[1].requests == ["GET /b HTTP/1.1"]


def test_a_server_that_never_answers_holds_nobody_up(bench):
    http, log = client(bench, name="elsewhere.example")
    http.request("GET", "/a")
    bench.run(20.0)
    assert http.answered == 0 and log == [] and bench.gateway.sessions == []


def test_a_server_that_is_gone_is_given_up_after_ten_seconds(bench):
    http, _ = client(bench)
    http.request("GET", "/a")
    bench.run(0.003)
    bench.gateway._station.close()
    bench.run(9.9)
    assert bench.frames[-1][0] < 1.0
    bench.run(0.2)
    http.request("GET", "/b")
    assert bench.frames[-1][0] > 9.9


def test_a_length_of_ten_thousand_figures_is_waited_for_and_no_crash(bench):
    http, log = client(bench)
    http._hear(b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 9999 + b"\r\n\r\n")
    assert http.answered == 0 and log == []


def test_a_dead_resolver_is_told(bench):
    http, log = client(bench)
    bench.gateway._station.close()
    http.request("GET", "/a")
    bench.run(20.0)
    assert log == [f"{HOST}:443: name not resolved"]
