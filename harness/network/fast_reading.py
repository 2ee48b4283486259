"""Reads a large capture by compiled loops; gives the same flows as :class:`~harness.network.reading.Reading`."""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from harness.errors import MaterialError
from harness.network.capture import BATCH, Batches, Source
from harness.network.decode import Frame, decode
from harness.network.flows import RECENT, End, Flow
from harness.network.fragments import Whole
from harness.network.pcap import Packet
from harness.network.policy import Parties, Policy
from harness.network.reading import Reading, surplus
from harness.network.rules import Socket
from harness.network.search import Search

if TYPE_CHECKING:
    from harness.network.kernels import Record, Sides, Table
    from harness.network.walk import Batch

MOST_FLOWS = 2_000_000
# DHCP is judged by the sender's MAC address too
DHCP_PORTS = (67, 68)
_PROTOCOLS = {6: "tcp", 17: "udp"}
_NUMBERS = {name: number for number, name in _PROTOCOLS.items()}


@dataclass(kw_only=True)
class FastReading(Reading):
    """A large capture, read by compiled loops; TCP and UDP flows are rows of a table until they are judged."""

    _live: dict[int, Flow] = field(default_factory=dict)
    _wholes: dict[int, Frame] = field(default_factory=dict)
    _late: dict[tuple[int, int], bytes] = field(default_factory=dict)
    _kept: list[Any] = field(default_factory=list)
    _table: Any = None

    def read(self) -> None:
        """Read all packets, as above."""
        super().read()
        self.facts.from_article += int(self._rows()["sent"].sum())

    def _read(self) -> None:
        from harness.network import kernels

        batches = Batches(source=self.source, state=self.state)
        sides = _sides(self.parties, everything=bool(self.search))
        self._table, records = _empty_table(4 * BATCH), np.zeros(BATCH, kernels.RECORD)
        for before, batch in batches:
            self._count_batch(before, batch)
            self._make_room(batch.place.size)
            packet = 0
            while packet < batch.place.size:
                written, packet = kernels.follow(batch, (before, packet), sides, self._table, records)
                self._take_records(records[:written])

    def flows(self) -> Iterator[Flow]:
        """Flows in which the article sent something, by their first packet."""
        from harness.network.kernels import RECORD

        rows = self._rows()
        kept: Any = np.concatenate(self._kept) if self._kept else np.zeros(0, RECORD)
        kept = kept[np.argsort(kept["flow"], kind="stable")]
        starts = np.searchsorted(kept["flow"], np.arange(rows.size + 1))
        spoken = np.flatnonzero(rows["sent"])
        spoken = spoken[np.argsort(rows["first"][spoken], kind="stable")]
        others = iter(self.book.flows())
        other = next(others, None)
        for number in spoken.tolist():
            while other is not None and other.first.number < rows["first"][number]:
                yield other
                other = next(others, None)
            yield self._flow(number, kept[starts[number] : starts[number + 1]])
        if other is not None:
            yield other
        yield from others

    def recent(self, socket: Socket) -> list[bytes]:
        """The last datagrams that came in over a socket: (source, port, destination, port)."""
        number = self._find(17, socket)
        if number < 0:
            return []
        spans = enumerate(self._table.recent[number].reshape(-1, 2).tolist())
        data = self.source.data
        return [bytes(data[at : at + size]) if at > 0 else self._late[number, ring] for ring, (at, size) in spans if at]

    def _find(self, protocol: int, socket: Socket) -> int:
        """Number of the newest flow between two ends, -1 for none."""
        from harness.network.kernels import lookup

        source, destination = (ipaddress.ip_address(socket[place] or "0.0.0.0") for place in (0, 2))
        words = (*_words(source), *_words(destination))
        return int(lookup(self._table, words, (socket[1], socket[3], protocol, source.version)))

    def _add_whole(self, whole: Whole) -> None:
        frame = whole.frame
        if frame.protocol not in _NUMBERS or frame.problem:
            super()._add_whole(whole)
            return
        if not whole.again:
            self._follow(whole)
        number = self._find(_NUMBERS[frame.protocol], _socket(frame))
        if number >= 0:
            ours = self.parties.sent(frame.source_mac, frame.source)
            pieces, size = surplus(whole)
            row = self._table.flows[number]
            row["sent" if ours else "received"] += pieces
            row["bytes_sent" if ours else "bytes_received"] += size
            # each fragment was counted when it came, and all that the table counts is added at the end
            self.facts.from_article -= whole.pieces if ours else 0

    def _follow(self, whole: Whole) -> None:
        """Have the compiled loop take a packet that does not lie in the capture as one."""
        from harness.network import kernels
        from harness.network.walk import Batch

        packet, frame = whole.packet, whole.frame
        place, size, link = (np.array([number]) for number in (0, packet.size, packet.link))
        batch = Batch(np.frombuffer(packet.data, np.uint8), place, size, size, np.array([packet.time]), link)
        sides, records = _sides(self.parties, everything=bool(self.search)), np.zeros(1, kernels.RECORD)
        written, _ = kernels.follow(batch, (packet.number - 1, 0), sides, self._table, records)
        self._remember(frame)
        if written:
            self._wholes[frame.number] = frame
            self._take_records(records)
            if frame.protocol == "udp":
                del self._wholes[frame.number]

    def _remember(self, frame: Frame) -> None:
        """Among the last datagrams of a flow are those that came in fragments."""
        if frame.protocol == "udp" and not self.parties.sent(frame.source_mac, frame.source):
            number = self._find(17, _socket(frame))
            ring = int(self._table.flows[number]["received"]) % RECENT
            self._table.recent[number, 2 * ring] = -1
            self._late[number, ring] = frame.payload

    def _rows(self) -> Any:  # noqa: ANN401 - rows of numpy have no type
        return self._table.flows[: int(self._table.used[0])]

    def _count_batch(self, before: int, batch: "Batch") -> None:
        facts = self.facts
        facts.packets += batch.place.size
        facts.bytes += int(batch.size.sum())
        facts.first = float(batch.time[0]) if not before else facts.first
        facts.earliest = min(facts.earliest, float(batch.time.min()))
        facts.latest = max(facts.latest, float(batch.time.max()))
        cut = np.flatnonzero(batch.size > batch.length)
        if cut.size and not facts.cut:
            place = int(cut[0])
            facts.first_cut = (before + place + 1, int(batch.length[place]), int(batch.size[place]))
        facts.cut += cut.size

    def _make_room(self, more: int) -> None:
        from harness.network.kernels import rehash

        table = self._table
        used = int(table.used[0])
        if used + len(self.book) > MOST_FLOWS:
            raise MaterialError(f"capture has more than {MOST_FLOWS} flows: split it, with editcap -c")
        if used + more > table.flows.size:
            bigger = _empty_table(2 * (used + more))
            bigger.flows[:used], bigger.recent[:used] = table.flows[:used], table.recent[:used]
            bigger.used[0] = used
            rehash(bigger)
            self._table = bigger

    def _take_records(self, records: Any) -> None:  # noqa: ANN401
        from harness.network import kernels

        if records.size == 1 and records[0]["flow"] < 0:
            # a fragment comes alone
            self._take_record(kernels.Record._make(records.tolist()[0]))
            return
        rows = self._rows()
        of_tcp = (records["flow"] >= 0) & (rows["protocol"][records["flow"]] == 6) if rows.size else records["flow"] > 0
        if not self.search and of_tcp.any():
            self._kept.append(records[of_tcp].copy())
        for row in (records if self.search else records[~of_tcp]).tolist():
            self._take_record(kernels.Record._make(row))

    def _take_record(self, record: "Record") -> None:
        number, ours = record.flow, bool(record.ours)
        if number < 0:
            self.take(self._frame(record))
            return
        flow = self._live.get(number)
        if flow is None:
            flow = self._live[number] = self._begin(number)
        frame = self._known_frame(flow, record, ours)
        flow.take(frame, ours, self.watch.see(flow, frame, ours))
        if ours:
            self.search.look(flow, frame)

    def _frame(self, record: "Record") -> Frame:
        data = bytes(self.source.data[record.at : record.at + record.length])
        return decode(Packet(record.number, record.time, data, record.size, record.link))

    def _begin(self, number: int) -> Flow:
        row = self._table.flows[number]
        ends = _end(row, "a"), _end(row, "b")
        initiator, responder = ends if row["a_begins"] else ends[::-1]
        by_article = bool(row["by_article"])
        protocol = _PROTOCOLS[int(row["protocol"])]
        return Flow(protocol=protocol, initiator=initiator, responder=responder, by_article=by_article)

    def _flow(self, number: int, records: Any) -> Flow:  # noqa: ANN401
        from harness.network.kernels import OVERFLOW, TORN, Record

        row = self._table.flows[number]
        flow = self._live.get(number) or self._begin(number)
        flow.packets_sent, flow.packets_received = int(row["sent"]), int(row["received"])
        flow.bytes_sent, flow.bytes_received = int(row["bytes_sent"]), int(row["bytes_received"])
        flow.payload_sent = int(row["payload_sent"])
        flow.overflow, flow.torn = bool(row["marks"] & OVERFLOW), bool(row["marks"] & TORN)
        for record in map(Record._make, records.tolist()):
            ours = bool(record.ours)
            flow.take(self._known_frame(flow, record, ours), ours)
        return flow

    def _known_frame(self, flow: Flow, record: "Record", ours: bool) -> Frame:
        """A frame of TCP or UDP from what the compiled loop read of it."""
        if record.number in self._wholes:
            return self._wholes[record.number]
        ends = (flow.initiator, flow.responder)
        source, destination = ends if flow.by_article == ours else ends[::-1]
        if record.aside or record.size > record.length or source[1] in DHCP_PORTS:
            return self._frame(record)
        return Frame(
            number=record.number,
            time=record.time,
            size=record.size,
            protocol=flow.protocol,
            source=source[0],
            destination=destination[0],
            source_port=source[1],
            destination_port=destination[1],
            payload=bytes(self.source.data[record.payload : record.payload + record.carried]),
            kind=record.flags,
            sequence=record.sequence,
        )


def read_flows(source: Source, policy: Policy, parties: Parties, search: Search) -> Reading:
    """Read a capture.

    Raises:
        MaterialError: it is no capture.
    """
    kind = FastReading if source.is_large else Reading
    reading = kind(source=source, policy=policy, parties=parties, search=search)
    reading.read()
    return reading


def _socket(frame: Frame) -> Socket:
    return frame.source, frame.source_port, frame.destination, frame.destination_port


def _empty_table(flows: int) -> "Table":
    from harness.network.kernels import FLOW, RECENT, Table

    slots = 1 << (2 * flows).bit_length()
    return Table(
        np.zeros(flows, FLOW), np.zeros(slots, np.int64), np.zeros(1, np.int64), np.zeros((flows, 2 * RECENT), np.int64)
    )


def _sides(parties: Parties, *, everything: bool) -> "Sides":
    from harness.network.kernels import Sides

    macs = parties.rig_macs or parties.macs
    rows = [(address.version, *_words(address)) for address in map(ipaddress.ip_address, sorted(parties.addresses))]
    return Sides(
        np.array([int(mac.replace(":", ""), 16) for mac in sorted(macs)], np.uint64),
        bool(parties.rig_macs),
        np.array(rows, np.uint64).reshape(-1, 3),
        everything,
    )


def _words(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> tuple[Any, Any]:
    number = int(address)
    return np.uint64(number >> 64), np.uint64(number & 0xFFFFFFFFFFFFFFFF)


def _end(row: Any, side: str) -> End:  # noqa: ANN401
    high, low, port = int(row[f"{side}_high"]), int(row[f"{side}_low"]), int(row[f"{side}_port"])
    if row["family"] == 4:
        return str(ipaddress.IPv4Address(low)), port
    return str(ipaddress.IPv6Address(high << 64 | low)), port
