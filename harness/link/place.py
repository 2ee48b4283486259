"""Where a link to a real aircraft is, as rig files write it, and how it is opened."""

import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.errors import RigError, UsageError
from harness.link.address import Address, open_socket
from harness.link.port import Port
from harness.link.serialport import open_serial
from harness.link.streamport import StreamPort
from harness.link.udplisten import UdpListener
from harness.timing import Inputs

DEFAULT_BAUD = 57600
CONNECT_WITHIN = 0.2  # s; a bench is near, and the clock must not stand still for longer
_SERIAL = re.compile(r"(.+?)(?:@(\d{1,8}))?")


@dataclass(frozen=True, kw_only=True)
class Place:
    """``serial:DEVICE@BAUD``, ``udp:HOST:PORT`` (listens there) or ``tcp:HOST:PORT`` (connects to it)."""

    kind: str
    where: str
    baud: int = DEFAULT_BAUD

    @classmethod
    def parse(cls, text: str) -> "Place":
        """Read it.

        Raises:
            UsageError: it is of no such form.
        """
        kind, _, rest = text.partition(":")
        if kind in ("udp", "tcp"):
            Address.parse(rest, f"{kind}:")
            return cls(kind=kind, where=rest)
        match = _SERIAL.fullmatch(rest)
        if kind != "serial" or match is None:
            raise UsageError(f"{text!r} is no place of a link: give serial:DEVICE@BAUD, udp:HOST:PORT or tcp:HOST:PORT")
        return cls(kind=kind, where=match[1], baud=int(match[2] or DEFAULT_BAUD))

    def under(self, folder: Path) -> "Place":
        """The same, a relative device taken from `folder`."""
        return self if self.kind != "serial" else Place(kind="serial", where=str(folder / self.where), baud=self.baud)

    def open(self, inputs: Inputs, ended: Callable[[], None]) -> Port:
        """Open it; `ended` is called once when it ends by itself.

        Raises:
            RigError: it cannot be opened; the text names the party and the remedy.
        """
        if self.kind == "serial":
            return open_serial(self.where, self.baud, inputs, ended)
        address = Address.parse(self.where, f"{self.kind}:")
        return UdpListener(address, inputs) if self.kind == "udp" else _connect(address, inputs, ended)

    def __str__(self) -> str:
        """As rig files write it."""
        return f"{self.kind}:{self.where}" + (f"@{self.baud}" if self.kind == "serial" else "")


def _connect(address: Address, inputs: Inputs, ended: Callable[[], None]) -> StreamPort:
    made, place = open_socket(address, socket.SOCK_STREAM, "tcp:")
    made.settimeout(CONNECT_WITHIN)
    try:
        made.connect(place)
    except OSError as error:
        made.close()
        raise RigError(f"tcp:{address}: nobody listens there ({error}): start what should, or correct it") from error
    made.setblocking(False)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def release() -> None:
        made.close()
        ended()

    return StreamPort(made.fileno(), inputs, release)
