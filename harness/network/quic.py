"""Reads whom a QUIC client asks for: Initial packets are protected by keys that anybody can derive (RFC 9001, 9369)."""

import re
from collections.abc import Iterable
from typing import Any

from harness.errors import MaterialError
from harness.network import tls

_VERSION_1, _VERSION_2 = 1, 0x6B3343CF
_INITIAL = {_VERSION_1: 0, _VERSION_2: 1}
_MOST_CRYPTO, _MOST_PACKETS = 1 << 16, 32
# RFC 9000 section 10.3: shorter ones would be taken for a reset
_SHORTEST, _READABLE = 21, re.compile(rb"[\t\r\n -~]{16,}\Z")
_PADDING, _PING, _ACK, _ACK_ECN, _CRYPTO = 0, 1, 2, 3, 6


def looks_like_initial(data: bytes) -> bool:
    """Whether a datagram begins as an Initial packet of a known version does."""
    if len(data) < 7 or data[0] & 0xC0 != 0xC0:
        return False
    return _INITIAL.get(int.from_bytes(data[1:5], "big")) == data[0] >> 4 & 3


def is_plausible(data: bytes) -> bool:
    """Whether a datagram may be QUIC: a bit that is always set (RFC 9000 section 17), the least length, and no text.

    More cannot be told of what is protected.
    """
    return bool(data[0] & 0x40) and len(data) >= _SHORTEST and _READABLE.match(data[:64]) is None


def read_client_hello(datagrams: Iterable[bytes]) -> tls.ClientHello | None:
    """The ClientHello in the first datagrams of a client, also over several of them; None when more are needed.

    Raises:
        MaterialError: an Initial packet cannot be read.
    """
    pieces: dict[int, bytes] = {}
    first: bytes | None = None
    for data in list(datagrams)[:_MOST_PACKETS]:
        if looks_like_initial(data):
            first = first if first is not None else _connection(data)
            _take_packet(data, first, pieces)
            hello = tls.parse_hello_message(_joined(pieces))
            if hello is not None:
                return hello
    return None


def _connection(data: bytes) -> bytes:
    return data[6 : 6 + data[5]]


def _take_packet(data: bytes, first: bytes, pieces: dict[int, bytes]) -> None:
    place = 6 + data[5]
    place += 1 + _byte(data, place)
    token, place = _varint(data, place)
    length, place = _varint(data, place + token)
    if place + length > len(data) or length < 20:
        raise MaterialError("QUIC Initial packet is truncated")
    packet = data[: place + length]
    # after a Retry the keys follow from the new connection id
    for connection in dict.fromkeys((first, _connection(data))):
        plain = _decrypt(packet, place, connection)
        if plain is not None:
            _take_frames(plain, pieces)
            return
    raise MaterialError("QUIC Initial packet is not protected by the keys of its connection")


def _decrypt(packet: bytes, place: int, connection: bytes) -> bytes | None:
    from aioquic._crypto import CryptoError
    from aioquic.quic.crypto import CryptoPair

    pair: Any = CryptoPair()
    pair.setup_initial(cid=connection, is_client=False, version=int.from_bytes(packet[1:5], "big"))
    try:
        plain: bytes = pair.decrypt_packet(packet, place, 0)[1]
    except CryptoError:
        return None
    return plain


def _take_frames(data: bytes, pieces: dict[int, bytes]) -> None:
    place = 0
    while place < len(data):
        kind, place = _varint(data, place)
        if kind in (_PADDING, _PING):
            continue
        if kind in (_ACK, _ACK_ECN):
            place = _skip_ack(data, place, kind)
        elif kind == _CRYPTO:
            offset, place = _varint(data, place)
            length, place = _varint(data, place)
            if place + length > len(data) or offset + length > _MOST_CRYPTO:
                raise MaterialError("QUIC CRYPTO frame is truncated or too far out")
            pieces[offset] = max(pieces.get(offset, b""), data[place : place + length], key=len)
            place += length
        else:
            # a connection is closed: nothing more of the hello comes
            return


def _skip_ack(data: bytes, place: int, kind: int) -> int:
    for _ in range(2):
        _, place = _varint(data, place)
    count, place = _varint(data, place)
    for _ in range(min(count, 1000) * 2 + 1 + (3 if kind == _ACK_ECN else 0)):
        _, place = _varint(data, place)
    return place


def _joined(pieces: dict[int, bytes]) -> bytes:
    joined = bytearray()
    for offset in sorted(pieces):
        if offset > len(joined):
            break
        joined += pieces[offset][len(joined) - offset :]
    return bytes(joined)


def _byte(data: bytes, place: int) -> int:
    if place >= len(data):
        raise MaterialError("QUIC packet is truncated")
    return data[place]


def _varint(data: bytes, place: int) -> tuple[int, int]:
    width = 1 << (_byte(data, place) >> 6)
    if place + width > len(data):
        raise MaterialError("QUIC packet is truncated")
    value = int.from_bytes(data[place : place + width], "big")
    return value & ((1 << (8 * width - 2)) - 1), place + width
