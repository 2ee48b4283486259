"""What the first bytes of a flow say, whatever its verdict: who was asked for, how, and what is readable."""

import re
from dataclasses import dataclass

from harness.errors import MaterialError
from harness.network import quic, tls
from harness.network.flows import Flow, read_stream

_HTTP = re.compile(rb"\A(GET|POST|PUT|HEAD|DELETE|OPTIONS|PATCH|CONNECT) [^\r\n]{1,4096} HTTP/1\.[01]\r\n")
_HOST = re.compile(rb"\r\nhost:[ \t]*([^\r\n]{1,255})\r\n", re.IGNORECASE)
_PLAIN = (
    ("HTTP/2 without TLS", re.compile(rb"\APRI \* HTTP/2\.0\r\n")),
    ("RTSP", re.compile(rb"\A[A-Z_]{3,16} rtsp://")),
    ("MQTT", re.compile(rb"\A\x10.{1,4}\0\x04MQTT", re.DOTALL)),
    ("SMTP", re.compile(rb"\A(EHLO|HELO) ")),
    ("FTP or POP3", re.compile(rb"\AUSER [^\r\n]+\r?\n")),
    ("MAVLink 2", re.compile(rb"\A\xfd.[\0\1]\0.{3}", re.DOTALL)),
    ("JSON", re.compile(rb"\A\s*\{\s*\"")),
)
_READABLE = re.compile(rb"\A[\t\r\n -~]{16,}\Z")


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a flow carries, as far as its first bytes tell.

    Attributes:
        application: tls, quic, http, or empty for what is not known.
        server_name: name asked for by TLS, QUIC or HTTP, empty for none.
        hidden: whether an encrypted ClientHello may hide another name.
        alpn: application protocols offered.
        plain: what leaves unencrypted, empty for nothing known.
        subject: of the server's certificate, where it is in clear.
    """

    application: str = ""
    server_name: str = ""
    hidden: bool = False
    alpn: tuple[str, ...] = ()
    plain: str = ""
    subject: str = ""


def read_contents(flow: Flow) -> Contents:
    """Read the first bytes that the article sent in a flow."""
    if flow.protocol == "tcp":
        return _read_tcp(flow)
    if flow.protocol == "udp" and any(quic.looks_like_initial(frame.payload) for frame in flow.sent):
        return _read_quic(flow)
    payload = next((frame.payload for frame in flow.sent if frame.payload), b"")
    return Contents(plain=_plain(payload)) if flow.protocol == "udp" else Contents()


def _read_tcp(flow: Flow) -> Contents:
    stream = read_stream(flow.sent)[0]
    if stream[:1] == b"\x16":
        try:
            hello = tls.parse_client_hello(stream)
        except MaterialError:
            # no TLS after all: the judge says so where TLS was declared
            hello = None
        subject = _subject(tls.read_certificate(read_stream(flow.received)[0]))
        return _of_hello("tls", hello, subject)
    request = _HTTP.match(stream)
    if request:
        host = _HOST.search(stream)
        name = host[1].decode("latin-1").strip().lower().rsplit(":", 1)[0] if host else ""
        return Contents(application="http", server_name=name, plain="HTTP")
    return Contents(plain=_plain(stream))


def _read_quic(flow: Flow) -> Contents:
    try:
        return _of_hello("quic", quic.read_client_hello(frame.payload for frame in flow.sent), "")
    except MaterialError:
        return Contents(application="quic")


def _of_hello(application: str, hello: tls.ClientHello | None, subject: str) -> Contents:
    if hello is None:
        return Contents(application=application, subject=subject)
    return Contents(
        application=application,
        server_name=hello.server_name or "",
        hidden=hello.hidden,
        alpn=hello.alpn,
        subject=subject,
    )


def _plain(data: bytes) -> str:
    known = next((name for name, pattern in _PLAIN if pattern.match(data)), "")
    return known or ("text" if _READABLE.match(data[:256]) else "")


def _subject(certificate: bytes) -> str:
    if not certificate:
        return ""
    from cryptography import x509

    try:
        return x509.load_der_x509_certificate(certificate).subject.rfc4514_string()
    except ValueError:
        return "unreadable certificate"
