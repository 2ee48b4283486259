"""Datagrams of one aircraft that comes to us: a port that listens, and answers whoever spoke first."""

import errno
import socket

from harness.errors import RigError
from harness.link.address import Address, open_socket
from harness.link.datagrams import DatagramPort
from harness.timing import Inputs


class UdpListener(DatagramPort):
    """What is sent before somebody spoke is lost.

    Attributes:
        strangers: datagrams of others than the first sender, which are left aside.
    """

    def __init__(self, address: Address, inputs: Inputs) -> None:
        """Listen at `address`.

        Raises:
            RigError: another program holds the port, or the address is not of this machine.
        """
        self._peer: tuple[object, ...] | None = None
        self.strangers = 0
        own, place = open_socket(address, socket.SOCK_DGRAM, f"udp:{address}")
        try:
            own.bind(place)
        except OSError as error:
            own.close()
            raise RigError(f"udp:{address}: {_reason(error)}") from error
        self.address = Address(host=address.host, port=own.getsockname()[1])
        super().__init__(own, inputs, "udp")

    def _put(self, piece: bytes) -> None:
        if self._peer is not None:
            self._socket.sendto(piece, self._peer)

    def _is_peer(self, sender: tuple[object, ...]) -> bool:
        self._peer = self._peer or sender
        self.strangers += sender != self._peer
        return sender == self._peer


def _reason(error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return "another program holds this port; end it (often a ground station), or choose another port"
        case errno.EADDRNOTAVAIL:
            return "this machine has no such address; choose 0.0.0.0 for all of its addresses"
        case _:
            return f"cannot listen there: {error.strerror}"
