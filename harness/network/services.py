"""What a flow of the article is used for, whatever its verdict: names, time, ICMP; and whether it carries data there.

Thresholds of a query that carries data are the harness's judgement: a label of more than 40 characters, or of more
than 4 bit of entropy per character, which needs 17 different ones at least.
"""

import ipaddress
import math
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Literal

from harness.errors import MaterialError
from harness.network import dns
from harness.network.contents import Contents
from harness.network.decode import Frame
from harness.network.finding import Finding, Kind
from harness.network.flows import Flow, read_stream
from harness.network.policy import Policy
from harness.network.rules import Judgement
from harness.network.verdict import FlowVerdict

TEXT = "text"
LONGEST_LABEL, MOST_ENTROPY = 40, 4.0
NAME_PORTS = frozenset({53, 5353, 5355})
DOT_PORTS, DOQ_PORTS, TIME_PORTS = (853,), (784, 853, 8853), {"udp": (37, 123), "tcp": (37, 4460)}
DAY = 86400.0
_ORDERS: tuple[Literal["little", "big"], ...] = ("little", "big")
_WINDOWS_FILL = b"abcdefghijklmnopqrstuvw"


def inspect(flow: Flow, judgement: Judgement, contents: Contents, policy: Policy) -> Iterator[Finding]:
    """What is wrong with a flow besides its verdict."""
    if flow.by_article:
        yield from _inspect_names(flow, contents, policy)
        yield from _inspect_time(flow, judgement)
        yield from _inspect_plaintext(flow, judgement, contents)
    yield from _inspect_queries(flow)
    yield from _inspect_icmp(flow, judgement)


@cache
def public_resolvers() -> frozenset[str]:
    """Names and addresses of known public resolvers."""
    text = files("harness.network").joinpath("resolvers.toml").read_text("utf-8")
    return frozenset(tomllib.loads(text)["hosts"])


def far_end(flow: Flow) -> str:
    """Address of the station that the article speaks to."""
    return flow.far[0]


def is_ipv6(address: str) -> bool:
    """Whether an address is of IPv6 and leads beyond the link."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        # a MAC address
        return False
    local = parsed.is_link_local or (parsed.is_multicast and address.startswith("ff02:"))
    return parsed.version == 6 and not local


def is_suspect(name: str) -> bool:
    """Whether a name asked for looks as if it carried data."""
    return any(len(label) > LONGEST_LABEL or entropy(label) > MOST_ENTROPY for label in name.split("."))


def entropy(text: str) -> float:
    """Entropy of the characters of a text, bit per character."""
    counts = Counter(text).values()
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts)


def _finding(kind: Kind, detail: str, flow: Flow, *, frame: Frame | None = None, count: int = 1) -> Finding:
    frame = frame or flow.first
    return Finding(kind=kind, detail=detail, packet=frame.number, time=frame.time, far=far_end(flow), count=count)


def _inspect_names(flow: Flow, contents: Contents, policy: Policy) -> Iterator[Finding]:
    address, port = flow.responder
    if address in policy.resolvers:
        return
    if port == 53 and flow.protocol in ("udp", "tcp"):
        yield _finding("undeclared-resolver", f"asks {address}, which is no declared resolver, for names", flow)
    encrypted = _encrypted_dns(flow, contents)
    if encrypted:
        yield _finding("encrypted-dns", f"asks {address} for names by {encrypted}", flow)


def _encrypted_dns(flow: Flow, contents: Contents) -> str:
    address, port = flow.responder
    if flow.protocol == "tcp" and port in DOT_PORTS:
        return f"DNS over TLS (port {port})"
    if flow.protocol == "udp" and port in DOQ_PORTS:
        return f"DNS over QUIC (port {port})"
    offered = next((name for name in contents.alpn if name in ("dot", "doq")), "")
    if offered:
        return f"the application protocol {offered}"
    known = next((text for text in (contents.server_name, address) if text in public_resolvers()), "")
    return f"DNS over HTTPS ({known} is a public resolver)" if known and port == 443 else ""


def _inspect_time(flow: Flow, judgement: Judgement) -> Iterator[Finding]:
    address, port = flow.responder
    asks = port in TIME_PORTS.get(flow.protocol, ())
    if asks and judgement.verdict is not FlowVerdict.DECLARED:
        yield _finding(
            "undeclared-time-server", f"asks {address}, which is no declared time server, for the time", flow
        )


def _inspect_plaintext(flow: Flow, judgement: Judgement, contents: Contents) -> Iterator[Finding]:
    # an endpoint that was declared as plain is the maker's own word
    declared = judgement.verdict is not FlowVerdict.UNDECLARED
    if contents.plain and contents.plain != TEXT and not declared:
        yield _finding("plaintext", f"{contents.plain} in clear to {far_end(flow)}", flow)


def _inspect_queries(flow: Flow) -> Iterator[Finding]:
    tally = flow.suspect
    if flow.protocol == "tcp" and flow.responder[1] in NAME_PORTS:
        for data in _tcp_messages(read_stream(flow.sent)[0]):
            name = _suspect_name(data)
            tally = tally.plus(1, flow.first, name) if name else tally
    if tally.count:
        detail = f"{tally.count} queries look as if they carried data, the first for {tally.text[:80]}"
        yield _finding("dns-tunnel", detail, flow, frame=tally.first, count=tally.count)


def _suspect_name(data: bytes) -> str:
    try:
        return next((question.name for question in dns.parse_message(data).questions if is_suspect(question.name)), "")
    except MaterialError:
        # no DNS: the judge of the flow says so
        return ""


def _tcp_messages(stream: bytes) -> Iterator[bytes]:
    """Messages of DNS over TCP (RFC 1035 section 4.2.2), as far as they are whole."""
    place = 0
    while place + 2 <= len(stream):
        end = place + 2 + int.from_bytes(stream[place : place + 2], "big")
        if end > len(stream):
            return
        yield stream[place + 2 : end]
        place = end


def _inspect_icmp(flow: Flow, judgement: Judgement) -> Iterator[Finding]:
    tally = flow.carried
    if tally.count and judgement.verdict is FlowVerdict.UNDECLARED:
        detail = f"{tally.count} bytes in {tally.frames} ICMP messages to {far_end(flow)} that are not the common fill"
        yield _finding("icmp-payload", detail, flow, frame=tally.first, count=tally.count)


def carried_bytes(frame: Frame) -> int:
    """Bytes above the 8 of the ICMP header that are not what common programs fill an echo request with.

    The fills: zeros; ``abc...w`` over and over (Windows); the time of sending, then 0x10, 0x11, ... (iputils, BSD).
    """
    body = frame.payload[8:]
    if frame.kind not in (8, 128):
        return len(body)
    windows = (_WINDOWS_FILL * (len(body) // len(_WINDOWS_FILL) + 1))[: len(body)]
    if body == windows or not any(body):
        return 0
    return next((0 for size in (16, 8, 0) if _is_timed_fill(body, size, frame.time)), len(body))


def _is_timed_fill(body: bytes, size: int, time: float) -> bool:
    stamp, rest = body[:size], body[size:]
    counting = all(byte == (size + place) & 0xFF for place, byte in enumerate(rest))
    half = size // 2
    if not counting or len(stamp) < size:
        return False
    orders = [(int.from_bytes(stamp[:half], order), int.from_bytes(stamp[half:], order)) for order in _ORDERS]
    return not size or any(abs(seconds - time) < DAY and micros < 1_000_000 for seconds, micros in orders)
