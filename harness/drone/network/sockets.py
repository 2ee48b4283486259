"""The companion's IP host on the kernel's own stack: real sockets on one interface of a network namespace.

It has the surface of :class:`harness.drone.network.host.Host`, so the same programme runs on either.
"""

import contextlib
import errno
import random
import socket
from collections.abc import Callable
from functools import partial

from harness.drone.network import dhcp
from harness.drone.network.host import DatagramHandler
from harness.link.ethernet import Ethernet, encode_icmp
from harness.link.tcp import Address, Service, State
from harness.timing import LiveClock

_PIECE = 65536


class SocketConnection:
    """One TCP connection of the kernel, with the events of :class:`harness.link.tcp.TcpConnection`."""

    def __init__(self, clock: LiveClock, own: socket.socket, state: State) -> None:
        self.on_open: Callable[[], None] = _nothing
        self.on_data: Callable[[bytes], None] = _ignore
        self.on_end: Callable[[], None] = self.close
        self.on_close: Callable[[], None] = _nothing
        self.state = state
        self._clock, self._socket, self._queue, self._closing = clock, own, bytearray(), False
        self._watch()

    @property
    def writable(self) -> bool:
        """Whether it takes bytes."""
        return self.state is State.ESTABLISHED and not self._closing

    def send(self, data: bytes) -> None:
        """Send; never blocks."""
        self._queue += data
        self._flush()

    def close(self) -> None:
        """Close after what waits has been sent."""
        self._closing = True
        self._flush()

    def abort(self) -> None:
        """Reset it now."""
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.finish()

    def finish(self) -> None:
        """Forget it, and tell so."""
        if self.state is not State.CLOSED:
            self.state = State.CLOSED
            self._clock.inputs.forget(self._socket.fileno())
            self._socket.close()
            self.on_close()

    def _watch(self) -> None:
        waits = self.state is State.SYN_SENT or bool(self._queue)
        self._clock.inputs.watch(self._socket.fileno(), self._read, self._write if waits else None)

    def _read(self) -> None:
        if self.state is not State.ESTABLISHED:
            return
        try:
            data = self._socket.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError:
            self.finish()
            return
        if data:
            self.on_data(data)
        else:
            self.on_end()
            self.finish()

    def _write(self) -> None:
        if self.state is State.SYN_SENT:
            if self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                self.finish()
                return
            self.state = State.ESTABLISHED
            self._watch()
            self.on_open()
        elif self.state is State.ESTABLISHED:
            self._flush()

    def _flush(self) -> None:
        if self.state is not State.ESTABLISHED:
            return
        try:
            while self._queue:
                del self._queue[: self._socket.send(self._queue)]
        except BlockingIOError:
            pass
        except OSError:
            self.finish()
            return
        if self._closing and not self._queue:
            self.finish()
        else:
            self._watch()


class SocketHost:
    """An IPv4 host that DHCP configures, on the kernel's stack.

    Args:
        clock: serves its sockets.
        interface: name of its one network interface.
        mac: its six bytes.
        rng: draws transaction numbers.
        configure: gives the interface the address and the route of a lease; with None takes it down.
    """

    def __init__(
        self,
        clock: LiveClock,
        interface: tuple[str, bytes],
        rng: random.Random,
        configure: Callable[[dhcp.Lease | None], None],
    ) -> None:
        self.lease: dhcp.Lease | None = None
        self._clock, self._interface, self._rng, self._configure = clock, interface, rng, configure
        self._sockets: dict[int, socket.socket] = {}
        self._connections: list[SocketConnection] = []
        self._listeners: list[socket.socket] = []

    def request_lease(self, on_bound: Callable[[], None]) -> None:
        """Ask for an address; `on_bound` is called once when the lease is there."""
        name, mac = self._interface
        client = dhcp.Client(mac, self._rng.getrandbits(32))
        self._close_port(68)
        own = self._open(socket.SOCK_DGRAM)
        own.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        own.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, name.encode() + b"\0")
        own.bind(("", 68))

        def hear(_sender: Address, data: bytes) -> None:
            answer = client.receive(data)
            if answer:
                _send(own, answer, ("255.255.255.255", 67))
            if client.lease is not None and self.lease is None:
                self.lease = client.lease
                self._configure(client.lease)
                on_bound()

        self._listen(68, own, hear)
        _send(own, client.discover(), ("255.255.255.255", 67))

    def bind(self, port: int, handler: DatagramHandler) -> None:
        """Give every datagram for `port` to `handler`."""
        own = self._open(socket.SOCK_DGRAM)
        own.bind(("", port))
        self._listen(port, own, handler)

    def serve(self, port: int, service: Service) -> None:
        """Give every TCP connection to `port` to `service`."""
        own = self._open(socket.SOCK_STREAM)
        own.bind(("", port))
        own.listen()
        self._listeners.append(own)

        def accept() -> None:
            with contextlib.suppress(OSError):
                made, _ = own.accept()
                made.setblocking(False)
                connection = SocketConnection(self._clock, made, State.ESTABLISHED)
                self._connections.append(connection)
                service(connection)  # type: ignore[arg-type]
                connection.on_open()

        self._clock.inputs.watch(own.fileno(), accept)

    def connect(self, remote: Address) -> SocketConnection:
        """Begin a TCP connection."""
        own = self._open(socket.SOCK_STREAM)
        outcome = own.connect_ex(remote)
        connection = SocketConnection(self._clock, own, State.SYN_SENT)
        self._connections.append(connection)
        if outcome not in (0, errno.EINPROGRESS):
            self._clock.schedule.at(self._clock.now(), connection.finish)
        return connection

    def send_datagram(self, port: int, remote: Address, payload: bytes) -> None:
        """Send a datagram from `port`."""
        if port in self._sockets:
            _send(self._sockets[port], payload, remote)
            return
        with self._open(socket.SOCK_DGRAM) as own:
            own.bind(("", port))
            _send(own, payload, remote)

    def ask(self, remote: Address, payload: bytes, on_answer: Callable[[bytes], None]) -> Callable[[], None]:
        """Send a datagram from a fresh port; the first answer of `remote` ends it, the returned function too."""
        own = self._open(socket.SOCK_DGRAM)
        own.bind(("", 0))
        port: int = own.getsockname()[1]
        forget = partial(self._close_port, port)

        def hear(sender: Address, data: bytes) -> None:
            if sender == remote:
                forget()
                on_answer(data)

        self._listen(port, own, hear)
        _send(own, payload, remote)
        return forget

    def send_echo(self, remote: str, body: bytes) -> None:
        """Send an ICMP echo request; needs the right to raw sockets."""
        with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as own:
            _send(own, encode_icmp(8, 0, b"\0\1\0\1", body), (remote, 0))

    def send_frame(self, kind: int, payload: bytes) -> None:
        """Send an Ethernet frame to all IPv6 nodes of the segment; needs the right to raw sockets."""
        name, mac = self._interface
        frame = Ethernet(b"\x33\x33\0\0\0\1", mac, kind, payload).encode()
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as own:
            _send(own, frame, (name, 0))

    def unplug(self) -> None:
        """Close everything at once."""
        for port in tuple(self._sockets):
            self._close_port(port)
        for own in self._listeners:
            self._clock.inputs.forget(own.fileno())
            own.close()
        for connection in self._connections:
            connection.on_close = _nothing
            connection.finish()
        self._listeners, self._connections = [], []
        self._configure(None)

    def _open(self, kind: socket.SocketKind) -> socket.socket:
        own = socket.socket(socket.AF_INET, kind)
        own.setblocking(False)
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return own

    def _listen(self, port: int, own: socket.socket, handler: DatagramHandler) -> None:
        self._sockets[port] = own

        def read() -> None:
            with contextlib.suppress(OSError):
                data, sender = own.recvfrom(_PIECE)
                handler(sender, data)

        self._clock.inputs.watch(own.fileno(), read)

    def _close_port(self, port: int) -> None:
        own = self._sockets.pop(port, None)
        if own is not None:
            self._clock.inputs.forget(own.fileno())
            own.close()


def _send(own: socket.socket, payload: bytes, remote: Address) -> None:
    # a datagram that has no way out is lost, as on any network
    with contextlib.suppress(OSError):
        own.sendto(payload, remote)


def _nothing() -> None:
    """What happens on an event that nobody listens to."""


def _ignore(data: bytes) -> None:
    """What happens to data that nobody reads."""
