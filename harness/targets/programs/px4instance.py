"""A number that no other PX4 of this machine uses: PX4 makes its lock, its socket and its port 4560 + number of it."""

import fcntl
import socket
from contextlib import ExitStack
from pathlib import Path

from harness.errors import RigError

LOCKS = Path("/tmp")
FIRST_PORT = 4560
MOST = 200
_LOOPBACK = "127.0.0.1"


class Px4Instance:
    """A number, held until it is given back.

    Attributes:
        number: of the instance; its system id is one more.
        listener: the socket that PX4 connects to when it flies another's physics, on port 4560 + number.
    """

    def __init__(self, number: int, listener: socket.socket) -> None:
        self.number, self.listener = number, listener

    @property
    def port(self) -> int:
        """Of the listener."""
        return FIRST_PORT + self.number

    @classmethod
    def reserve(cls) -> "Px4Instance":
        """The first that is free.

        Raises:
            RigError: other programs hold them all.
        """
        for number in range(MOST):
            listener = _listen(FIRST_PORT + number)
            if listener is None:
                continue
            if _is_free(number):
                return cls(number, listener)
            listener.close()
        raise RigError(
            f"other programs hold every simulation port from {FIRST_PORT} to {FIRST_PORT + MOST - 1}, or the lock of "
            f"its PX4 ({LOCKS}/px4_lock-*): end them"
        )

    def release(self) -> None:
        """Give it back; harmless when given."""
        self.listener.close()


def find_free_ports(count: int) -> list[int]:
    """Ports for datagrams that nobody holds now."""
    with ExitStack() as stack:
        held = [stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(count)]
        for each in held:
            each.bind((_LOOPBACK, 0))
        return [int(each.getsockname()[1]) for each in held]


def _listen(port: int) -> socket.socket | None:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # what is left of a connection that has ended does not hold the port, a listener does
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_LOOPBACK, port))
        listener.listen(1)
    except OSError:
        listener.close()
        return None
    return listener


def _is_free(number: int) -> bool:
    lock = LOCKS / f"px4_lock-{number}"
    try:
        with lock.open("r+b") as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
