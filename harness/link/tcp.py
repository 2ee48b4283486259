"""A small TCP (RFC 9293) for a wire that neither loses nor reorders: no retransmission, no congestion control.

Both the article's companion and the rig's servers speak it, so that a capture of them is a true TCP capture.
"""

import random
from collections.abc import Callable
from enum import Enum

from harness.errors import RigError
from harness.link.ethernet import ACK, FIN, PSH, RST, SYN, TCP, Ipv4, TcpSegment

MSS = 1460
WINDOW = 0xFFFF
_MODULUS = 1 << 32
_MSS_OPTION = b"\x02\x04" + MSS.to_bytes(2, "big")

Address = tuple[str, int]
Transmit = Callable[[str, str, int, bytes], None]


class State(Enum):
    """Where a connection is in its life, as far as this implementation tells them apart."""

    SYN_SENT = "SYN-SENT"
    SYN_RECEIVED = "SYN-RECEIVED"
    ESTABLISHED = "ESTABLISHED"
    CLOSED = "CLOSED"


class TcpConnection:
    """One connection; set ``on_open``, ``on_data`` and ``on_close`` to hear of it.

    ``on_close`` is called once: when both sides closed, or at once when the far end reset the connection.
    ``on_end`` is called when the far end has sent its last byte; by default this end then closes too.
    """

    def __init__(self, stack: "TcpStack", local: Address, remote: Address, sequence: int) -> None:
        self.local, self.remote = local, remote
        self.state = State.CLOSED
        self.on_open: Callable[[], None] = _nothing
        self.on_data: Callable[[bytes], None] = _ignore
        self.on_end: Callable[[], None] = self.close
        self.on_close: Callable[[], None] = _nothing
        self._stack = stack
        self._next = self._acked = sequence
        self._expected = self._first_expected = 0
        self._accepted = False
        self._window = WINDOW
        self._queue = bytearray()
        self._closing = self._fin_sent = self._fin_received = self._must_acknowledge = False

    @property
    def writable(self) -> bool:
        """Whether :meth:`send` may be called: not closed and not closing."""
        return self.state is not State.CLOSED and not self._closing

    def send(self, data: bytes) -> None:
        """Queue `data`; it leaves in segments of at most 1460 bytes as the far end's window allows.

        Raises:
            RigError: this end is closed or closing.
        """
        if not self.writable:
            raise RigError(f"TCP connection {self.local} -> {self.remote} is {self.state.value}: cannot send on it")
        self._queue += data
        self._flush()

    def close(self) -> None:
        """Send what is queued, then FIN."""
        self._closing = True
        self._flush()

    def abort(self) -> None:
        """Reset the connection now."""
        if self.state is not State.CLOSED:
            self._emit(RST | ACK)
            self._finish()

    def drop(self) -> None:
        """Forget the connection without a word: the far end knows nothing of it any more."""
        self._finish()

    def opened_otherwise(self, segment: TcpSegment) -> bool:
        """Whether a SYN is of another connection than this one, which a SYN sent again would not be."""
        return self._accepted and (segment.sequence + 1) % _MODULUS != self._first_expected

    def open(self, state: State, expected: int) -> None:
        """Send the SYN of an active or passive opening; the stack calls this."""
        self.state, self._expected = state, expected
        self._accepted, self._first_expected = state is State.SYN_RECEIVED, expected
        self._emit(SYN if state is State.SYN_SENT else SYN | ACK)
        self._next = (self._next + 1) % _MODULUS

    def receive(self, segment: TcpSegment) -> None:
        """Take a segment of this connection from the wire."""
        if segment.flags & RST:
            if segment.sequence == self._expected or self.state is State.SYN_SENT:
                self._finish()
        elif self.state is State.SYN_SENT:
            self._open_actively(segment)
        elif segment.flags & ACK and segment.sequence == self._expected:
            self._accept(segment)

    def _open_actively(self, segment: TcpSegment) -> None:
        if segment.flags & (SYN | ACK) != SYN | ACK or segment.acknowledgement != self._next:
            return
        self.state, self._expected = State.ESTABLISHED, (segment.sequence + 1) % _MODULUS
        self._acked, self._window = segment.acknowledgement, segment.window
        self._emit(ACK)
        self.on_open()
        self._flush()

    def _accept(self, segment: TcpSegment) -> None:
        if self.state is State.SYN_RECEIVED:
            self.state = State.ESTABLISHED
            self.on_open()
        self._acked, self._window = segment.acknowledgement, segment.window
        self._must_acknowledge = bool(segment.payload) or bool(segment.flags & FIN)
        self._expected = (self._expected + len(segment.payload)) % _MODULUS
        if segment.payload:
            self.on_data(segment.payload)
        if segment.flags & FIN and not self._fin_received:
            self._fin_received = True
            self._expected = (self._expected + 1) % _MODULUS
            self._must_acknowledge = True
            self.on_end()
        self._flush()
        if self._must_acknowledge and self.state is not State.CLOSED:
            self._emit(ACK)
        if self._fin_sent and self._fin_received and self._acked == self._next:
            self._finish()

    def _flush(self) -> None:
        if self.state is not State.ESTABLISHED or self._fin_sent:
            return
        while self._queue and (room := self._window - (self._next - self._acked) % _MODULUS) > 0:
            piece = bytes(self._queue[: min(MSS, room)])
            del self._queue[: len(piece)]
            self._emit(ACK | PSH, piece)
            self._next = (self._next + len(piece)) % _MODULUS
        if self._closing and not self._queue:
            self._fin_sent = True
            self._emit(ACK | FIN)
            self._next = (self._next + 1) % _MODULUS

    def _emit(self, flags: int, payload: bytes = b"") -> None:
        self._must_acknowledge = False
        options = _MSS_OPTION if flags & SYN else b""
        acknowledged = self._expected if flags & ACK else 0
        ports = (self.local[1], self.remote[1])
        segment = TcpSegment(*ports, self._next, acknowledged, flags, WINDOW, payload, options)
        self._stack.transmit(self.local[0], self.remote[0], segment)

    def _finish(self) -> None:
        if self.state is not State.CLOSED:
            self.state = State.CLOSED
            self._stack.forget(self)
            self.on_close()


Service = Callable[[TcpConnection], None]


class TcpStack:
    """The connections of one station.

    Args:
        transmit: sends an IP payload: source, destination, protocol number, bytes.
        accept: who serves a connection to this (address, port); None refuses it with a reset.
        rng: draws initial sequence numbers and local ports.
    """

    def __init__(self, transmit: Transmit, accept: Callable[[Address], Service | None], rng: random.Random) -> None:
        self._transmit, self._accept, self._rng = transmit, accept, rng
        self._connections: dict[tuple[Address, Address], TcpConnection] = {}
        self._port = rng.randrange(32768, 60999)

    def connect(self, address: str, remote: Address) -> TcpConnection:
        """Begin an active opening from `address`; returns at once."""
        connection = self._make((address, self._free_port(address, remote)), remote)
        connection.open(State.SYN_SENT, 0)
        return connection

    def receive(self, packet: Ipv4) -> None:
        """Take an IPv4 packet with a TCP segment from the wire; a damaged one is dropped."""
        segment = TcpSegment.decode(packet)
        if segment is None:
            return
        local, remote = (packet.destination, segment.destination_port), (packet.source, segment.source_port)
        connection = self._connections.get((local, remote))
        begins = segment.flags & (SYN | ACK | RST) == SYN
        if connection is not None and begins and connection.opened_otherwise(segment):
            # half-open: the far end lost its power and begins anew on the same ports (RFC 9293, 3.5.1). A challenge, a
            # reset and its next SYN would come to the same
            connection.drop()
            connection = None
        if connection is not None:
            connection.receive(segment)
        elif begins:
            self._open_passively(local, remote, segment)
        elif not segment.flags & RST:
            self._refuse(local, remote, segment)

    def transmit(self, source: str, destination: str, segment: TcpSegment) -> None:
        """Send a segment; connections call this."""
        self._transmit(source, destination, TCP, segment.encode(source, destination))

    def forget(self, connection: TcpConnection) -> None:
        """Drop a closed connection; connections call this."""
        self._connections.pop((connection.local, connection.remote), None)

    def _make(self, local: Address, remote: Address) -> TcpConnection:
        connection = TcpConnection(self, local, remote, self._rng.getrandbits(32))
        self._connections[local, remote] = connection
        return connection

    def _open_passively(self, local: Address, remote: Address, segment: TcpSegment) -> None:
        service = self._accept(local)
        if service is None:
            self._refuse(local, remote, segment)
            return
        connection = self._make(local, remote)
        service(connection)
        connection.open(State.SYN_RECEIVED, (segment.sequence + 1) % _MODULUS)

    def _refuse(self, local: Address, remote: Address, segment: TcpSegment) -> None:
        length = len(segment.payload) + bool(segment.flags & SYN) + bool(segment.flags & FIN)
        acknowledged = (segment.sequence + length) % _MODULUS
        sequence, flags = (segment.acknowledgement, RST) if segment.flags & ACK else (0, RST | ACK)
        answer = TcpSegment(local[1], remote[1], sequence, acknowledged if flags & ACK else 0, flags, 0)
        self.transmit(local[0], remote[0], answer)

    def _free_port(self, address: str, remote: Address) -> int:
        for _ in range(28231):
            self._port = 32768 + (self._port - 32768 + 1) % 28231
            if ((address, self._port), remote) not in self._connections:
                return self._port
        raise RigError(f"no free local port left on {address}: 28231 connections to {remote} are open")


def _nothing() -> None:
    """What happens on an event that nobody listens to."""


def _ignore(data: bytes) -> None:
    """What happens to data that nobody reads."""
