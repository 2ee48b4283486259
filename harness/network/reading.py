"""From a capture to its flows, frame by frame; ``harness.network.fast_reading`` does it for large ones.

Both give the same flows, and neither keeps a packet once it has been seen.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from harness.errors import MaterialError
from harness.network import dns
from harness.network.capture import Source
from harness.network.decode import Frame, decode
from harness.network.flows import Flow, FlowBook
from harness.network.fragments import Fragments, Whole
from harness.network.pcap import Packet, State, read_packets
from harness.network.policy import Parties, Policy
from harness.network.rules import Socket
from harness.network.search import Search
from harness.network.watch import Watch


@dataclass(kw_only=True)
class Facts:
    """What was counted over all packets.

    Attributes:
        packets: in the capture.
        bytes: on the wire.
        from_article: packets that the article sent.
        first: time of the first packet, s since 1970; NaN for none.
        earliest, latest: times, s since 1970.
        cut: packets that the capture kept only in part.
        first_cut: number, bytes kept and bytes on the wire of the first of them.
        problem: why the capture could not be read to its end, empty when it could.
    """

    packets: int = 0
    bytes: int = 0
    from_article: int = 0
    first: float = math.nan
    earliest: float = math.inf
    latest: float = -math.inf
    cut: int = 0
    first_cut: tuple[int, int, int] = (0, 0, 0)
    problem: str = ""


@dataclass(kw_only=True)
class Reading:
    """A capture as read.

    Attributes:
        facts: counted over all packets.
        state: what the file says besides.
        watch: names and datagrams that came in.
        search: for what must not leave in clear.
        fragments: packets that come in pieces.
    """

    source: Source
    policy: Policy
    parties: Parties
    search: Search
    facts: Facts = field(default_factory=Facts)
    state: State = field(default_factory=State)
    book: FlowBook = field(default_factory=FlowBook)
    fragments: Fragments = field(default_factory=Fragments)
    watch: Watch = field(init=False)

    def __post_init__(self) -> None:
        """Set the watch up."""
        self.watch = Watch(self.policy, self.recent)

    @property
    def names(self) -> dns.Names:
        """What declared resolvers answered."""
        return self.watch.names

    def read(self) -> None:
        """Read all packets; where the capture ends in damage, what is wrong is in ``facts.problem``.

        Raises:
            MaterialError: it is no capture at all: no packet could be read and something is wrong.
        """
        try:
            self._read()
        except MaterialError as error:
            if not self.facts.packets:
                raise
            self.facts.problem = str(error)
        for frame in self.fragments.end():
            self._add(frame)

    def flows(self) -> Iterator[Flow]:
        """Flows in which the article sent something, by their first packet."""
        yield from self.book.flows()

    def recent(self, socket: Socket) -> list[bytes]:
        """The last datagrams that came in over a socket: (source, port, destination, port)."""
        flow = self.book.find("udp", socket[:2], socket[2:])
        return list(flow.recent) if flow is not None else []

    def _read(self) -> None:
        for packet in read_packets(self.source.data, self.state):
            self._count(packet)
            self.take(decode(packet))

    def _count(self, packet: Packet) -> None:
        facts = self.facts
        facts.packets += 1
        facts.bytes += packet.size
        facts.first = packet.time if facts.packets == 1 else facts.first
        facts.earliest, facts.latest = min(facts.earliest, packet.time), max(facts.latest, packet.time)
        if packet.size > len(packet.data):
            facts.cut += 1
            facts.first_cut = facts.first_cut if facts.cut > 1 else (packet.number, len(packet.data), packet.size)

    def take(self, frame: Frame) -> None:
        """Add a frame to the flows and look at it; a fragment, when its packet is whole or never will be."""
        self.facts.from_article += self.parties.sent(frame.source_mac, frame.source)
        # of a fragment that was cut nothing can be made
        if frame.piece is None or frame.cut:
            self._add(frame)
            return
        for part in self.fragments.take(frame):
            if isinstance(part, Frame):
                self._add(part)
            else:
                self._add_whole(part)

    def _add(self, frame: Frame) -> Flow:
        ours = self.parties.sent(frame.source_mac, frame.source)
        flow = self.book.flow_of(frame, ours)
        must = self.watch.see(flow, frame, ours)
        flow.count(frame, ours)
        flow.take(frame, ours, must)
        if ours:
            self.search.look(flow, frame)
        return flow

    def _add_whole(self, whole: Whole) -> None:
        """Add a packet that came in fragments: looked at as one, counted as what was on the wire."""
        frame = whole.frame
        flow = self.book.find_flow(frame) if whole.again else self._add(frame)
        if flow is not None:
            ours = self.parties.sent(frame.source_mac, frame.source)
            flow.add(ours, *surplus(whole))


def surplus(whole: Whole) -> tuple[int, int]:
    """Packets and bytes on the wire beside those of the whole packet."""
    if whole.again:
        return whole.pieces, whole.size
    return whole.pieces - 1, whole.size - whole.packet.size
