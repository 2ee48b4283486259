"""Captures that another tap may have taken, as files: classic ones, and those of dumpcap with its statistics."""

import struct
from datetime import UTC, datetime

from harness.instruments.gateway import EPOCH
from harness.instruments.gateway.capture import HEADER
from harness.instruments.network.seeds import as_record

ARTICLE, ROUTER = "02:00:00:00:00:02", "02:00:00:00:00:01"
MACS = {"article": (ARTICLE,), "stations": (ROUTER, "02:00:00:00:00:08", "02:00:00:00:00:09")}


def moment(seconds):
    """A time on the tap's clock, in s after the zero of the test clock."""
    return datetime.fromtimestamp(EPOCH + seconds, UTC)


def frame(source=ARTICLE, size=60):
    """An ARP question of a card for nothing in particular."""
    own = bytes.fromhex(source.replace(":", ""))
    asked = struct.pack(">HHBBH6s4s6s4s", 1, 0x0800, 6, 4, 1, own, bytes(4), bytes(6), bytes(4))
    return (b"\xff" * 6 + own + b"\x08\x06" + asked).ljust(size, b"\0")


def classic(*frames):
    """A classic pcap of (time, frame)."""
    return HEADER + b"".join(as_record(time, data) for time, data in frames)


def _block(kind, body):
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size


def _option(code, value):
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


def pcapng(*frames, started=None, ended=None, dropped=None):
    """A pcapng of (time, frame) as dumpcap writes it: nanoseconds, but microseconds in the statistics at its end."""
    data = _block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    data += _block(1, struct.pack("<HHI", 1, 0, 0) + _option(9, b"\x09"))
    for time, packet in frames:
        stamp = round((EPOCH + time) * 1e9)
        head = struct.pack("<IIIII", 0, stamp >> 32, stamp & 0xFFFFFFFF, len(packet), len(packet))
        data += _block(6, head + packet + bytes(-len(packet) % 4))
    told = b""
    for code, time in ((2, started), (3, ended)):
        if time is not None:
            stamp = round((EPOCH + time) * 1e6)
            told += _option(code, struct.pack("<II", stamp >> 32, stamp & 0xFFFFFFFF))
    told += _option(5, struct.pack("<Q", dropped)) if dropped is not None else b""
    return data + (_block(5, struct.pack("<III", 0, 0, 0) + told) if told else b"")
