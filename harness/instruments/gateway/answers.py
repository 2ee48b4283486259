"""The small protocols that a gateway answers itself: DHCP, DNS, NTP. Damaged questions get no answer."""

import socket
import struct
from collections.abc import Callable

_COOKIE = b"\x63\x82\x53\x63"
_NTP_TO_UNIX = 2_208_988_800
TIME_TO_LIVE = 3600


def answer_dns(query: bytes, lookup: Callable[[str], str]) -> bytes | None:
    """Answer an A query by what `lookup` says of the name; other types get an answer without records."""
    if len(query) < 17 or query[2] & 0xF8 or query[4:6] != b"\0\1":
        return None
    labels: list[bytes] = []
    place = 12
    while place < len(query) and query[place]:
        if query[place] > 63 or len(labels) > 126:
            return None
        labels.append(query[place + 1 : place + 1 + query[place]])
        place += 1 + query[place]
    end = place + 5
    if end > len(query):
        return None
    wants_address = query[place + 1 : end] == b"\0\1\0\1"
    head = query[:2] + struct.pack(">HHHHH", 0x8180, 1, int(wants_address), 0, 0)
    name = b".".join(labels).decode("latin-1").lower()
    record = struct.pack(">HHHIH", 0xC00C, 1, 1, TIME_TO_LIVE, 4)
    return head + query[12:end] + (record + socket.inet_aton(lookup(name)) if wants_address else b"")


def answer_dhcp(request: bytes, server: str, lease: Callable[[bytes], str]) -> bytes | None:
    """Offer or grant the address that `lease` gives to a MAC; `server` is also router and resolver."""
    if len(request) < 244 or request[:3] != b"\1\1\6" or request[236:240] != _COOKIE:
        return None
    kind = {1: 2, 3: 5}.get(_message_kind(request[240:]))
    if kind is None:
        return None
    own = socket.inet_aton(server)
    given = socket.inet_aton(lease(request[28:34]))
    head = b"\2\1\6\0" + request[4:8] + bytes(2) + request[10:12] + bytes(4) + given + own + bytes(4)
    options = bytes((53, 1, kind, 54, 4)) + own + b"\x33\x04" + struct.pack(">I", 86400)
    options += b"\x01\x04\xff\xff\xff\0" + b"\x03\x04" + own + b"\x06\x04" + own + b"\xff"
    return head + request[28:44] + bytes(64 + 128) + _COOKIE + options


def answer_ntp(request: bytes, now: float) -> bytes | None:
    """Answer a client with the time `now` (s since 1970) as a stratum 2 server (RFC 5905)."""
    if len(request) < 48 or request[0] & 7 != 3:
        return None
    seconds = now + _NTP_TO_UNIX
    stamp = struct.pack(">II", int(seconds) & 0xFFFFFFFF, int((seconds % 1) * (1 << 32)))
    head = bytes((0x20 | 4, 2, request[2], 0xEC)) + bytes(4) + b"\0\0\0\x10" + bytes((10, 77, 0, 1))
    return head + stamp + request[40:48] + stamp + stamp


def _message_kind(options: bytes) -> int:
    place = 0
    while place + 2 < len(options) and options[place] != 255:
        if options[place] == 53:
            return options[place + 2]
        place += 1 if options[place] == 0 else 2 + options[place + 1]
    return 0
