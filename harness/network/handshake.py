"""What became of each TLS connection in a capture, from its record headers and ServerHello alone (RFC 8446, RFC 5246).

In TLS 1.3 all that follows the ServerHello is encrypted. A client that gives up sends one alert of at least 19 bytes
(2 bytes, content type, tag of 16); one that goes on sends Finished, at least 53 bytes (header of 4, digest of 32,
content type, tag). Padding of the alert would make a refusal count as a session, never the other way round.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from harness.network.decode import decode
from harness.network.flows import Flow, group_flows, read_stream
from harness.network.fragments import defragment
from harness.network.pcap import read_capture
from harness.network.tls import ADMITTED_SUITES, TLS12

TLS13 = 0x0304
_CHANGE_CIPHER, _HANDSHAKE, _DATA = 20, 22, 23
_CLIENT_HELLO, _SERVER_HELLO = 1, 2
_SHORTEST_FINISHED = 53
_RETRY = sha256(b"HelloRetryRequest").digest()


@dataclass(frozen=True, kw_only=True)
class Handshake:
    """One TLS connection that the article began.

    Attributes:
        server: address and port.
        time: of its first packet, s since 1970.
        answered: whether the server sent a TLS record at all.
        version: that the server chose, 0 where it chose none.
        suite: cipher suite that it chose.
        went_on: whether the client finished the handshake or sent application data.
    """

    server: tuple[str, int]
    time: float
    answered: bool
    version: int
    suite: int
    went_on: bool

    @property
    def weak(self) -> bool:
        """Whether a session below TLS 1.2 or with a suite that is not admitted was agreed."""
        return self.went_on and (self.version < TLS12 or self.suite not in ADMITTED_SUITES)


def read_handshakes(pcap: bytes, article: str) -> list[Handshake]:
    """The TLS connections that the station with address `article` began, by time; others are left out.

    Raises:
        MaterialError: the capture cannot be read.
    """
    frames = defragment(decode(packet) for packet in read_capture(pcap).packets)
    flows = group_flows(frames, lambda frame: frame.source == article)
    found = [_judge(flow) for flow in flows if flow.protocol == "tcp" and flow.by_article]
    return [each for each in found if each is not None]


def _judge(flow: Flow) -> Handshake | None:
    sent = list(_records(read_stream(flow.sent)[0]))
    if not sent or sent[0][0] != _HANDSHAKE or sent[0][1][:1] != bytes([_CLIENT_HELLO]):
        return None
    received = list(_records(read_stream(flow.received)[0]))
    version, suite = _chosen(b"".join(body for kind, body in received if kind == _HANDSHAKE))
    return Handshake(
        server=flow.responder,
        time=flow.first.time,
        answered=bool(received),
        version=version,
        suite=suite,
        went_on=_went_on(sent, version),
    )


def _went_on(sent: list[tuple[int, bytes]], version: int) -> bool:
    kinds = [kind for kind, _ in sent]
    if version >= TLS13:
        return any(kind == _DATA and len(body) >= _SHORTEST_FINISHED for kind, body in sent)
    changed = kinds.index(_CHANGE_CIPHER) if _CHANGE_CIPHER in kinds else len(kinds)
    return _HANDSHAKE in kinds[changed:] or _DATA in kinds


def _chosen(messages: bytes) -> tuple[int, int]:
    """Version and suite of the last ServerHello that is no retry request."""
    found = (0, 0)
    place = 0
    while place + 4 <= len(messages):
        length = int.from_bytes(messages[place + 1 : place + 4], "big")
        body = messages[place + 4 : place + 4 + length]
        if messages[place] == _SERVER_HELLO and len(body) == length >= 38 and body[2:34] != _RETRY:
            found = _server_hello(body)
        place += 4 + length
    return found


def _server_hello(body: bytes) -> tuple[int, int]:
    version, place = int.from_bytes(body[:2], "big"), 35 + body[34]
    suite = int.from_bytes(body[place : place + 2], "big")
    extensions, place = body[place + 5 :], 0
    while place + 4 <= len(extensions):
        kind, length = struct.unpack_from(">HH", extensions, place)
        if kind == 43 and length == 2:
            version = int.from_bytes(extensions[place + 4 : place + 6], "big")
        place += 4 + length
    return version, suite


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """Content type and body of each whole record, up to the first that is none."""
    place = 0
    while place + 5 <= len(stream):
        kind, major, _, length = struct.unpack_from(">BBBH", stream, place)
        if kind not in range(20, 25) or major != 3 or place + 5 + length > len(stream):
            return
        yield kind, stream[place + 5 : place + 5 + length]
        place += 5 + length
