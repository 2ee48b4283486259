"""Where a link is served: host and port, as users write them."""

import re
import socket
from dataclasses import dataclass

from harness.errors import UsageError

_SHAPE = re.compile(r"(?:\[([0-9A-Fa-f:.%\w]+)\]|([^\s:\[\]]+)):(\d{1,5})")


@dataclass(frozen=True, kw_only=True)
class Address:
    """A host and a port; printed as ``host:port``, an IPv6 address in brackets."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str, option: str) -> "Address":
        """Read ``host:port``; `option` is what the user gave it for.

        Raises:
            UsageError: it is not of that form, or the port is beyond 65535.
        """
        match = _SHAPE.fullmatch(text)
        if match is None or int(match[3]) > 65535:
            raise UsageError(f"{option} {text}: give host and port, as in 127.0.0.1:5760 or [::1]:5760")
        return cls(host=match[1] or match[2], port=int(match[3]))

    def __str__(self) -> str:
        """As users write it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def open_socket(address: Address, kind: socket.SocketKind, option: str) -> tuple[socket.socket, tuple[object, ...]]:
    """A non-blocking socket of the address's family, and the address as that family wants it.

    Raises:
        UsageError: there is no such host.
    """
    try:
        family, _, _, _, place = socket.getaddrinfo(address.host, address.port, type=kind)[0]
    except (OSError, UnicodeError) as error:
        raise UsageError(f"{option} {address}: there is no host {address.host!r} ({error})") from error
    made = socket.socket(family, kind)
    made.setblocking(False)
    return made, place
