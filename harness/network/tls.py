"""Reads the first messages of a TLS connection (RFC 8446, RFC 6066): who was asked for, and what was agreed."""

import contextlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from harness.errors import MaterialError

TLS12 = 0x0303
_SERVER_NAME, _ALPN, _VERSIONS, _ECH = 0, 16, 43, 0xFE0D
_LONGEST_HANDSHAKE = 1 << 16
_CERTIFICATE = 11
# change of cipher, alert, handshake, data, heartbeat; 2^14 bytes and what protection adds (RFC 5246 section 6.2.3)
_RECORDS, _LONGEST_RECORD = range(20, 25), 16384 + 2048
# All of TLS 1.3 (RFC 8446 B.4). Of TLS 1.2 what RFC 9325 recommends in 4.2, ECDHE with AES-GCM, and the same with
# ChaCha20-Poly1305 (RFC 7905); it advises against finite-field Diffie-Hellman, also an ephemeral one, in 4.1.
ADMITTED_SUITES = frozenset(
    {0x1301, 0x1302, 0x1303, 0x1304, 0x1305} | {0xC02B, 0xC02C, 0xC02F, 0xC030} | {0xCCA8, 0xCCA9}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientHello:
    """What a client offers.

    Attributes:
        server_name: SNI in lower case, None when there is none.
        versions: offered protocol versions, 0x0304 for TLS 1.3.
        alpn: offered application protocols.
        hidden: whether an encrypted ClientHello is present, behind which another name may stand.
    """

    server_name: str | None
    versions: tuple[int, ...]
    alpn: tuple[str, ...]
    hidden: bool


def parse_client_hello(stream: bytes) -> ClientHello | None:
    """Read the ClientHello at the start of what a client sent; None when more bytes are needed.

    Raises:
        MaterialError: the stream does not begin with a well-formed ClientHello.
    """
    body = _first_message(stream, 1)
    return _read_client_hello(body) if body is not None else None


def parse_hello_message(message: bytes) -> ClientHello | None:
    """The same of a bare handshake message, without records, as QUIC carries it.

    Raises:
        MaterialError: it is no well-formed ClientHello.
    """
    body = _body(message, 1)
    return _read_client_hello(body) if body is not None else None


def _read_client_hello(body: bytes) -> ClientHello:
    reader = _Reader(body)
    legacy = reader.number(2)
    reader.take(32)
    for width in (1, 2, 1):
        reader.vector(width)
    extensions = _read_extensions(reader)
    versions: tuple[int, ...] = (legacy,)
    if _VERSIONS in extensions:
        offered = _Reader(extensions[_VERSIONS]).vector(1)
        versions = tuple(int.from_bytes(offered[place : place + 2], "big") for place in range(0, len(offered), 2))
    return ClientHello(
        server_name=_read_server_name(extensions[_SERVER_NAME]) if _SERVER_NAME in extensions else None,
        versions=versions,
        alpn=_read_alpn(extensions[_ALPN]) if _ALPN in extensions else (),
        hidden=_ECH in extensions,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerHello:
    """What a server chose: protocol version and cipher suite."""

    version: int
    cipher: int


def parse_server_hello(stream: bytes) -> ServerHello | None:
    """What a server chose; None when more bytes are needed.

    Raises:
        MaterialError: the stream does not begin with a well-formed ServerHello.
    """
    body = _first_message(stream, 2)
    if body is None:
        return None
    reader = _Reader(body)
    legacy = reader.number(2)
    reader.take(32)
    reader.vector(1)
    cipher = reader.number(2)
    reader.take(1)
    chosen = _read_extensions(reader).get(_VERSIONS, b"")
    return ServerHello(version=int.from_bytes(chosen, "big") if len(chosen) == 2 else legacy, cipher=cipher)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.place = data, 0

    def take(self, count: int) -> bytes:
        if self.place + count > len(self.data):
            raise MaterialError("TLS hello is truncated inside")
        self.place += count
        return self.data[self.place - count : self.place]

    def number(self, width: int) -> int:
        return int.from_bytes(self.take(width), "big")

    def vector(self, width: int) -> bytes:
        return self.take(self.number(width))

    def rest(self) -> int:
        return len(self.data) - self.place


def _first_message(stream: bytes, wanted: int) -> bytes | None:
    message = bytearray()
    for piece in _handshake_records(stream):
        message += piece
        body = _body(message, wanted)
        if body is not None:
            return body
    return None


def _body(message: bytes | bytearray, wanted: int) -> bytes | None:
    if message and message[0] != wanted:
        raise MaterialError(f"TLS handshake begins with message {message[0]}: wanted {wanted}")
    length = int.from_bytes(message[1:4], "big")
    if length > _LONGEST_HANDSHAKE:
        raise MaterialError(f"TLS hello claims {length} bytes: at most {_LONGEST_HANDSHAKE} can be")
    return bytes(message[4 : 4 + length]) if len(message) >= 4 and len(message) >= 4 + length else None


def stray_bytes(stream: bytes) -> int:
    """Where the first bytes stand that are no TLS record, -1 for nowhere; a record may be cut off at the end."""
    place = 0
    while place + 5 <= len(stream):
        kind, major, _, length = struct.unpack_from(">BBBH", stream, place)
        if kind not in _RECORDS or major != 3 or length > _LONGEST_RECORD:
            return place
        place += 5 + length
    # the beginning of a last header tells its kind and version
    rest = stream[place : place + 2]
    odd = rest and (rest[0] not in _RECORDS or rest[1:] not in (b"", b"\3"))
    return place if odd else -1


def read_certificate(stream: bytes) -> bytes:
    """The server's own certificate (DER) where it is in clear, as in TLS 1.2; empty where it is not, or not whole."""
    messages = bytearray()
    # what follows the handshake is no handshake; what came before may hold the certificate
    with contextlib.suppress(MaterialError):
        for piece in _handshake_records(stream):
            messages += piece
    place = 0
    while place + 4 <= len(messages):
        length = int.from_bytes(messages[place + 1 : place + 4], "big")
        if messages[place] == _CERTIFICATE and place + 10 <= len(messages):
            first = int.from_bytes(messages[place + 7 : place + 10], "big")
            whole = first <= length and place + 10 + first <= len(messages)
            return bytes(messages[place + 10 : place + 10 + first]) if whole else b""
        place += 4 + length
    return b""


def _handshake_records(stream: bytes) -> Iterator[bytes]:
    place = 0
    while place + 5 <= len(stream):
        kind, major, _, length = struct.unpack_from(">BBBH", stream, place)
        if kind != 22 or major != 3 or not 0 < length <= 16640:
            raise MaterialError(f"not a TLS handshake: record type {kind}, version {major}, length {length}")
        if place + 5 + length > len(stream):
            return
        yield stream[place + 5 : place + 5 + length]
        place += 5 + length
    if place == 0 and stream and stream[0] != 22:
        raise MaterialError(f"not a TLS handshake: it begins with {stream[:4].hex()}")


def _read_extensions(reader: _Reader) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    if reader.rest() == 0:
        return found
    block = _Reader(reader.vector(2))
    if reader.rest():
        raise MaterialError("TLS hello has bytes after its extensions")
    while block.rest():
        kind = block.number(2)
        if kind in found:
            raise MaterialError(f"TLS hello has extension {kind} twice")
        found[kind] = block.vector(2)
    return found


def _read_server_name(data: bytes) -> str | None:
    if not data:
        return None
    names = _Reader(_Reader(data).vector(2))
    kind, name = names.number(1), names.vector(2)
    if kind != 0 or names.rest():
        raise MaterialError("TLS hello names several servers or one that is no host name")
    try:
        return name.decode("ascii").lower()
    except UnicodeDecodeError as error:
        raise MaterialError("TLS hello has a server name that is not ASCII") from error


def _read_alpn(data: bytes) -> tuple[str, ...]:
    names = _Reader(_Reader(data).vector(2))
    found: list[str] = []
    while names.rest():
        found.append(names.vector(1).decode("latin-1"))
    return tuple(found)
