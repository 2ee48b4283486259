"""Groups frames into flows, and puts the first bytes of a TCP stream back in order."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from harness.network.decode import ACK, SYN, Frame

HEAD_LIMIT = 1 << 14
_MODULUS = 1 << 32

Key = tuple[str, tuple[str, int], tuple[str, int]]


@dataclass(frozen=True, kw_only=True)
class Flow:
    """What two parties said to each other under one protocol and pair of ports.

    Attributes:
        protocol: as in :class:`~harness.network.decode.Frame`.
        initiator: address (MAC below IP) and port of the side that began.
        responder: the other side.
        by_article: whether the article began it.
        sent: frames of the article, in order.
        received: frames to the article, in order.
    """

    protocol: str
    initiator: tuple[str, int]
    responder: tuple[str, int]
    by_article: bool
    sent: tuple[Frame, ...]
    received: tuple[Frame, ...]

    @property
    def first(self) -> Frame:
        """First frame that the article sent."""
        return self.sent[0]

    @property
    def bytes_sent(self) -> int:
        """Bytes on the wire in frames of the article, headers included."""
        return sum(frame.size for frame in self.sent)

    @property
    def bytes_received(self) -> int:
        """Bytes on the wire in frames to the article, headers included."""
        return sum(frame.size for frame in self.received)

    @property
    def payload_sent(self) -> int:
        """Bytes of payload that the article sent."""
        return sum(len(frame.payload) for frame in self.sent)


@dataclass(slots=True)
class _Building:
    protocol: str
    initiator: tuple[str, int]
    responder: tuple[str, int]
    by_article: bool
    opening: int | None
    sent: list[Frame] = field(default_factory=list)
    received: list[Frame] = field(default_factory=list)

    def freeze(self) -> Flow:
        return Flow(
            protocol=self.protocol,
            initiator=self.initiator,
            responder=self.responder,
            by_article=self.by_article,
            sent=tuple(self.sent),
            received=tuple(self.received),
        )


def group_flows(frames: Iterable[Frame], from_article: Callable[[Frame], bool]) -> list[Flow]:
    """Flows in which the article sent at least one frame, by their first packet.

    The side whose frame comes first began a flow; a TCP flow seen from its middle counts as begun by the article,
    so that a capture that started late never excuses it. A new SYN begins a new flow on the same ports.
    """
    current: dict[Key, _Building] = {}
    built: list[_Building] = []
    for frame in frames:
        ours = from_article(frame)
        key = _key(frame)
        flow = current.get(key)
        if flow is None or _reopens(frame, flow):
            flow = _begin(frame, ours)
            current[key] = flow
            built.append(flow)
        (flow.sent if ours else flow.received).append(frame)
    flows = [flow.freeze() for flow in built if flow.sent]
    return sorted(flows, key=lambda flow: flow.first.number)


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


def _begin(frame: Frame, ours: bool) -> _Building:
    sender, receiver = _ends(frame)
    opening = frame.protocol == "tcp" and frame.kind & (SYN | ACK) == SYN
    by_article = ours or (frame.protocol == "tcp" and not opening)
    swapped = by_article and not ours
    return _Building(
        protocol=frame.protocol,
        initiator=receiver if swapped else sender,
        responder=sender if swapped else receiver,
        by_article=by_article,
        opening=frame.sequence if opening else None,
    )


def _reopens(frame: Frame, flow: _Building) -> bool:
    return frame.protocol == "tcp" and frame.kind & (SYN | ACK) == SYN and frame.sequence != flow.opening
