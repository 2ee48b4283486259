"""Compiled loops over the packets of a capture. Importing this module loads numba, where there is one: on first use.

``follow`` reads frames as ``harness.network.decode`` does, TCP and UDP only; every other frame, and each that it cannot
read, is handed to that module by a record without a flow.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from harness.network.walk import Batch, Bytes, Numbers, big, njit, odd_options

Words = NDArray[np.uint64]
Rows = NDArray[np.void]

ETHERNET, RAW, RAW_OLD, IPV4_ONLY, IPV6_ONLY, COOKED, COOKED2 = 1, 101, 12, 228, 229, 113, 276
HEAD_LIMIT, MOST_PIECES, MOST_DATAGRAMS, RECENT = 1 << 14, 1024, 16, 4
# UDP services of which every datagram is judged, not only the first ones
NAMES, DHCP_SERVER, DHCP_CLIENT, TIME, MDNS, LLMNR = 53, 67, 68, 123, 5353, 5355
NO_MAC = np.uint64(1 << 63)
PAYLOAD_SEEN, ASIDE_SEEN, OPEN_SEEN, OVERFLOW, TORN = 1, 2, 4, 8, 16
_FIN, _SYN, _RST, _ACK = 1, 2, 4, 16

FLOW = np.dtype(
    [(name, "u8") for name in ("a_high", "a_low", "b_high", "b_low")]
    + [(name, "i8") for name in ("a_port", "b_port", "family", "protocol", "a_begins", "by_article", "opening")]
    + [(name, "i8") for name in ("sent", "received", "bytes_sent", "bytes_received", "payload_sent", "first")]
    + [(name, "i8") for name in ("base_sent", "base_received", "kept_sent", "kept_received", "marks")]
    + [("first_time", "f8")]
)


class Record(NamedTuple):
    """A packet that must be looked into: its flow, -1 for none, where it lies, and what was read of it."""

    flow: int
    number: int
    at: int
    length: int
    size: int
    link: int
    payload: int
    carried: int
    sequence: int
    flags: int
    ours: int
    aside: int
    time: float


RECORD = np.dtype([(name, "f8" if name == "time" else "i8") for name in Record._fields])
# what a frame is dissected into
CLASS, FAMILY, SOURCE, DESTINATION, PAYLOAD, CARRIED, FLAGS, SEQUENCE, ASIDE, CUT, HALT, FIELDS = range(12)


class Sides(NamedTuple):
    """Who is who: MAC addresses (as numbers), whether they are the rig's, rows of family and address, keep all."""

    macs: Words
    of_rig: bool
    addresses: Words
    everything: bool


class Table(NamedTuple):
    """Flows, a hash table of their numbers plus one, how many there are, and the last datagrams to the article."""

    flows: Rows
    slots: Numbers
    used: Numbers
    recent: Numbers


@njit
def _word(data: Bytes, at: int) -> Any:  # noqa: ANN401
    value: Any = np.uint64(0)
    for step in range(8):
        value = (value << np.uint64(8)) | np.uint64(data[at + step])
    return value


@njit
def follow(batch: Batch, span: tuple[int, int], sides: Sides, table: Table, records: Rows) -> tuple[int, int]:
    """Count every packet of a batch to its flow; write a record of each that must be looked into.

    Args:
        batch: the packets.
        span: packets of the capture before the batch, and the packet of it to begin with.
        sides: who is who.
        table: flows so far, with room for one more each packet.
        records: room for one each packet.

    Returns:
        How many records were written, and the packet to go on with: after each message that quotes a datagram, since
        the last datagrams are remembered only, and after each fragment, since it may make a packet whole.
    """
    numbers, ends = np.zeros(FIELDS, np.int64), np.zeros(5, np.uint64)
    written = 0
    before, packet = span
    while packet < batch.place.size and not numbers[HALT]:
        numbers[:] = 0
        ends[:] = 0
        _dissect(batch, packet, numbers, ends)
        ours = _is_ours(numbers, ends, sides)
        flow, keep = -1, True
        if numbers[CLASS]:
            flow = _find_flow(table, numbers, ends, ours)
            here = (before + packet + 1, batch.size[packet], batch.time[packet], batch.place[packet])
            keep = _count(table, flow, numbers, here, ours)
            keep = keep or (sides.everything and ours and numbers[CARRIED] > 0)
        if keep:
            _note(records[written], batch, packet, numbers, (flow, before + packet + 1, ours))
            written += 1
        packet += 1
    return written, packet


@njit
def _note(record: Any, batch: Batch, packet: int, numbers: Numbers, about: tuple[int, int, bool]) -> None:  # noqa: ANN401
    record["flow"], record["number"], record["ours"] = about
    record["at"], record["length"] = batch.place[packet], batch.length[packet]
    record["size"], record["link"], record["time"] = batch.size[packet], batch.link[packet], batch.time[packet]
    record["payload"], record["carried"] = numbers[PAYLOAD], numbers[CARRIED]
    record["sequence"], record["flags"], record["aside"] = numbers[SEQUENCE], numbers[FLAGS], numbers[ASIDE]


@njit
def _dissect(batch: Batch, packet: int, numbers: Numbers, ends: Words) -> None:
    at, stop = batch.place[packet], batch.place[packet] + batch.length[packet]
    numbers[CUT] = batch.size[packet] > batch.length[packet]
    kind, start = _link(batch.data, at, stop, batch.link[packet], ends)
    if kind == 0x0800:
        _ipv4(batch, packet, start, numbers, ends)
    elif kind == 0x86DD:
        _ipv6(batch, packet, start, numbers, ends)


@njit
def _link(data: Bytes, at: int, stop: int, link: int, ends: Words) -> tuple[int, int]:
    """Protocol above the link and where it begins; -1 for none. The sender's MAC address goes to `ends`."""
    if link == ETHERNET and stop - at >= 14:
        ends[4] = np.uint64(big(data, at + 6, 6))
        at += 12
        kind, tags = big(data, at, 2), 0
        while kind in (0x8100, 0x88A8, 0x9100) and tags < 2 and stop - at >= 6:
            at += 4
            tags += 1
            kind = big(data, at, 2)
        return kind, at + 2
    if link == COOKED and stop - at >= 16:
        ends[4] = np.uint64(big(data, at + 6, 6)) if big(data, at + 4, 2) == 6 else NO_MAC
        return big(data, at + 14, 2), at + 16
    if link == COOKED2 and stop - at >= 20:
        ends[4] = np.uint64(big(data, at + 12, 6)) if data[at + 11] == 6 else NO_MAC
        return big(data, at, 2), at + 20
    if link in (RAW, RAW_OLD, IPV4_ONLY, IPV6_ONLY) and stop > at:
        ends[4] = NO_MAC
        return 0x86DD if data[at] >> 4 == 6 else 0x0800, at
    return -1, at


@njit
def _trailer(batch: Batch, packet: int, start: int) -> bool:
    """Whether bytes behind a packet are anything but the padding of a short frame."""
    stop = batch.place[packet] + batch.length[packet]
    for at in range(start, stop):
        if batch.data[at]:
            return True
    return bool(stop > start and batch.size[packet] > 64)


@njit
def _ipv4(batch: Batch, packet: int, at: int, numbers: Numbers, ends: Words) -> None:
    data, stop = batch.data, batch.place[packet] + batch.length[packet]
    if stop - at < 20 or data[at] >> 4 != 4:
        return
    head, length = (big(data, at, 1) & 15) * 4, big(data, at + 2, 2)
    end = at + length
    if numbers[CUT]:
        end = min(end, stop)
    numbers[HALT] = big(data, at + 6, 2) & 0x3FFF != 0
    if not 20 <= head <= stop - at or not head <= length or end > stop or numbers[HALT]:
        return
    ends[1], ends[3] = np.uint64(big(data, at + 12, 4)), np.uint64(big(data, at + 16, 4))
    numbers[FAMILY] = 4
    numbers[ASIDE] = head > 20 or _trailer(batch, packet, end)
    _transport(data, big(data, at + 9, 1), (at + head, end), numbers)


@njit
def _ipv6(batch: Batch, packet: int, at: int, numbers: Numbers, ends: Words) -> None:
    data, stop = batch.data, batch.place[packet] + batch.length[packet]
    if stop - at < 40 or data[at] >> 4 != 6:
        return
    protocol, end = big(data, at + 6, 1), at + 40 + big(data, at + 4, 2)
    if numbers[CUT]:
        end = min(end, stop)
    if end > stop:
        return
    for word in range(4):
        ends[word] = _word(data, at + 8 + 8 * word)
    numbers[FAMILY] = 6
    numbers[ASIDE] = _trailer(batch, packet, end)
    at += 40
    while protocol in (0, 43, 60) and end - at >= 8:
        step = big(data, at + 1, 1) * 8 + 8
        plain = step == 8 and big(data, at + 2, 6) in (0x050200000100, 0x050200000000, 0x010400000000, 0)
        if protocol == 43 or not plain:
            numbers[ASIDE] = 1
        protocol, at = big(data, at, 1), min(at + step, end)
    _transport(data, protocol, (at, end), numbers)


@njit
def _transport(data: Bytes, protocol: int, span: tuple[int, int], numbers: Numbers) -> None:
    at, end = span
    if protocol == 6 and end - at >= 20:
        head = (big(data, at + 12, 1) >> 4) * 4
        if not 20 <= head <= end - at:
            return
        numbers[CLASS], numbers[FLAGS], numbers[SEQUENCE] = 6, big(data, at + 13, 1), big(data, at + 4, 4)
        numbers[PAYLOAD], numbers[CARRIED] = at + head, end - at - head
        if odd_options(data, at + 20, at + head):
            numbers[ASIDE] = 1
    elif protocol == 17 and end - at >= 8:
        length = big(data, at + 4, 2)
        if numbers[CUT]:
            length = min(length, end - at)
        if not 8 <= length <= end - at:
            return
        numbers[CLASS], numbers[PAYLOAD], numbers[CARRIED] = 17, at + 8, length - 8
        if length < end - at:
            numbers[ASIDE] = 1
    else:
        numbers[HALT] = protocol == 44 or (protocol in (1, 58) and end > at and data[at] in (1, 3))
        return
    numbers[SOURCE], numbers[DESTINATION] = big(data, at, 2), big(data, at + 2, 2)


@njit
def _is_ours(numbers: Numbers, ends: Words, sides: Sides) -> bool:
    known = False
    for mac in sides.macs:
        known = known or mac == ends[4]
    if sides.of_rig and ends[4] != NO_MAC:
        return not known
    for row in range(sides.addresses.shape[0]):
        same = sides.addresses[row, 0] == np.uint64(numbers[FAMILY]) and sides.addresses[row, 1] == ends[0]
        known = known or (same and sides.addresses[row, 2] == ends[1])
    return known


@njit
def _find_flow(table: Table, numbers: Numbers, ends: Words, ours: bool) -> int:
    """Number of the flow that a packet belongs to; a new one where there is none, or where a SYN begins it anew."""
    forward = ends[0] < ends[2] or (ends[0] == ends[2] and ends[1] < ends[3])
    forward = forward or (ends[0] == ends[2] and ends[1] == ends[3] and numbers[SOURCE] <= numbers[DESTINATION])
    key = (ends[0], ends[1], ends[2], ends[3]) if forward else (ends[2], ends[3], ends[0], ends[1])
    ports = (numbers[SOURCE], numbers[DESTINATION]) if forward else (numbers[DESTINATION], numbers[SOURCE])
    slot = slot_of(key, (ports[0], ports[1], numbers[CLASS]), table.slots.size)
    opens = numbers[CLASS] == 6 and numbers[FLAGS] & (_SYN | _ACK) == _SYN
    while table.slots[slot]:
        flow = table.flows[table.slots[slot] - 1]
        if _is_same(flow, key, ports, (numbers[FAMILY], numbers[CLASS])):
            if not opens or flow["opening"] == numbers[SEQUENCE]:
                return int(table.slots[slot] - 1)
            break
        slot = (slot + 1) & (table.slots.size - 1)
    flow = table.flows[table.used[0]]
    flow["a_high"], flow["a_low"], flow["b_high"], flow["b_low"] = key
    flow["a_port"], flow["b_port"] = ports
    flow["family"], flow["protocol"] = numbers[FAMILY], numbers[CLASS]
    flow["by_article"] = ours or (numbers[CLASS] == 6 and not opens)
    flow["a_begins"] = forward != (flow["by_article"] and not ours)
    flow["opening"] = numbers[SEQUENCE] if opens else -1
    flow["base_sent"], flow["base_received"] = -1, -1
    table.used[0] += 1
    table.slots[slot] = table.used[0]
    return int(table.used[0] - 1)


@njit
def lookup(table: Table, words: tuple[int, int, int, int], about: tuple[int, int, int, int]) -> int:
    """Number of the newest flow between two ends, -1 for none.

    Args:
        table: the flows.
        words: upper and lower half of one address, then of the other.
        about: the two ports, the protocol, the version of IP.
    """
    forward = words[0] < words[2] or (words[0] == words[2] and words[1] < words[3])
    forward = forward or (words[0] == words[2] and words[1] == words[3] and about[0] <= about[1])
    key = (words[0], words[1], words[2], words[3]) if forward else (words[2], words[3], words[0], words[1])
    ports = (about[0], about[1]) if forward else (about[1], about[0])
    slot = slot_of(key, (ports[0], ports[1], about[2]), table.slots.size)
    while table.slots[slot]:
        if _is_same(table.flows[table.slots[slot] - 1], key, ports, (about[3], about[2])):
            return int(table.slots[slot] - 1)
        slot = (slot + 1) & (table.slots.size - 1)
    return -1


@njit
def slot_of(key: tuple[int, int, int, int], ports: tuple[int, int, int], size: int) -> Any:  # noqa: ANN401
    """Where to look first for a flow in a hash table of `size` slots, a power of two."""
    value: Any = np.uint64(ports[0] << 24 | ports[1] << 8 | ports[2])
    for word in key:
        value = (value ^ word) * np.uint64(0x9E3779B97F4A7C15)
        value ^= value >> np.uint64(29)
    return np.int64(value & np.uint64(size - 1))


@njit
def _is_same(flow: Any, key: tuple[int, int, int, int], ports: tuple[int, int], kind: tuple[int, int]) -> bool:  # noqa: ANN401
    ends = flow["a_high"] == key[0] and flow["a_low"] == key[1] and flow["b_high"] == key[2] and flow["b_low"] == key[3]
    same = flow["a_port"] == ports[0] and flow["b_port"] == ports[1]
    return bool(ends and same and flow["family"] == kind[0] and flow["protocol"] == kind[1])


@njit
def rehash(table: Table) -> None:
    """Fill the empty hash table from the flows; of those with the same ends the last one stays."""
    for number in range(table.used[0]):
        flow = table.flows[number]
        key = (flow["a_high"], flow["a_low"], flow["b_high"], flow["b_low"])
        ports = (flow["a_port"], flow["b_port"])
        kind = (flow["family"], flow["protocol"])
        slot = slot_of(key, (ports[0], ports[1], kind[1]), table.slots.size)
        while table.slots[slot] and not _is_same(table.flows[table.slots[slot] - 1], key, ports, kind):
            slot = (slot + 1) & (table.slots.size - 1)
        table.slots[slot] = number + 1


@njit
def _count(table: Table, number: int, numbers: Numbers, here: tuple[int, int, float, int], ours: bool) -> bool:
    """Add a packet to its flow; returns whether it must be looked into."""
    flow = table.flows[number]
    if numbers[CUT]:
        flow["marks"] |= TORN
    if not ours:
        flow["received"] += 1
        flow["bytes_received"] += here[1]
        if numbers[CLASS] == 17:
            ring = flow["received"] % RECENT
            table.recent[number, 2 * ring], table.recent[number, 2 * ring + 1] = numbers[PAYLOAD], numbers[CARRIED]
        return _keep_received(flow, numbers)
    flow["sent"] += 1
    flow["bytes_sent"] += here[1]
    flow["payload_sent"] += numbers[CARRIED]
    keep = False
    if flow["sent"] == 1:
        flow["first"], flow["first_time"] = here[0], here[2]
        keep = True
    return _keep_sent(flow, numbers) or keep


@njit
def _keep_received(flow: Any, numbers: Numbers) -> bool:  # noqa: ANN401
    if numbers[CLASS] == 17:
        flow["kept_received"] += 1
        return bool(flow["kept_received"] <= MOST_DATAGRAMS or numbers[SOURCE] == NAMES)
    opening = numbers[FLAGS] >> 1 & 1
    if flow["base_received"] < 0:
        flow["base_received"] = (numbers[SEQUENCE] + opening) & 0xFFFFFFFF
    offset = (numbers[SEQUENCE] + opening - flow["base_received"]) & 0xFFFFFFFF
    if numbers[CARRIED] == 0 or offset >= HEAD_LIMIT:
        return False
    flow["kept_received"] += 1
    return bool(flow["kept_received"] <= MOST_PIECES)


@njit
def _keep_sent(flow: Any, numbers: Numbers) -> bool:  # noqa: ANN401
    seen, bare = flow["marks"], numbers[FLAGS] & _RST and numbers[CARRIED] == 0
    if numbers[CARRIED]:
        flow["marks"] |= PAYLOAD_SEEN
    if numbers[ASIDE]:
        flow["marks"] |= ASIDE_SEEN
    if not bare:
        flow["marks"] |= OPEN_SEEN
    fresh = flow["marks"] != seen
    if numbers[CLASS] == 17:
        flow["kept_sent"] += 1
        port = numbers[DESTINATION]
        every = port in (NAMES, DHCP_SERVER, DHCP_CLIENT, TIME, MDNS, LLMNR) or numbers[SOURCE] in (MDNS, LLMNR, NAMES)
        return bool(fresh or every or flow["kept_sent"] <= MOST_DATAGRAMS)
    opening = numbers[FLAGS] >> 1 & 1
    if flow["base_sent"] < 0:
        flow["base_sent"] = (numbers[SEQUENCE] + opening) & 0xFFFFFFFF
    offset = (numbers[SEQUENCE] + opening - flow["base_sent"]) & 0xFFFFFFFF
    if numbers[CARRIED] == 0 or offset >= HEAD_LIMIT:
        return bool(fresh)
    flow["kept_sent"] += 1
    if flow["kept_sent"] > MOST_PIECES:
        flow["marks"] |= OVERFLOW
    return bool(fresh or flow["kept_sent"] <= MOST_PIECES)
