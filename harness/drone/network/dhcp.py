"""A DHCP client (RFC 2131): discover, request, bound; no renewal, since no bench run outlives a lease."""

import socket
import struct
from dataclasses import dataclass

_COOKIE = b"\x63\x82\x53\x63"
_DISCOVER, _OFFER, _REQUEST, _ACK = 1, 2, 3, 5
_MASK, _ROUTER, _DNS, _REQUESTED, _KIND, _SERVER, _WANTED, _END = 1, 3, 6, 50, 53, 54, 55, 255


@dataclass(frozen=True, kw_only=True)
class Lease:
    """What a DHCP server granted: addresses as text, empty where it named none."""

    address: str
    router: str
    resolver: str


class Client:
    """One attempt to get a lease.

    Args:
        mac: hardware address, six bytes.
        transaction: 32-bit number that ties answers to this attempt.
    """

    def __init__(self, mac: bytes, transaction: int) -> None:
        self.lease: Lease | None = None
        self._mac, self._transaction = mac, transaction

    def discover(self) -> bytes:
        """The first message."""
        return self._message(_DISCOVER, b"")

    def receive(self, data: bytes) -> bytes:
        """Take a server's message; returns what to say next, empty for nothing. Damaged messages are ignored."""
        head = struct.unpack_from(">BBBBI", data) if len(data) >= 240 else (0, 0, 0, 0, 0)
        if head[0] != 2 or head[4] != self._transaction or data[236:240] != _COOKIE or data[28:34] != self._mac:
            return b""
        options = _parse_options(data[240:])
        kind, offered = options.get(_KIND), data[16:20]
        if kind == bytes([_OFFER]) and len(options.get(_SERVER, b"")) == 4:
            return self._message(_REQUEST, _option(_REQUESTED, offered) + _option(_SERVER, options[_SERVER]))
        if kind == bytes([_ACK]):
            router, resolver = _text(options.get(_ROUTER)), _text(options.get(_DNS))
            self.lease = Lease(address=socket.inet_ntoa(offered), router=router, resolver=resolver)
        return b""

    def _message(self, kind: int, extra: bytes) -> bytes:
        head = struct.pack(">BBBBIHH", 1, 1, 6, 0, self._transaction, 0, 0x8000) + bytes(16)
        names = self._mac + bytes(10) + bytes(64 + 128)
        options = _option(_KIND, bytes([kind])) + extra + _option(_WANTED, bytes([_MASK, _ROUTER, _DNS]))
        return head + names + _COOKIE + options + bytes([_END])


def _option(code: int, value: bytes) -> bytes:
    return bytes([code, len(value)]) + value


def _text(value: bytes | None) -> str:
    return socket.inet_ntoa(value[:4]) if value is not None and len(value) >= 4 else ""


def _parse_options(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    place = 0
    while place + 1 < len(data) and data[place] != _END:
        if data[place] == 0:
            place += 1
            continue
        length = data[place + 1]
        found[data[place]] = data[place + 2 : place + 2 + length]
        place += 2 + length
    return found
