"""Services that a finished product does not offer; each is a seeded defect."""

import struct
from collections.abc import Callable

from harness.link.tcp import TcpConnection

TELNET, ADB = 23, 5555
_HEADER = struct.Struct("<4sIIIII")
_VERSION, _MOST_DATA, _LONGEST_LINE = 0x01000000, 4096, 64


def prompt(connection: TcpConnection) -> None:
    """A telnet service that asks for a login and says nothing more."""
    connection.on_open = lambda: connection.send(b"companion login: ")


class LoginService:
    """Serves a telnet login that opens a shell for one pair of name and password."""

    def __init__(self, name: str, password: str) -> None:
        self._right = [name.encode(), password.encode()]

    def __call__(self, connection: TcpConnection) -> None:
        """Serve one connection."""
        told: list[bytes] = []
        waiting = bytearray()

        def hear(data: bytes) -> None:
            waiting.extend(data)
            del waiting[:-_LONGEST_LINE]
            while b"\n" in waiting and connection.writable:
                line, _, rest = bytes(waiting).partition(b"\n")
                waiting[:] = rest
                told.append(line.strip())
                connection.send(self._answer(told))

        connection.on_open = lambda: connection.send(b"companion login: ")
        connection.on_data = hear

    def _answer(self, told: list[bytes]) -> bytes:
        if len(told) == 1:
            return b"Password: "
        if told[:2] == self._right:
            return b"\r\nWelcome\r\n# "
        told.clear()
        return b"\r\nLogin incorrect\r\ncompanion login: "


def debug_bridge(connection: TcpConnection) -> None:
    """An Android debug bridge that asks for no key: any host is connected, and a shell is opened for it."""
    waiting = bytearray()

    def hear(data: bytes) -> None:
        waiting.extend(data)
        while len(waiting) >= _HEADER.size and connection.writable:
            command, local, _, length, _, _ = _HEADER.unpack_from(waiting)
            if length > _MOST_DATA:
                connection.abort()
                return
            if len(waiting) < _HEADER.size + length:
                return
            del waiting[: _HEADER.size + length]
            _answer(command, local, connection.send)

    connection.on_data = hear


def _answer(command: bytes, local: int, send: Callable[[bytes], None]) -> None:
    if command == b"CNXN":
        send(_message(b"CNXN", _VERSION, _MOST_DATA, b"device::ro.product.model=companion;\0"))
    elif command == b"OPEN":
        send(_message(b"OKAY", 1, local, b"") + _message(b"WRTE", 1, local, b"companion:/ # "))


def _message(command: bytes, first: int, second: int, data: bytes) -> bytes:
    magic = int.from_bytes(command, "little") ^ 0xFFFFFFFF
    return _HEADER.pack(command, first, second, len(data), sum(data) & 0xFFFFFFFF, magic) + data
