"""A TLS client over a TCP connection, real but in memory (``ssl.MemoryBIO``)."""

import ssl
from collections.abc import Callable

from harness.link.tcp import TcpConnection


def client_context(trust_root: str, verify: bool) -> ssl.SSLContext:
    """A client's settings: TLS 1.2 or later, peers checked against `trust_root` (PEM) unless `verify` is False."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.load_verify_locations(cadata=trust_root)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class TlsChannel:
    """One TLS session.

    ``on_open``, ``on_data`` and ``on_close`` tell of it; `on_close` is given the reason, empty for a plain end.
    """

    def __init__(self, connection: TcpConnection, context: ssl.SSLContext, name: str) -> None:
        self.on_open: Callable[[], None] = lambda: None
        self.on_data: Callable[[bytes], None] = lambda data: None
        self.on_close: Callable[[str], None] = lambda reason: None
        self._connection, self._reason, self._open = connection, "", False
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=name)
        connection.on_open = self._step
        connection.on_data = self._hear
        connection.on_close = lambda: self.on_close(self._reason)

    def send(self, data: bytes) -> None:
        """Send `data` encrypted; only after ``on_open``."""
        self._tls.write(data)
        self._flush()

    def abort(self) -> None:
        """End the connection at once and without a word of it to `on_close`."""
        self.on_close = lambda reason: None
        self._connection.abort()

    def _hear(self, data: bytes) -> None:
        self._incoming.write(data)
        self._step()

    def _step(self) -> None:
        try:
            if not self._open:
                self._tls.do_handshake()
                self._open = True
                self._flush()
                self.on_open()
            self._read()
        except ssl.SSLWantReadError:
            self._flush()
        except ssl.SSLZeroReturnError:
            self._connection.close()
        except ssl.SSLError as error:
            # the alert that tells the server why goes out before the close
            self._reason = f"TLS: {error.reason or error}"
            self._flush()
            self._connection.close()

    def _read(self) -> None:
        while data := self._tls.read(65536):
            self.on_data(data)

    def _flush(self) -> None:
        data = self._outgoing.read()
        if data and self._connection.writable:
            self._connection.send(data)


class PlainChannel:
    """The same surface without any protection."""

    def __init__(self, connection: TcpConnection) -> None:
        self.on_open: Callable[[], None] = lambda: None
        self.on_data: Callable[[bytes], None] = lambda data: None
        self.on_close: Callable[[str], None] = lambda reason: None
        self._connection = connection
        connection.on_open = lambda: self.on_open()
        connection.on_data = lambda data: self.on_data(data)
        connection.on_close = lambda: self.on_close("")

    def send(self, data: bytes) -> None:
        """Send `data` as it is; only after ``on_open``."""
        if self._connection.writable:
            self._connection.send(data)

    def abort(self) -> None:
        """End the connection at once and without a word of it to `on_close`."""
        self.on_close = lambda reason: None
        self._connection.abort()
