import pytest
from fake_network import NetworkBench
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.drone.network.tls_checks import TlsChecks
from harness.instruments.gateway import EPOCH, Capture, Presented
from harness.instruments.gateway.imposters import WeakOffer, weak_context
from harness.network.decode import Frame
from harness.network.flows import Flow
from harness.network.handshake import Handshake, _judge, read_handshakes

ARTICLE, HOST, SERVER = "10.77.0.2", "update.example-drone.jp", ("192.0.2.10", 443)
HELLO = b"\x16\x03\x01\x00\x04\x01\0\0\0"


@pytest.fixture
def call(authority):
    """What a real client and a real server made of each other, by their capture."""

    def run(presented=Presented.GOOD, offer=None, **checks):
        bench = NetworkBench(authority)
        capture = Capture(bench.wire, bench)
        capture.start()
        bench.gateway.set_certificate(HOST, presented)
        if offer is not None:
            bench.gateway.set_server(HOST, weak_context(authority, HOST, offer))
        bench.stack(tls_checks=TlsChecks(**checks)).power_on()
        bench.run(2.0)
        (seen,) = (each for each in read_handshakes(capture.read_pcap(), ARTICLE) if each.server == SERVER)
        return seen

    return run


def test_a_session_is_seen_to_go_on(call):
    seen = call()
    assert (seen.answered, seen.version, seen.went_on, seen.weak) == (True, 0x0304, True, False)
    assert EPOCH <= seen.time < EPOCH + 1.0


@pytest.mark.parametrize("presented", [kind for kind in Presented if kind is not Presented.GOOD])
def test_a_refused_certificate_is_seen_to_end_it(call, presented):
    seen = call(presented)
    assert (seen.answered, seen.version, seen.went_on, seen.weak) == (True, 0x0304, False, False)


@pytest.mark.parametrize("presented", [kind for kind in Presented if kind is not Presented.GOOD])
def test_a_bad_certificate_that_was_taken_is_seen_to_go_on(call, presented):
    assert call(presented, chain=False).went_on


@pytest.mark.parametrize("offer", [offer for offer in WeakOffer if offer is not WeakOffer.NO_ENCRYPTION])
def test_an_old_session_is_weak_by_its_version_or_suite(call, offer):
    seen = call(offer=offer, current=False)
    assert seen.went_on and seen.weak


@pytest.mark.parametrize("offer", WeakOffer)
def test_an_old_server_gets_nothing_of_a_current_client(call, offer):
    seen = call(offer=offer)
    assert (seen.answered, seen.went_on, seen.weak) == (True, False, False)


def flow_of(sent, received):
    def frames(data):
        return (Frame(number=1, time=0.0, size=len(data), protocol="tcp", payload=data, sequence=1),)

    return Flow(
        protocol="tcp",
        initiator=(ARTICLE, 50000),
        responder=SERVER,
        by_article=True,
        sent=frames(sent),
        received=frames(received),
    )


@given(st.binary(max_size=300), st.binary(max_size=300))
@settings(max_examples=200)
def test_any_bytes_after_a_hello_are_judged(sent, received):
    assert isinstance(_judge(flow_of(HELLO + sent, HELLO.replace(b"\x04\x01", b"\x04\x02") + received)), Handshake)


@given(st.binary(max_size=100), st.integers(1, 0xFFFF))
def test_a_server_hello_with_any_lengths_is_judged(body, length):
    record = b"\x16\x03\x03" + (len(body) + 4).to_bytes(2, "big") + b"\x02\0" + length.to_bytes(2, "big") + body
    assert isinstance(_judge(flow_of(HELLO, record)), Handshake)


def test_what_is_no_tls_is_left_out():
    assert _judge(flow_of(b"GET / HTTP/1.1\r\n\r\n", b"")) is None
    assert _judge(flow_of(b"", b"")) is None
