"""A TCP port that listens; each client becomes a port of its own."""

import errno
import socket
from collections.abc import Callable

from harness.errors import UsageError
from harness.link.address import Address, open_socket
from harness.link.streamport import StreamPort
from harness.timing import Inputs

OPTION = "--tcp"
_BACKLOG = 16


class TcpServer:
    """Accepts clients while ``inputs`` are waited for.

    Attributes:
        address: where it listens; the port is the true one where any was asked for.
    """

    def __init__(
        self,
        address: Address,
        inputs: Inputs,
        welcome: Callable[[StreamPort, str], bool],
        leave: Callable[[StreamPort, str], None],
    ) -> None:
        """Listen.

        Args:
            address: where; port 0 is any free one.
            inputs: by which clients are heard.
            welcome: is handed each client's port and address; False turns it away.
            leave: is handed both when a welcome client has gone.

        Raises:
            UsageError: the address is not of this machine, or another program holds the port.
        """
        self._inputs, self._welcome, self._leave = inputs, welcome, leave
        self._socket = _listen(address)
        self.address = Address(host=address.host, port=self._socket.getsockname()[1])
        self._clients: set[StreamPort] = set()
        inputs.watch(self._socket.fileno(), self._accept)

    def close(self) -> None:
        """Listen no more and end every connection; harmless when closed."""
        if self._socket.fileno() >= 0:
            self._inputs.forget(self._socket.fileno())
        self._socket.close()
        for client in list(self._clients):
            client.close()

    def _accept(self) -> None:
        try:
            connection, place = self._socket.accept()
        except OSError:
            # gone before it was accepted, or no file left for it; the next try is the client's
            return
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._serve(connection, str(Address(host=place[0], port=place[1])))

    def _serve(self, connection: socket.socket, name: str) -> None:
        welcome = False

        def release() -> None:
            connection.close()
            self._clients.discard(port)
            if welcome:
                self._leave(port, name)

        port = StreamPort(connection.fileno(), self._inputs, release)
        self._clients.add(port)
        welcome = self._welcome(port, name)
        if not welcome:
            port.close()


def _listen(address: Address) -> socket.socket:
    made, place = open_socket(address, socket.SOCK_STREAM, OPTION)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(place)
        made.listen(_BACKLOG)
    except OSError as error:
        made.close()
        raise UsageError(f"{OPTION} {address}: {_reason(error)}") from error
    return made


def _reason(error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return "another program holds this port; end it, or choose another port"
        case errno.EACCES:
            return "this user may not listen on that port; choose one above 1023"
        case errno.EADDRNOTAVAIL:
            return "this machine has no such address; choose 127.0.0.1, or 0.0.0.0 for all of its addresses"
        case _:
            return f"cannot listen there: {error.strerror}"
