"""Puts fragmented packets together again (RFC 791, RFC 8200 section 4.5), within bounds, by the time of the capture.

Fragments that overlap are never read as one of their versions: the packet is refused whole (RFC 5722, for IPv4 too).
A fragment that came before, byte for byte, is a repetition and no overlap, as RFC 8200 allows.
"""

import ipaddress
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from harness.network.decode import Frame, Piece, decode
from harness.network.pcap import ETHERNET, RAW, Packet

# RFC 8200: 60 s from the first fragment that came; RFC 1122 section 3.3.2: 60 to 120 s
PATIENCE = 60.0
MOST_OPEN, MOST_DONE, MOST_PIECES, LONGEST = 256, 64, 256, 65535
INCOMPLETE = "a fragment of a packet that is not whole in the capture"
_NEIGHBOUR_DISCOVERY = range(133, 138)

Key = tuple[bytes, str, str, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A packet that came in fragments.

    Attributes:
        packet: as if it had come in one, under number and time of the fragment that made it whole, as tshark does.
        frame: the same, decoded.
        pieces: fragments that it came in, repeated ones too.
        size: bytes on the wire of them all.
        again: whether it was given before, and this is a repeated fragment of it only.
    """

    packet: Packet
    frame: Frame
    pieces: int
    size: int
    again: bool = False


@dataclass(slots=True, kw_only=True)
class _Heap:
    """Fragments of one packet: those that count by their offset, and all in order; or why they are refused."""

    since: float
    pieces: dict[int, Frame] = field(default_factory=dict)
    frames: list[Frame] = field(default_factory=list)
    total: int = -1
    held: int = 0
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """A packet that is whole, and what its fragments held: to know them again."""

    whole: Whole
    body: bytes


@dataclass(kw_only=True)
class Fragments:
    """Takes fragments one by one; holds at most 256 packets that are not whole, of 64 KiB each.

    Attributes:
        whole: packets put together.
        incomplete: packets of which fragments lack, came too late, overlap or cannot be.
        first_incomplete: number in the capture of the first fragment of the first of them, 0 for none.
    """

    whole: int = 0
    incomplete: int = 0
    first_incomplete: int = 0
    _open: dict[Key, _Heap] = field(default_factory=dict)
    _done: dict[Key, _Done] = field(default_factory=dict)

    def take(self, frame: Frame) -> Iterator[Frame | Whole]:
        """Take a fragment; gives the packet that it makes whole, and fragments that were given up or are refused."""
        yield from self._give_up(frame.time)
        key = _key(frame)
        again = self._repeated(key, frame)
        if again is not None:
            yield again
            return
        heap = self._open.get(key)
        if heap is None:
            if len(self._open) >= MOST_OPEN:
                yield from self._refuse(next(iter(self._open)), INCOMPLETE)
            heap = self._open[key] = _Heap(since=frame.time)
        heap.frames.append(frame)
        wrong = heap.refused or _place(heap, frame)
        if wrong:
            yield from self._refuse_on(heap, wrong)
        elif heap.held == heap.total:
            yield self._finish(key, heap)

    def end(self) -> Iterator[Frame]:
        """All fragments that make no whole at the end of a capture."""
        for key in list(self._open):
            yield from self._refuse(key, INCOMPLETE)

    def _give_up(self, now: float) -> Iterator[Frame]:
        while self._open:
            key, heap = next(iter(self._open.items()))
            if now - heap.since <= PATIENCE:
                break
            yield from self._refuse(key, INCOMPLETE)

    def _refuse(self, key: Key, why: str) -> Iterator[Frame]:
        yield from self._refuse_on(self._open.pop(key), why)

    def _refuse_on(self, heap: _Heap, why: str) -> Iterator[Frame]:
        """Let go of what a heap holds; it stays, to refuse what still comes for it."""
        if not heap.refused and heap.frames:
            self.incomplete += 1
            self.first_incomplete = self.first_incomplete or heap.frames[0].number
            heap.refused = why
        frames, heap.frames = heap.frames, []
        heap.pieces.clear()
        for frame in frames:
            yield replace(frame, problem=why)

    def _repeated(self, key: Key, frame: Frame) -> Whole | None:
        done = self._done.get(key)
        if done is None or key in self._open or frame.time - done.whole.frame.time > PATIENCE:
            return None
        start, end, last = _span(frame)
        if done.body[start:end] != frame.payload or last != (end == len(done.body)):
            return None
        return replace(done.whole, pieces=1, size=frame.size, again=True)

    def _finish(self, key: Key, heap: _Heap) -> Whole:
        del self._open[key]
        body = b"".join(heap.pieces[offset].payload for offset in sorted(heap.pieces))
        packet = _packet_of(heap, body)
        whole = Whole(
            packet=packet,
            frame=_checked(decode(packet)),
            pieces=len(heap.frames),
            size=sum(frame.size for frame in heap.frames),
        )
        self.whole += 1
        self._done.pop(key, None)
        self._done[key] = _Done(whole=whole, body=body)
        if len(self._done) > MOST_DONE:
            del self._done[next(iter(self._done))]
        return whole


def defragment(frames: Iterable[Frame]) -> Iterator[Frame]:
    """Frames with every packet that came in fragments as one frame, where its last fragment came."""
    fragments = Fragments()
    for frame in frames:
        if frame.piece is None or frame.cut:
            yield frame
            continue
        for part in fragments.take(frame):
            if isinstance(part, Frame):
                yield part
            elif not part.again:
                yield part.frame
    yield from fragments.end()


def _key(frame: Frame) -> Key:
    piece = _piece(frame)
    # of IPv6 the protocol stands in the first fragment only, by RFC 8200
    protocol = 0 if ":" in frame.source else piece.protocol
    return frame.source_mac, frame.source, frame.destination, protocol, piece.identification


def _piece(frame: Frame) -> Piece:
    assert frame.piece is not None
    return frame.piece


def _span(frame: Frame) -> tuple[int, int, bool]:
    """First byte, byte behind the last, and whether it is the last fragment."""
    piece = _piece(frame)
    return piece.offset, piece.offset + len(frame.payload), not piece.more


def _place(heap: _Heap, frame: Frame) -> str:
    """Put a fragment where it belongs; says why it cannot be, empty when it can."""
    start, end, last = _span(frame)
    known = heap.pieces.get(start)
    if known is not None and known.payload == frame.payload and _piece(known).more != last:
        return ""
    wrong = _check(heap, frame, (start, end, last))
    if not wrong:
        heap.pieces[start] = frame
        heap.held += end - start
        heap.total = end if last else heap.total
    return wrong


def _check(heap: _Heap, frame: Frame, span: tuple[int, int, bool]) -> str:
    start, end, last = span
    longest = LONGEST - (0 if ":" in frame.source else 20)
    if end > longest:
        return f"fragments make a packet of more than {longest} bytes"
    if start == end or (not last and (end - start) % 8):
        return f"a fragment of {end - start} bytes that is not the last"
    if len(heap.pieces) >= MOST_PIECES:
        return f"a packet in more than {MOST_PIECES} fragments"
    if heap.total >= 0 and (last or end > heap.total):
        return "fragments disagree where their packet ends"
    for offset, other in heap.pieces.items():
        if offset < end and start < offset + len(other.payload):
            return "fragments overlap"
        if last and offset >= end:
            return "fragments disagree where their packet ends"
    return ""


def _packet_of(heap: _Heap, body: bytes) -> Packet:
    """The packet as if it had come in one; what stood beside the payload of a fragment stands behind it."""
    first, latest = heap.pieces[0], heap.frames[-1]
    ends = (ipaddress.ip_address(address).packed for address in (first.source, first.destination))
    protocol = _piece(first).protocol
    if ":" in first.source:
        kind, head = b"\x86\xdd", struct.pack(">IHBB", 6 << 28, len(body), protocol, first.hop_limit)
    else:
        fixed = (0x45, 0, 20 + len(body), 0, 0, first.hop_limit, protocol, 0)
        kind, head = b"\x08\0", struct.pack(">BBHHHBBH", *fixed)
    aside = b"".join(frame.aside for frame in heap.pieces.values())
    # a byte that is no padding before it, since padding would not be counted
    data = head + b"".join(ends) + body + (b"\xff" + aside if aside else b"")
    link = RAW
    if len(first.source_mac) == 6:
        link, data = ETHERNET, first.destination_mac.ljust(6, b"\0") + first.source_mac + kind + data
    return Packet(latest.number, latest.time, data, len(data), link)


def _checked(frame: Frame) -> Frame:
    if frame.piece is not None:
        return replace(frame, problem="fragments within a fragmented packet")
    if frame.protocol == "icmp6" and frame.kind in _NEIGHBOUR_DISCOVERY:
        return replace(frame, problem="neighbour discovery in fragments, which RFC 6980 forbids")
    return frame
