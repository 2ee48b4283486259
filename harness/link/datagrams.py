"""What a port of datagrams does, whoever begins: pieces out, pieces in, nothing that blocks."""

import socket
from contextlib import suppress

from harness.errors import RigError
from harness.link.port import Receiver
from harness.timing import Inputs

# Datagrams of one piece: below the payload of an Ethernet frame, so that none is cut into fragments.
MOST_PAYLOAD = 1400
_AT_ONCE = 256  # datagrams read in one go, so that a flood cannot hold the world up for ever
_LONGEST_DATAGRAM = 65536


class DatagramPort:
    """Implements :class:`harness.link.port.Port` on a socket that does not block; its heirs know who the far end is."""

    def __init__(self, own: socket.socket, inputs: Inputs, name: str) -> None:
        """Serve the socket, and close it in the end; `name` is what errors call it."""
        self._socket, self._inputs, self._name = own, inputs, name
        self._receiver: Receiver | None = None
        self._closed = False
        inputs.watch(own.fileno(), self._read)

    def send(self, data: bytes) -> None:
        """Hand `data` to the far end; never blocks.

        Raises:
            RigError: this end is closed.
        """
        if self._closed:
            raise RigError(f"cannot send: the {self._name} port is closed")
        for start in range(0, len(data), MOST_PAYLOAD):
            # nobody listens there now, or the system's queue is full: lost, as on a radio
            with suppress(OSError):
                self._put(data[start : start + MOST_PAYLOAD])

    def listen(self, receiver: Receiver) -> None:
        """Call `receiver` with every piece of bytes that arrives; replaces an earlier receiver."""
        self._receiver = receiver

    def close(self) -> None:
        """Send and hear no more; harmless when closed."""
        if not self._closed:
            self._closed = True
            self._inputs.forget(self._socket.fileno())
            self._socket.close()

    def _put(self, piece: bytes) -> None:
        raise NotImplementedError

    def _is_peer(self, sender: tuple[object, ...]) -> bool:
        raise NotImplementedError

    def _read(self) -> None:
        for _ in range(_AT_ONCE):
            if self._closed:
                return
            try:
                data, sender = self._socket.recvfrom(_LONGEST_DATAGRAM)
            except BlockingIOError:
                return
            except OSError:
                # the far end's "port unreachable": it listens no more, or not yet
                continue
            if self._is_peer(sender) and self._receiver is not None:
                self._receiver(data)
