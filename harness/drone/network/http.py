"""A small HTTP/1.1 client: one kept-alive connection to one server, resolved by name when it is needed."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass

from harness.drone.network.host import Host
from harness.drone.network.resolver import Resolver
from harness.drone.network.tls import PlainChannel, TlsChannel
from harness.link.tcp import State, TcpConnection
from harness.timing import Clock, Schedule

_CONNECT_TIMEOUT, _ANSWER_TIMEOUT = 10.0, 20.0
_WAITING_REQUESTS = 4
_LONGEST_RESPONSE, _LONGEST_NUMBER = 1 << 20, 18


@dataclass(frozen=True, kw_only=True)
class Network:
    """What a client needs to reach a server by name.

    Attributes:
        host: IP host.
        resolver: finds the address of a name.
        clock: test clock.
        schedule: carries time-outs.
        context: TLS settings, or None to speak without TLS.
        log: is told of each failure in one line.
    """

    host: Host
    resolver: Resolver
    clock: Clock
    schedule: Schedule
    context: ssl.SSLContext | None
    log: Callable[[str], None]


class HttpClient:
    """Sends requests to one server; counts the answers.

    Attributes:
        answered: complete responses so far.
    """

    def __init__(self, network: Network, name: str, port: int) -> None:
        self.answered = 0
        self._network, self._name, self._port = network, name, port
        self._channel: TlsChannel | PlainChannel | None = None
        self._queue: list[bytes] = []
        self._open = False
        self._response = b""

    def request(self, method: str, path: str, body: bytes = b"") -> None:
        """Send a request now, or when the connection is up; a failing connection drops what waits."""
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._name}\r\nContent-Length: {len(body)}\r\n\r\n"
        message = head.encode("ascii") + body
        if self._channel is not None and self._open:
            self._send(self._channel, message)
            return
        begin = not self._queue
        self._queue = [*self._queue, message][-_WAITING_REQUESTS:]
        if begin:
            self._network.resolver.resolve(self._name, self._connect)

    def _connect(self, address: str) -> None:
        if not address:
            self._drop("name not resolved")
            return
        connection = self._network.host.connect((address, self._port))
        self._channel = channel = self._make_channel(connection)
        self._response = b""
        channel.on_open, channel.on_data, channel.on_close = self._opened, self._hear, self._drop
        self._network.schedule.at(self._network.clock.now() + _CONNECT_TIMEOUT, lambda: _give_up(connection))

    def _make_channel(self, connection: TcpConnection) -> TlsChannel | PlainChannel:
        context = self._network.context
        return PlainChannel(connection) if context is None else TlsChannel(connection, context, self._name)

    def _opened(self) -> None:
        self._open = True
        waiting, self._queue = self._queue, []
        for message in waiting:
            if self._channel is not None:
                self._send(self._channel, message)

    def _send(self, channel: TlsChannel | PlainChannel, message: bytes) -> None:
        """Send, and give the connection up when nothing is answered for 20 s: the next request makes another."""
        answered, network = self.answered, self._network
        channel.send(message)

        def look() -> None:
            if self._channel is channel and self.answered == answered:
                channel.abort()
                self._drop("no answer")

        network.schedule.at(network.clock.now() + _ANSWER_TIMEOUT, look)

    def _hear(self, data: bytes) -> None:
        self._response = (self._response + data)[-_LONGEST_RESPONSE:]
        head, end, body = self._response.partition(b"\r\n\r\n")
        while end and len(body) >= (length := _content_length(head)):
            self.answered += 1
            self._response = body[length:]
            head, end, body = self._response.partition(b"\r\n\r\n")

    def _drop(self, reason: str) -> None:
        self._channel, self._open, self._queue = None, False, []
        if reason:
            self._network.log(f"{self._name}:{self._port}: {reason}")


def _give_up(connection: TcpConnection) -> None:
    if connection.state is State.SYN_SENT:
        connection.abort()


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            # more figures than a length can have would only keep int() busy, or make it raise
            return int(value.strip()[:_LONGEST_NUMBER])
    return 0
