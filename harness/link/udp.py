"""Datagrams to one ground station and back, as a port."""

import socket
from contextlib import suppress

from harness.errors import RigError, UsageError
from harness.link.address import Address, open_socket
from harness.link.port import Receiver
from harness.timing import Inputs

OPTION = "--udp"
# Datagrams of one piece: below the payload of an Ethernet frame, so that none is cut into fragments.
MOST_PAYLOAD = 1400
_AT_ONCE = 256  # datagrams read in one go, so that a flood cannot hold the world up for ever
_LONGEST_DATAGRAM = 65536


class UdpPort:
    """Implements :class:`harness.link.port.Port`; hears only the address that it sends to.

    Nobody needs to listen there yet: what is sent into the void is lost.
    """

    def __init__(self, address: Address, inputs: Inputs) -> None:
        """Send to `address` from a port that the system chooses.

        Raises:
            UsageError: the address cannot be sent to.
        """
        self._inputs = inputs
        self._receiver: Receiver | None = None
        self._closed = False
        self._socket, place = open_socket(address, socket.SOCK_DGRAM, OPTION)
        try:
            # a connected socket hears its peer only: no stranger can command a trusted port
            self._socket.connect(place)
        except OSError as error:
            self._socket.close()
            raise UsageError(f"{OPTION} {address}: cannot send there: {error.strerror}") from error
        inputs.watch(self._socket.fileno(), self._read)

    def send(self, data: bytes) -> None:
        """Hand `data` to the far end; never blocks.

        Raises:
            RigError: this end is closed.
        """
        if self._closed:
            raise RigError(f"cannot send: the {OPTION} port is closed")
        for start in range(0, len(data), MOST_PAYLOAD):
            # nobody listens there now, or the system's queue is full: lost, as on a radio
            with suppress(OSError):
                self._socket.send(data[start : start + MOST_PAYLOAD])

    def listen(self, receiver: Receiver) -> None:
        """Call `receiver` with every piece of bytes that arrives; replaces an earlier receiver."""
        self._receiver = receiver

    def close(self) -> None:
        """Send and hear no more; harmless when closed."""
        if not self._closed:
            self._closed = True
            self._inputs.forget(self._socket.fileno())
            self._socket.close()

    def _read(self) -> None:
        for _ in range(_AT_ONCE):
            if self._closed:
                return
            try:
                data = self._socket.recv(_LONGEST_DATAGRAM)
            except BlockingIOError:
                return
            except OSError:
                # the far end's "port unreachable": it listens no more, or not yet
                continue
            if self._receiver is not None:
                self._receiver(data)
