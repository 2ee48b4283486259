"""An HTTPS server over one in-memory TCP connection."""

import ssl
from dataclasses import dataclass, field

from harness.instruments.gateway.authority import Presented
from harness.link.tcp import TcpConnection

_BODY = b"{}"
_RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n" + _BODY
_LONGEST_REQUEST, _LONGEST_NUMBER = 1 << 20, 18


@dataclass(kw_only=True)
class Session:
    """What came of one TLS connection.

    Attributes:
        host: declared name of the server.
        presented: certificate that it showed.
        opened_at: s, when the connection came in.
        version: agreed TLS version, empty until the client completed the handshake.
        refused: the client's alert, or why the handshake failed; empty for none.
        requests: request lines received, decrypted.
        received: bytes of requests received, decrypted.
        bodies: the bodies of those requests.
    """

    host: str
    presented: Presented
    opened_at: float
    version: str = ""
    refused: str = ""
    requests: list[str]
    received: int = 0
    bodies: list[bytes] = field(default_factory=list)


class TlsServer:
    """Serves one connection; answers each complete request with an empty JSON object."""

    def __init__(self, connection: TcpConnection, context: ssl.SSLContext, session: Session) -> None:
        self._connection, self._session = connection, session
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._request = b""
        connection.on_data = self._hear
        connection.on_end = self._end

    def _hear(self, data: bytes) -> None:
        self._incoming.write(data)
        try:
            if not self._session.version:
                self._tls.do_handshake()
                self._session.version = self._tls.version() or ""
            while piece := self._tls.read(65536):
                self._take(piece)
        except ssl.SSLWantReadError:
            self._flush()
        except ssl.SSLZeroReturnError:
            self._connection.close()
        except ssl.SSLError as error:
            self._session.refused = error.reason or str(error)
            self._flush()
            self._connection.close()

    def _take(self, data: bytes) -> None:
        self._session.received += len(data)
        self._request = (self._request + data)[-_LONGEST_REQUEST:]
        while (length := _complete_length(self._request)) is not None:
            line = self._request.split(b"\r\n", 1)[0]
            self._session.requests.append(line.decode("latin-1"))
            self._session.bodies.append(self._request[:length].partition(b"\r\n\r\n")[2])
            self._request = self._request[length:]
            self._tls.write(_RESPONSE)
        self._flush()

    def _end(self) -> None:
        if not self._session.version and not self._session.refused:
            self._session.refused = "closed before the handshake was complete"
        self._connection.close()

    def _flush(self) -> None:
        data = self._outgoing.read()
        if data and self._connection.writable:
            self._connection.send(data)


def _complete_length(data: bytes) -> int | None:
    head, end, body = data.partition(b"\r\n\r\n")
    if not end:
        return None
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            # more figures than a length can have would only keep int() busy, or make it raise
            length = int(value.strip()[:_LONGEST_NUMBER])
    return len(head) + 4 + length if len(body) >= length else None
