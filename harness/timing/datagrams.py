"""Waits for datagrams of a program that runs in lockstep: the only place where a lockstep world blocks."""

import socket

_LONGEST = 2048

Place = tuple[str, int]


class Datagrams:
    """A UDP socket of this machine that waits for a peer, a little while at a time.

    Attributes:
        port: where it hears, chosen by the system.
    """

    def __init__(self, patience: float, host: str = "127.0.0.1") -> None:
        """Hear on the interface of `host`; one wait lasts at most `patience` seconds of the wall clock."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, 0))
        # set once: a change of it costs a call into the system each time
        self._socket.settimeout(patience)
        self.port: int = self._socket.getsockname()[1]

    def wait(self) -> tuple[bytes, Place] | None:
        """The next datagram and its sender; None when none came in time."""
        try:
            return self._socket.recvfrom(_LONGEST)
        except TimeoutError:
            return None

    def send(self, data: bytes, place: Place) -> None:
        """Send one datagram; one that nobody takes is lost, as datagrams are."""
        self._socket.sendto(data, place)

    def close(self) -> None:
        """Hear no more; harmless when closed."""
        self._socket.close()
