"""Datagrams to one ground station and back, as a port."""

import socket

from harness.errors import UsageError
from harness.link.address import Address, open_socket
from harness.link.datagrams import DatagramPort
from harness.timing import Inputs

OPTION = "--udp"


class UdpPort(DatagramPort):
    """Hears only the address that it sends to. Nobody needs to listen there yet: what is sent into the void is lost."""

    def __init__(self, address: Address, inputs: Inputs) -> None:
        """Send to `address` from a port that the system chooses.

        Raises:
            UsageError: the address cannot be sent to.
        """
        own, place = open_socket(address, socket.SOCK_DGRAM, OPTION)
        try:
            # a connected socket hears its peer only: no stranger can command a trusted port
            own.connect(place)
        except OSError as error:
            own.close()
            raise UsageError(f"{OPTION} {address}: cannot send there: {error.strerror}") from error
        super().__init__(own, inputs, OPTION)

    def _put(self, piece: bytes) -> None:
        self._socket.send(piece)

    def _is_peer(self, sender: tuple[object, ...]) -> bool:
        return True
