import pytest

from harness.network import Policy, Transcript
from harness.network.transcript import inspect_transcripts


def found(*heads, far="192.0.2.1", policy=None):
    given = [Transcript(far=far, host="cdn.example", time=5.0, head=head) for head in heads]
    return list(inspect_transcripts(given, policy or Policy(endpoints=())))


@pytest.mark.parametrize(
    "head",
    [
        b"POST /dns-query HTTP/1.1\r\nHost: cdn.example",
        b"GET /x?dns=AAAB HTTP/1.1\r\nAccept: application/dns-message",
        b"GET /resolve?name=a.example HTTP/1.1",
    ],
)
def test_a_query_over_https_is_seen_also_at_a_declared_host(head):
    (finding,) = found(head, head)
    assert (finding.kind, finding.far, finding.time) == ("encrypted-dns", "192.0.2.1", 5.0)
    assert "cdn.example" in finding.detail


def test_other_requests_and_declared_resolvers_are_not():
    assert found(b"POST /v1/telemetry HTTP/1.1", b"GET /dns-queryx HTTP/1.1") == []
    assert found(b"POST /dns-query HTTP/1.1", policy=Policy(endpoints=(), resolvers=("192.0.2.1",))) == []
