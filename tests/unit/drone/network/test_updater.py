import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.drone.firmware import FirmwareConfig, FirmwareStore
from harness.drone.firmware.store import UpdateConfig
from harness.drone.network.updater import BLOCK_TIME, Updater, UpdateSource
from harness.instruments.gateway.server import respond

JSON, BINARY = b"HTTP/1.1 200 OK\r\nContent-Type: application/json", b"HTTP/1.1 200 OK\r\nContent-Type: x"
OFFER = json.dumps({"version": "1.5.0", "path": "/v1/1.5.0.pkg"}).encode()


class Client:
    def __init__(self):
        self.requests = []
        self.on_answer = lambda head, body: None

    def request(self, method, path, body=b""):
        self.requests.append((method, path))


@pytest.fixture
def make(bench):
    def updater(**update):
        store, client, lines = FirmwareStore(FirmwareConfig(update=UpdateConfig(**update))), Client(), []
        others = {}

        def call(host):
            others[host] = Client()
            return others[host]

        source = UpdateSource(client=client, call=call, clock=bench, schedule=bench.schedule, log=lines.append)
        made = Updater(store, source)
        made.store, made.client, made.lines, made.others = store, client, lines, others
        return made

    return updater


@pytest.fixture
def package(pytestconfig):
    return (pytestconfig.rootpath / "rigs" / "articles" / "embedded" / "newer.pkg").read_bytes()


def test_nothing_is_fetched_before_the_operator_consents_and_then_it_is_installed(make, bench, package):
    updater = make()
    updater.client.on_answer(JSON, OFFER)
    assert (updater.offered, updater.client.requests) == ("1.5.0", [])
    updater.consent()
    updater.consent()
    assert updater.client.requests == [("GET", "/v1/1.5.0.pkg")]
    updater.client.on_answer(BINARY, package)
    bench.run(20 * BLOCK_TIME)
    assert updater.lines == ["update: version 1.5.0 starts at the next power-on"] and not updater.offered
    assert updater.store.running.version == "1.5.0"


def test_power_off_leaves_the_rest_unwritten(make, bench, package):
    updater = make()
    updater.client.on_answer(JSON, OFFER)
    updater.consent()
    updater.client.on_answer(BINARY, package)
    updater.stop()
    bench.run(5.0)
    assert updater.store.running.version == "1.4.2"


def test_without_consent_only_a_defect_fetches(make):
    updater = make(consent=False)
    updater.client.on_answer(JSON, OFFER)
    assert updater.client.requests == [("GET", "/v1/1.5.0.pkg")]


@pytest.mark.parametrize("redirects", [False, True])
def test_only_a_defect_goes_elsewhere(make, redirects):
    updater = make(redirects=redirects)
    updater.client.on_answer(JSON, OFFER)
    updater.consent()
    updater.client.on_answer(b"HTTP/1.1 302 Found\r\nLocation: https://mirror.example/a/b.pkg", b"")
    asked = {host: client.requests for host, client in updater.others.items()}
    assert asked == ({"mirror.example": [("GET", "/a/b.pkg")]} if redirects else {})


def test_a_package_that_nobody_asked_for_is_not_looked_at(make, package):
    updater = make()
    updater.client.on_answer(BINARY, package)
    assert updater.lines == []
    updater.client.on_answer(JSON, OFFER)
    updater.consent()
    updater.client.on_answer(BINARY, package[:-1])
    assert updater.lines == ["update: the update is no package, or was damaged on the way: its CRC is wrong"]


@pytest.mark.parametrize(
    "offer",
    [
        {"version": "1.4.2", "path": "/x"},
        {"version": "1.5.0", "path": "/x HTTP/1.1\r\nHost: y"},
        {"version": "1.5.0", "path": "x"},
        {"version": 2, "path": "/x"},
        {"version": "9.9.9", "path": "/" + "x" * 200},
        [],
    ],
)
def test_what_is_no_newer_offer_is_none(make, offer):
    updater = make()
    updater.client.on_answer(JSON, json.dumps(offer).encode())
    assert not updater.offered


@given(st.binary(max_size=80), st.binary(max_size=80))
@settings(max_examples=60)
def test_any_answer_is_taken_or_left(head, body):
    store = FirmwareStore(FirmwareConfig(update=UpdateConfig(redirects=True, consent=False)))
    client = Client()
    Updater(store, UpdateSource(client=client, call=lambda host: Client(), clock=None, schedule=None, log=print))
    client.on_answer(head, body)
    client.on_answer(JSON, body)
    client.on_answer(b"HTTP/1.1 302 x\r\nLocation: " + head, body)
    assert store.running.version == "1.4.2"


def test_a_server_of_the_bench_speaks_the_same(make):
    updater = make()
    head, _, body = respond(OFFER).partition(b"\r\n\r\n")
    updater.client.on_answer(head, body)
    assert updater.offered == "1.5.0"
