"""Datagrams of one aircraft that comes to us: a port that listens, and answers whoever spoke first."""

import errno
import socket
from contextlib import suppress

from harness.errors import RigError
from harness.link.address import Address, open_socket
from harness.link.port import Receiver
from harness.link.udp import MOST_PAYLOAD
from harness.timing import Inputs

_AT_ONCE = 256
_LONGEST = 65536


class UdpListener:
    """Implements :class:`harness.link.port.Port`; what is sent before somebody spoke is lost.

    Attributes:
        strangers: datagrams of others than the first sender, which are left aside.
    """

    def __init__(self, address: Address, inputs: Inputs) -> None:
        """Listen at `address`.

        Raises:
            RigError: another program holds the port, or the address is not of this machine.
        """
        self._inputs = inputs
        self._receiver: Receiver | None = None
        self._peer: tuple[object, ...] | None = None
        self._closed = False
        self.strangers = 0
        self._socket, place = open_socket(address, socket.SOCK_DGRAM, f"udp:{address}")
        try:
            self._socket.bind(place)
        except OSError as error:
            self._socket.close()
            raise RigError(f"udp:{address}: {_reason(error)}") from error
        self.address = Address(host=address.host, port=self._socket.getsockname()[1])
        inputs.watch(self._socket.fileno(), self._read)

    def send(self, data: bytes) -> None:
        """Hand `data` to who spoke first; never blocks.

        Raises:
            RigError: this end is closed.
        """
        if self._closed:
            raise RigError("cannot send: the udp port is closed")
        if self._peer is not None:
            for start in range(0, len(data), MOST_PAYLOAD):
                # the system's queue is full, or nobody listens there now: lost, as on a radio
                with suppress(OSError):
                    self._socket.sendto(data[start : start + MOST_PAYLOAD], self._peer)

    def listen(self, receiver: Receiver) -> None:
        """Call `receiver` with every piece of bytes that arrives; replaces an earlier receiver."""
        self._receiver = receiver

    def close(self) -> None:
        """Hear no more; harmless when closed."""
        if not self._closed:
            self._closed = True
            self._inputs.forget(self._socket.fileno())
            self._socket.close()

    def _read(self) -> None:
        for _ in range(_AT_ONCE):
            if self._closed:
                return
            try:
                data, sender = self._socket.recvfrom(_LONGEST)
            except BlockingIOError:
                return
            except OSError:
                continue
            self._peer = self._peer or sender
            if sender != self._peer:
                self.strangers += 1
            elif self._receiver is not None:
                self._receiver(data)


def _reason(error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return "another program holds this port; end it (often a ground station), or choose another port"
        case errno.EADDRNOTAVAIL:
            return "this machine has no such address; choose 0.0.0.0 for all of its addresses"
        case _:
            return f"cannot listen there: {error.strerror}"
