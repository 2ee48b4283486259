"""Groups frames into flows, and puts the first bytes of a TCP stream back in order.

A flow keeps counters, and of its frames only those that the judge must see: the first ones, the head of a stream, and
the first of each kind that the policy does not allow (``harness.network.watch``). So memory grows with flows, never
with packets.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from harness.network.decode import ACK, RST, SYN, Frame

HEAD_LIMIT, MOST_PIECES, MOST_KEPT, RECENT = 1 << 14, 1024, 16, 4
_MODULUS = 1 << 32

End = tuple[str, int]
Key = tuple[str, End, End]


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How often something was seen in a flow, in how many frames, and the first of them."""

    count: int = 0
    frames: int = 0
    first: Frame | None = None
    text: str = ""

    def plus(self, count: int, frame: Frame, text: str = "") -> "Tally":
        """One more frame with `count` of it."""
        return Tally(
            count=self.count + count,
            frames=self.frames + 1,
            first=self.first or frame,
            text=self.text or text,
        )


@dataclass(slots=True, kw_only=True)
class Flow:
    """What two parties said to each other under one protocol and pair of ports.

    Attributes:
        protocol: as in :class:`~harness.network.decode.Frame`.
        initiator: address (MAC below IP) and port of the side that began.
        responder: the other side.
        by_article: whether the article began it.
        opening: sequence number of the SYN that began it, None where none was seen.
        sent: frames of the article that the judge must see, in order.
        received: the same of frames to the article.
        packets_sent: all frames of the article.
        packets_received: all frames to the article.
        bytes_sent: bytes on the wire in frames of the article, headers included.
        bytes_received: bytes on the wire in frames to the article, headers included.
        payload_sent: bytes of payload that the article sent.
        suspect: queries whose names look as if they carried data.
        carried: bytes in ICMP messages beyond the common fill.
        overflow: whether the head of the stream came in more pieces than are kept.
        torn: whether the capture kept only a part of a frame.
        offended: whether a frame was seen that the policy does not allow.
        recent: payload of the last datagrams to the article.
    """

    protocol: str
    initiator: End
    responder: End
    by_article: bool
    opening: int | None = None
    sent: list[Frame] = field(default_factory=list)
    received: list[Frame] = field(default_factory=list)
    packets_sent: int = 0
    packets_received: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0
    payload_sent: int = 0
    suspect: Tally = field(default_factory=Tally)
    carried: Tally = field(default_factory=Tally)
    overflow: bool = False
    torn: bool = False
    offended: bool = False
    recent: deque[bytes] = field(default_factory=lambda: deque(maxlen=RECENT))
    _bases: list[int] = field(default_factory=lambda: [-1, -1])
    _kept: list[int] = field(default_factory=lambda: [0, 0])
    _seen: int = 0

    @property
    def first(self) -> Frame:
        """First frame that the article sent."""
        return self.sent[0]

    @property
    def far(self) -> End:
        """Address and port of the side that is not the article."""
        return self.responder if self.by_article else self.initiator

    def count(self, frame: Frame, ours: bool) -> None:
        """Add a frame to the counters."""
        self.torn = self.torn or frame.cut
        if ours:
            self.packets_sent += 1
            self.bytes_sent += frame.size
            self.payload_sent += len(frame.payload)
        else:
            self.packets_received += 1
            self.bytes_received += frame.size
            if frame.protocol == "udp":
                self.recent.append(frame.payload)

    def add(self, ours: bool, packets: int, size: int) -> None:
        """Add packets and bytes on the wire to the counters, beside those of a frame."""
        if ours:
            self.packets_sent += packets
            self.bytes_sent += size
        else:
            self.packets_received += packets
            self.bytes_received += size

    def take(self, frame: Frame, ours: bool, must: bool = False) -> None:
        """Keep a frame if the judge must see it, in any case if it `must` be."""
        fresh = self._is_fresh(frame) if ours else False
        if frame.protocol == "tcp":
            keep = self._is_head(frame, ours)
        else:
            self._kept[ours] += 1
            keep = self._kept[ours] <= MOST_KEPT
        if must or fresh or keep:
            (self.sent if ours else self.received).append(frame)

    def _is_fresh(self, frame: Frame) -> bool:
        """Whether a frame of the article is the first of its kind: at all, with payload, ..."""
        kinds = 1 | (2 if frame.payload else 0) | (4 if frame.aside else 0) | (8 if frame.problem else 0)
        kinds |= 0 if frame.kind & RST and not frame.payload else 16
        before, self._seen = self._seen, self._seen | kinds
        return self._seen != before

    def _is_head(self, frame: Frame, ours: bool) -> bool:
        opening = bool(frame.kind & SYN)
        if self._bases[ours] < 0:
            self._bases[ours] = (frame.sequence + opening) % _MODULUS
        offset = (frame.sequence + opening - self._bases[ours]) % _MODULUS
        if not frame.payload or offset >= HEAD_LIMIT:
            return False
        self._kept[ours] += 1
        self.overflow = self.overflow or (ours and self._kept[ours] > MOST_PIECES)
        return self._kept[ours] <= MOST_PIECES


class FlowBook:
    """All flows of a capture that is read frame by frame.

    The side whose frame comes first began a flow; a TCP flow seen from its middle counts as begun by the article,
    so that a capture that started late never excuses it. A new SYN begins a new flow on the same ports.
    """

    def __init__(self) -> None:
        self._current: dict[Key, Flow] = {}
        self._all: list[Flow] = []

    def flow_of(self, frame: Frame, ours: bool) -> Flow:
        """The flow that a frame belongs to, a new one where there is none."""
        key = _key(frame)
        flow = self._current.get(key)
        if flow is None or _reopens(frame, flow):
            flow = _begin(frame, ours)
            self._current[key] = flow
            self._all.append(flow)
        return flow

    def find(self, protocol: str, one: End, other: End) -> Flow | None:
        """The flow between two ends, if there is one."""
        first, second = sorted((one, other))
        return self._current.get((protocol, first, second))

    def find_flow(self, frame: Frame) -> Flow | None:
        """The flow that a frame would belong to, if there is one."""
        return self._current.get(_key(frame))

    def flows(self) -> list[Flow]:
        """Flows in which the article sent at least one frame, by their first packet."""
        return sorted((flow for flow in self._all if flow.sent), key=lambda flow: flow.first.number)

    def __len__(self) -> int:
        """How many flows there are, also those in which the article said nothing."""
        return len(self._all)


def group_flows(frames: Iterable[Frame], from_article: Callable[[Frame], bool]) -> list[Flow]:
    """Flows in which the article sent at least one frame, by their first packet."""
    book = FlowBook()
    for frame in frames:
        ours = from_article(frame)
        flow = book.flow_of(frame, ours)
        flow.count(frame, ours)
        flow.take(frame, ours)
    return book.flows()


def read_stream(frames: Iterable[Frame]) -> tuple[bytes, bool]:
    """The first 16 KiB of one direction of a TCP flow, up to the first gap.

    Returns:
        The bytes, and whether two segments gave different bytes for the same place (then no reader can know which
        of them the far end took).
    """
    base: int | None = None
    pieces: list[tuple[int, bytes]] = []
    for frame in frames:
        opening = bool(frame.kind & SYN)
        if base is None:
            base = (frame.sequence + opening) % _MODULUS
        offset = (frame.sequence + opening - base) % _MODULUS
        if frame.payload and offset < HEAD_LIMIT:
            pieces.append((offset, frame.payload[: HEAD_LIMIT - offset]))
    stream, ambiguous = bytearray(), False
    for offset, piece in sorted(pieces, key=lambda item: item[0]):
        if offset > len(stream):
            break
        shared = min(len(stream) - offset, len(piece))
        ambiguous = ambiguous or stream[offset : offset + shared] != piece[:shared]
        stream += piece[shared:]
    return bytes(stream), ambiguous


def _ends(frame: Frame) -> tuple[tuple[str, int], tuple[str, int]]:
    if frame.source:
        return (frame.source, frame.source_port), (frame.destination, frame.destination_port)
    return (frame.source_mac.hex(":"), 0), (frame.destination_mac.hex(":"), 0)


def _key(frame: Frame) -> Key:
    first, second = sorted(_ends(frame))
    # an ICMP error is no part of an echo dialogue
    protocol = (
        f"{frame.protocol}-{frame.kind}" if frame.protocol in ("icmp", "icmp6") and not first[1] else frame.protocol
    )
    return protocol, first, second


def _begin(frame: Frame, ours: bool) -> Flow:
    sender, receiver = _ends(frame)
    opening = frame.protocol == "tcp" and frame.kind & (SYN | ACK) == SYN
    by_article = ours or (frame.protocol == "tcp" and not opening)
    swapped = by_article and not ours
    return Flow(
        protocol=frame.protocol,
        initiator=receiver if swapped else sender,
        responder=sender if swapped else receiver,
        by_article=by_article,
        opening=frame.sequence if opening else None,
    )


def _reopens(frame: Frame, flow: Flow) -> bool:
    return frame.protocol == "tcp" and frame.kind & (SYN | ACK) == SYN and frame.sequence != flow.opening
