"""What a gateway of the bench decrypted, judged as if it had left in clear."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harness.network.finding import Finding
from harness.network.policy import Policy

_DNS = re.compile(rb"(?i)/dns-query\b|/resolve\?name=|application/dns-(message|json)")


@dataclass(frozen=True, kw_only=True)
class Transcript:
    """The head of one request of the article over a session that a gateway decrypted.

    Attributes:
        far: address of the server.
        host: its name.
        time: s since 1970.
        head: request line and header fields.
    """

    far: str
    host: str
    time: float
    head: bytes


def inspect_transcripts(transcripts: Iterable[Transcript], policy: Policy) -> Iterator[Finding]:
    """Queries over HTTPS, also to a host that was declared for something else; one finding for each far end."""
    told: set[str] = set()
    for transcript in transcripts:
        asks = _DNS.search(transcript.head) is not None and transcript.far not in policy.resolvers
        if asks and transcript.far not in told:
            told.add(transcript.far)
            detail = f"asks {transcript.host} ({transcript.far}) for names by DNS over HTTPS, in a decrypted session"
            yield Finding(kind="encrypted-dns", detail=detail, packet=0, time=transcript.time, far=transcript.far)
