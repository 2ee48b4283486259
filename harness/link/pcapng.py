"""Pieces of a link as a pcapng file (draft-ietf-opsawg-pcapng): each in a UDP datagram, with a comment on its fate.

Raw IPv4 (link type 101), ground station at 10.0.0.1, aircraft at 10.0.0.2, port 14550 as MAVLink dissectors expect it.
The addresses are made up: the link knows none.
"""

import struct
from collections.abc import Iterable, Sequence

from harness.link.taping import Direction, Piece

PCAPNG = "application/x-pcapng"
PORT = 14550
_RAW, _SECTION, _INTERFACE, _PACKET = 101, 0x0A0D0D0A, 1, 6
_COMMENT, _RESOLUTION, _NAME, _FLAGS = 1, 9, 2, 2
_MICROSECONDS = b"\x06"
_HOSTS = {Direction.UP: (b"\x0a\0\0\x01", b"\x0a\0\0\x02"), Direction.DOWN: (b"\x0a\0\0\x02", b"\x0a\0\0\x01")}
# inbound and outbound, as the aircraft sees them
_SEEN = {Direction.UP: 1, Direction.DOWN: 2}
_LONGEST_COMMENT = 1000


def encode_pcapng(pieces: Sequence[Piece], epoch: float, comments: Sequence[str] = ()) -> bytes:
    """A capture of `pieces`, oldest first.

    Args:
        pieces: what was sent, one a packet.
        epoch: Unix time of zero on the test clock, s.
        comments: for each piece, or none at all.
    """
    told = [*comments, *[""] * (len(pieces) - len(comments))]
    section = _block(_SECTION, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    options = _options([(_NAME, b"radio link"), (_RESOLUTION, _MICROSECONDS)])
    interface = _block(_INTERFACE, struct.pack("<HHI", _RAW, 0, 0) + options)
    packets = (_packet(piece, epoch, text) for piece, text in zip(pieces, told, strict=True))
    return b"".join((section, interface, *packets))


def _packet(piece: Piece, epoch: float, comment: str) -> bytes:
    data = _datagram(piece)
    stamp = round((epoch + piece.time) * 1e6)
    head = struct.pack("<IIIII", 0, stamp >> 32, stamp & 0xFFFFFFFF, len(data), len(data))
    options = [(_FLAGS, struct.pack("<I", _SEEN[piece.direction]))]
    if comment:
        options.append((_COMMENT, comment.encode()[:_LONGEST_COMMENT]))
    return _block(_PACKET, head + _padded(data) + _options(options))


def _datagram(piece: Piece) -> bytes:
    source, target = _HOSTS[piece.direction]
    udp = struct.pack(">HHHH", PORT, PORT, 8 + len(piece.data), 0) + piece.data
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, source, target)
    return head[:10] + _header_sum(head).to_bytes(2, "big") + head[12:] + udp


def _header_sum(head: bytes) -> int:
    """Checksum of an IPv4 header (RFC 1071)."""
    total: int = sum(struct.unpack(">10H", head))
    total = (total & 0xFFFF) + (total >> 16)
    return ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF


def _options(options: Iterable[tuple[int, bytes]]) -> bytes:
    return b"".join(struct.pack("<HH", code, len(value)) + _padded(value) for code, value in options) + bytes(4)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _block(kind: int, body: bytes) -> bytes:
    length = struct.pack("<I", 12 + len(body))
    return struct.pack("<I", kind) + length + body + length
