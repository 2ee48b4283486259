"""Waits for a program that connects to us and runs in lockstep over the connection."""

import socket
from contextlib import suppress

_LONGEST = 65536


class Caller:
    """The one program that calls.

    Attributes:
        connected: whether it has.
    """

    def __init__(self, listener: socket.socket, patience: float) -> None:
        """Take the first that connects to `listener`; one wait lasts at most `patience` seconds of the wall clock."""
        self._listener, self._patience = listener, patience
        self._peer: socket.socket | None = None
        self._bound = patience
        self.connected = False

    def accept(self) -> bool:
        """Wait for it to connect; whether it has."""
        self._listener.settimeout(self._patience)
        try:
            self._peer, _ = self._listener.accept()
        except TimeoutError:
            return False
        self._peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._peer.settimeout(self._patience)
        self.connected = True
        return True

    def wait(self, patience: float | None = None) -> bytes | None:
        """The next bytes; None when none came in `patience` s (None: as agreed), empty when it hung up."""
        assert self._peer is not None
        wanted = self._patience if patience is None else patience
        if wanted != self._bound:
            # a change of it costs a call into the system
            self._bound = wanted
            self._peer.settimeout(wanted)
        try:
            return self._peer.recv(_LONGEST)
        except TimeoutError:
            return None
        except OSError:
            return b""

    def send(self, data: bytes) -> None:
        """Send all of it, once it has connected; to one that hung up nothing is sent, which the next wait tells."""
        if self._peer is not None:
            with suppress(OSError):
                self._peer.sendall(data)

    def close(self) -> None:
        """Hang up, and let nobody connect; harmless when closed."""
        if self._peer is not None:
            self._peer.close()
        self._listener.close()
