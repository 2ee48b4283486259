"""Serial lines of a program, each joined to the air end of a virtual cable: TCP connections to us, or datagrams."""

from typing import Protocol

from harness.link.address import Address
from harness.link.port import Receiver
from harness.link.streamport import StreamPort
from harness.link.tcpserver import TcpServer
from harness.link.udplisten import UdpListener
from harness.link.virtual import VirtualPort
from harness.timing import Inputs

_LOOPBACK = "127.0.0.1"


class Line(Protocol):
    """One line of a program.

    Attributes:
        place: where the program must speak to, ``host:port``.
    """

    place: str

    @property
    def connected(self) -> bool:
        """Whether the program is there."""
        ...

    def tap(self, receiver: Receiver) -> None:
        """Give what the program sends to `receiver` too, at once and not over the cable."""
        ...

    def close(self) -> None:
        """End it; harmless when closed."""
        ...


class SerialLine:
    """Waits on a free port for the program to connect; from then on, bytes go both ways.

    Attributes:
        place: where the program must connect to, ``host:port``.
    """

    def __init__(self, end: VirtualPort, inputs: Inputs, host: str = _LOOPBACK) -> None:
        """Join the program to `end`, which reaches us at `host`; bytes move while ``inputs`` are waited for."""
        self._end = end
        self._port: StreamPort | None = None
        self._tap: Receiver | None = None
        self._server = TcpServer(Address(host=host, port=0), inputs, self._welcome, self._leave)
        self.place = str(self._server.address)
        end.listen(self._to_program)

    def tap(self, receiver: Receiver) -> None:
        """Give what the program sends to `receiver` too, at once and not over the cable."""
        self._tap = receiver

    @property
    def connected(self) -> bool:
        """Whether the program is there."""
        return self._port is not None

    def close(self) -> None:
        """End the connection; harmless when closed."""
        self._end.listen(None)
        self._server.close()

    def _welcome(self, port: StreamPort, name: str) -> bool:
        if self._port is not None:
            return False
        self._port = port
        port.listen(self._from_program)
        return True

    def _leave(self, port: StreamPort, name: str) -> None:
        self._port = None

    def _from_program(self, data: bytes) -> None:
        if self._tap is not None:
            self._tap(data)
        # what nobody listens to is lost, as on a radio
        if self._end.heard:
            self._end.send(data)

    def _to_program(self, data: bytes) -> None:
        if self._port is not None:
            self._port.send(data)


class DatagramLine:
    """Waits on a free port for the program's first datagram; from then on, bytes go both ways.

    Attributes:
        place: where the program must send to, ``host:port``.
    """

    def __init__(self, end: VirtualPort, inputs: Inputs) -> None:
        """Join the program to `end`; bytes move while ``inputs`` are waited for."""
        self._end = end
        self._tap: Receiver | None = None
        self.connected = False
        self._port = UdpListener(Address(host=_LOOPBACK, port=0), inputs)
        self._port.listen(self._from_program)
        self.place = str(self._port.address)
        end.listen(self._port.send)

    def tap(self, receiver: Receiver) -> None:
        """Give what the program sends to `receiver` too, at once and not over the cable."""
        self._tap = receiver

    def close(self) -> None:
        """Hear no more; harmless when closed."""
        self._end.listen(None)
        self._port.close()

    def _from_program(self, data: bytes) -> None:
        self.connected = True
        if self._tap is not None:
            self._tap(data)
        # what nobody listens to is lost, as on a radio
        if self._end.heard:
            self._end.send(data)
