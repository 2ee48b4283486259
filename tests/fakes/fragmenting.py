"""Cuts a packet into fragments as a router does (RFC 791) or a sender (RFC 8200)."""

import struct

V4, V6 = b"\x08\0", b"\x86\xdd"


def fragments(frame, size, identification=1):
    """The frame in frames of at most `size` bytes of fragment each, a multiple of 8; of IPv4 and IPv6 without tags."""
    if frame[12:14] == V4 and frame[14] >> 4 == 4:
        return _fragments_v4(frame, size, identification)
    if frame[12:14] == V6 and len(frame) > 54:
        return _fragments_v6(frame, size, identification)
    return [frame]


def _fragments_v4(frame, size, identification):
    head = (frame[14] & 15) * 4
    fixed, body = frame[14 : 14 + head], frame[14 + head : 14 + int.from_bytes(frame[16:18], "big")]
    pieces = []
    for at in range(0, len(body), size):
        more = 0x2000 if at + size < len(body) else 0
        part = body[at : at + size]
        middle = struct.pack(">HHH", head + len(part), identification & 0xFFFF, more | at // 8)
        pieces.append(frame[:14] + fixed[:2] + middle + fixed[8:] + part)
    return pieces or [frame]


def _fragments_v6(frame, size, identification):
    fixed, body = frame[14:54], frame[54 : 54 + int.from_bytes(frame[18:20], "big")]
    pieces = []
    for at in range(0, len(body), size):
        part = body[at : at + size]
        head = struct.pack(">BBHI", fixed[6], 0, at | (at + size < len(body)), identification)
        length = struct.pack(">HB", 8 + len(part), 44)
        pieces.append(frame[:14] + fixed[:4] + length + fixed[7:] + head + part)
    return pieces or [frame]
