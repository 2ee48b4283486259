"""What a stranger can read in a capture of a radio link: protocol, canaries, repetition, order."""

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.link.mavframes import LONGEST_FRAME, FrameSplitter
from harness.link.taping import Direction, Piece
from harness.storage.image.image import acquire
from harness.storage.scan import scan
from harness.storage.search.canary import CanarySet
from harness.vehicle.codec import is_intact

BLOCK = 16
# shrinks by more than that: 1 - 0.01
COMPRESSED = 0.99
# start codes of H.264 and H.265 with the kinds of unit that a stream begins with; a counting header holds them too
_VIDEO = tuple(b"\x00\x00\x00\x01" + bytes([kind]) for kind in (0x65, 0x67, 0x68, 0x26, 0x40, 0x42, 0x44))


@dataclass(frozen=True, kw_only=True)
class Readable:
    """Indicators of a readable link, each a number that must be zero.

    Attributes:
        protocol_hits: whole frames of a known protocol, and start codes of video.
        canary_hits: canary texts and positions, in any common coding.
        repeated_blocks: aligned 16-byte blocks of the payloads that occur more than once.
        compressible_payloads: streams that shrink by more than 1 %.
    """

    protocol_hits: int
    canary_hits: int
    repeated_blocks: int
    compressible_payloads: int


def examine(
    pieces: Sequence[Piece], header: int, canaries: CanarySet, addresses: frozenset[tuple[int, int]]
) -> Readable:
    """Search a capture.

    Args:
        pieces: what went through the air, one piece a datagram.
        header: bytes of each datagram that are known to be no payload; they are searched, but may repeat.
        canaries: what was said and where it flew.
        addresses: MAVLink system and component of everybody on the link: in random bytes a frame of them with a right
            checksum is expected once in about 10^12 bytes.
    """
    whole = b"".join(piece.data for piece in pieces)
    report = scan(acquire(whole, "capture of the air"), canaries)
    payloads = {way: [p.data[header:] for p in pieces if p.direction is way] for way in Direction}
    streams = [b"".join(parts) for parts in payloads.values()] + [columns(parts) for parts in payloads.values()]
    return Readable(
        protocol_hits=_protocol_hits(pieces, addresses) + _video_codes(streams[:2]),
        canary_hits=int(report.count("canary") + report.count("coordinate")),
        repeated_blocks=_repeats(part for parts in payloads.values() for part in parts),
        compressible_payloads=sum(is_compressible(stream) for stream in streams),
    )


def columns(payloads: Iterable[bytes]) -> bytes:
    """First bytes of all payloads, then their second ones, and so on: a key stream used twice shows here."""
    held = list(payloads)
    longest = max((len(part) for part in held), default=0)
    return b"".join(bytes(part[at] for part in held if len(part) > at) for at in range(longest))


def is_compressible(stream: bytes) -> bool:
    """Whether a general compressor makes it more than 1 % smaller."""
    return len(stream) > 0 and len(zlib.compress(stream, 9)) < COMPRESSED * len(stream)


def read_addresses(pieces: Iterable[Piece]) -> frozenset[tuple[int, int]]:
    """System and component of everybody who is heard in readable pieces."""
    return frozenset(_address(frame) for frame in _frames(pieces))


def _protocol_hits(pieces: Iterable[Piece], addresses: frozenset[tuple[int, int]]) -> int:
    return sum(_address(frame) in addresses for frame in _frames(pieces))


def _video_codes(streams: Sequence[bytes]) -> int:
    return sum(stream.count(code) for stream in streams for code in _VIDEO)


def _frames(pieces: Iterable[Piece]) -> list[bytes]:
    splitters = {way: FrameSplitter(is_intact) for way in Direction}
    frames = [frame for piece in pieces for frame in splitters[piece.direction].feed(piece.data)]
    # a false start near the end of a capture must not hold back the frame inside it
    return frames + [frame for splitter in splitters.values() for frame in splitter.feed(bytes(LONGEST_FRAME))]


def _address(frame: bytes) -> tuple[int, int]:
    return (frame[5], frame[6]) if frame[0] == 0xFD else (frame[3], frame[4])


def _repeats(payloads: Iterable[bytes]) -> int:
    blocks = Counter(part[at : at + BLOCK] for part in payloads for at in range(0, len(part) - BLOCK + 1, BLOCK))
    return sum(number - 1 for number in blocks.values())
