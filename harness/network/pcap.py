"""Reads captures: classic pcap (either byte order, micro- or nanoseconds) and the basic blocks of pcapng.

Formats: draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng. Links: Ethernet, Linux cooked (v1, v2), raw IP. This is
the plain reader; ``harness.network.capture`` reads large files by compiled loops and must give the same.
"""

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from harness.errors import MaterialError

LONGEST_PACKET = 262144
ETHERNET, RAW_OLD, RAW, COOKED, IPV4_ONLY, IPV6_ONLY, COOKED2 = 1, 12, 101, 113, 228, 229, 276
LINKS = frozenset({ETHERNET, RAW_OLD, RAW, COOKED, IPV4_ONLY, IPV6_ONLY, COOKED2})
MOST_INTERFACES = 65536
_YEAR_2000 = 946_684_800
MAGICS = {
    b"\xd4\xc3\xb2\xa1": ("<", 1e-6),
    b"\xa1\xb2\xc3\xd4": (">", 1e-6),
    b"\x4d\x3c\xb2\xa1": ("<", 1e-9),
    b"\xa1\xb2\x3c\x4d": (">", 1e-9),
}
SECTION = b"\x0a\x0d\x0d\x0a"
INTERFACE, OLD_PACKET, SIMPLE, STATISTICS, ENHANCED = 1, 2, 3, 5, 6


Data = bytes | memoryview | mmap.mmap


@dataclass(frozen=True, slots=True)
class Packet:
    """One captured frame.

    Attributes:
        number: 1 for the first, as tshark counts.
        time: s since 1970.
        data: bytes in the file.
        size: bytes that the frame had on the wire; more than ``len(data)`` where the capture cut it.
        link: type of the link, as pcap numbers them.
    """

    number: int
    time: float
    data: bytes
    size: int
    link: int = ETHERNET


@dataclass(frozen=True, kw_only=True)
class CaptureFile:
    """A capture as read.

    Attributes:
        packets: in the file's order.
        lost: frames that the file itself says were dropped while capturing (pcapng statistics); 0 if it says none.
        counted: whether it says so of every interface.
        started: when it says that its last interface was opened, s since 1970; None if it says so of none.
        ended: when it says that its first interface was closed, likewise.
    """

    packets: tuple[Packet, ...]
    lost: int = 0
    counted: bool = False
    started: float | None = None
    ended: float | None = None


def read_capture(data: bytes) -> CaptureFile:
    """Read a whole capture.

    Raises:
        MaterialError: not a capture, an unknown link, truncated, or a length in it cannot be.
    """
    state = State()
    packets = tuple(read_packets(data, state))
    counted = not state.uncounted and bool(state.interfaces) and all(one.counted for one in state.interfaces)
    started, ended = max(state.starts, default=None), min(state.ends, default=None)
    return CaptureFile(packets=packets, lost=state.lost, counted=counted, started=started, ended=ended)


@dataclass(slots=True)
class Interface:
    """What a block of pcapng says of an interface."""

    ticks_per_second: float = 1e6
    offset: int = 0
    snap: int = 0
    lost: int = 0
    counted: bool = False
    link: int = ETHERNET


@dataclass(slots=True)
class State:
    """What has been read so far besides the packets.

    Attributes:
        dropped: packets that single blocks say were lost before them, and all that ended sections lost.
        interfaces: of this section.
        known: interfaces in all sections.
        uncounted: interfaces of ended sections whose losses nobody counted.
        starts: when interfaces were opened, as statistics say, s since 1970.
        ends: when they were closed.
        links: types of link.
    """

    order: str = "<"
    dropped: int = 0
    known: int = 0
    uncounted: int = 0
    starts: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    interfaces: list[Interface] = field(default_factory=list)
    links: set[int] = field(default_factory=set)

    @property
    def lost(self) -> int:
        """Packets that the file says were lost."""
        return self.dropped + sum(interface.lost for interface in self.interfaces)

    def interface(self, number: int, place: int) -> Interface:
        """The interface of that number.

        Raises:
            MaterialError: no block describes it.
        """
        if number >= len(self.interfaces):
            raise MaterialError(f"capture block at byte {place} names interface {number}, which no block describes")
        return self.interfaces[number]


def read_packets(data: Data, state: State) -> Iterator[Packet]:
    """The packets of a capture one by one; what the file says besides is left in `state`.

    Raises:
        MaterialError: not a capture, an unknown link, truncated, or a length in it cannot be.
    """
    if bytes(data[:4]) in MAGICS:
        return _read_classic(data, state)
    if bytes(data[:4]) == SECTION:
        return _read_blocks(data, state)
    start = bytes(data[:4]).hex() or "nothing"
    raise MaterialError(f"not a network capture: it begins with {start}, wanted pcap or pcapng")


def classic_header(data: Data, state: State) -> tuple[str, float, int]:
    """Byte order, unit of the fraction of a second (s), and link type of a pcap.

    Raises:
        MaterialError: truncated, or an unknown link.
    """
    if len(data) < 24:
        raise MaterialError(f"capture is truncated: {len(data)} bytes, the file header alone has 24")
    order, unit = MAGICS[bytes(data[:4])]
    link: int = struct.unpack_from(order + "I", data, 20)[0] & 0x0FFFFFFF
    _check_link_type(link)
    state.known = 1
    state.links.add(link)
    return order, unit, link


def _read_classic(data: Data, state: State) -> Iterator[Packet]:
    order, unit, link = classic_header(data, state)
    record = struct.Struct(order + "IIII")
    number, place = 0, 24
    while place < len(data):
        if place + 16 > len(data):
            raise truncated(place)
        seconds, fraction, length, size = record.unpack_from(data, place)
        check_length(length, place)
        place += 16
        if place + length > len(data):
            raise truncated(place - 16)
        number += 1
        frame = bytes(data[place : place + length])
        yield Packet(number, seconds + fraction * unit, frame, max(size, length), link)
        place += length


def _read_blocks(data: Data, state: State) -> Iterator[Packet]:
    number, place = 0, 0
    while place < len(data):
        place, found = read_block(data, place, state)
        if found is not None:
            number += 1
            time, start, length, size, link = found
            yield Packet(number, time, bytes(data[start : start + length]), max(size, length), link)


Found = tuple[float, int, int, int, int]


def read_block(data: Data, place: int, state: State) -> tuple[int, Found | None]:
    """Take one block of a pcapng.

    Returns:
        Where the next one is, and of a packet its time (s), place, captured length, size and link.

    Raises:
        MaterialError: truncated, damaged, or of an obsolete kind that holds packets.
    """
    if bytes(data[place : place + 4]) == SECTION:
        _begin_section(data, place, state)
    if place + 12 > len(data):
        raise truncated(place)
    kind, length = struct.unpack_from(state.order + "II", data, place)
    end: int = place + length
    if length < 12 or length % 4:
        raise MaterialError(f"capture block at byte {place} has the impossible length {length}")
    if end > len(data):
        raise truncated(place)
    if bytes(data[end - 4 : end]) != bytes(data[place + 4 : place + 8]):
        raise MaterialError(f"capture block at byte {place}: its two lengths differ")
    try:
        return end, _take(data, (kind, place, end), state)
    except struct.error as error:
        raise MaterialError(f"capture block at byte {place} is too short for its kind {kind}") from error


def _begin_section(data: Data, place: int, state: State) -> None:
    orders = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
    magic = bytes(data[place + 8 : place + 12])
    if magic not in orders:
        raise MaterialError(f"capture section at byte {place} has no byte-order magic: got {magic.hex()}")
    state.dropped = state.lost
    state.uncounted += sum(not interface.counted for interface in state.interfaces)
    state.order, state.interfaces = orders[magic], []


def _take(data: Data, block: tuple[int, int, int], state: State) -> Found | None:
    kind, place, end = block
    body = data[place + 8 : end - 4]
    if kind == INTERFACE:
        _take_interface(body, place, state)
    elif kind == ENHANCED:
        number, high, low, length, size = struct.unpack_from(state.order + "IIIII", body)
        interface = state.interface(number, place)
        time = interface.offset + float((high << 32) | low) / interface.ticks_per_second
        _check_packet(len(body) - 20, length, place)
        for code, value in _options(body[20 + (length + 3) // 4 * 4 :], state.order):
            if code == 4 and len(value) == 8:
                # epb_dropcount: lost between the packet before and this one
                state.dropped += min(struct.unpack(state.order + "Q", value)[0] & 0x7FFFFFFFFFFF, 1 << 40)
        return time, place + 28, length, size, interface.link
    elif kind == SIMPLE:
        (size,) = struct.unpack_from(state.order + "I", body)
        interface = state.interface(0, place)
        length = min(size, interface.snap) if interface.snap else size
        _check_packet(len(body) - 4, length, place)
        return 0.0, place + 12, length, size, interface.link
    elif kind == STATISTICS:
        _take_statistics(body, place, state)
    elif kind == OLD_PACKET:
        # to skip it like a block of no interest would leave its packet unjudged
        raise MaterialError(f"capture block at byte {place} is an obsolete packet block: convert with editcap")
    return None


def _take_interface(body: Data, place: int, state: State) -> None:
    link, _, snap = struct.unpack_from(state.order + "HHI", body)
    _check_link_type(link)
    if len(state.interfaces) >= MOST_INTERFACES:
        raise MaterialError(f"capture block at byte {place}: more than {MOST_INTERFACES} interfaces")
    interface = Interface(snap=snap, link=link)
    for code, value in _options(body[8:], state.order):
        if code == 9 and len(value) == 1:
            interface.ticks_per_second = 2.0 ** (value[0] & 0x7F) if value[0] & 0x80 else 10.0 ** value[0]
        elif code == 14 and len(value) == 8:
            (interface.offset,) = struct.unpack(state.order + "q", value)
    state.interfaces.append(interface)
    state.known += 1
    state.links.add(link)


def _take_statistics(body: Data, place: int, state: State) -> None:
    (number,) = struct.unpack_from(state.order + "I", body)
    interface = state.interface(number, place)
    for code, value in _options(body[12:], state.order):
        # 5: dropped by the interface, 7: dropped by the operating system; both count from the start
        if code in (5, 7) and len(value) == 8:
            interface.counted = True
            interface.lost = max(interface.lost, struct.unpack(state.order + "Q", value)[0])
        elif code in (2, 3) and len(value) == 8:
            high, low = struct.unpack(state.order + "II", value)
            (state.starts if code == 2 else state.ends).append(_moment((high << 32) | low, interface))


def _moment(ticks: int, interface: Interface) -> float:
    """When an interface was opened or closed, s since 1970."""
    time = interface.offset + ticks / interface.ticks_per_second
    # dumpcap (seen of 4.0.17) counts these in microseconds whatever the interface counts in
    return time if time > _YEAR_2000 else interface.offset + ticks / 1e6


def _options(data: Data, order: str) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + 4 <= len(data):
        code, length = struct.unpack_from(order + "HH", data, place)
        if code == 0:
            break
        yield code, bytes(data[place + 4 : place + 4 + length])
        place += 4 + (length + 3) // 4 * 4


def _check_packet(there: int, length: int, place: int) -> None:
    check_length(length, place)
    if length > there:
        raise MaterialError(f"capture block at byte {place} holds {there} bytes, its packet says {length}")


def _check_link_type(link: int) -> None:
    if link not in LINKS:
        raise MaterialError(
            f"capture has link type {link}: wanted {ETHERNET} (Ethernet), {COOKED} or {COOKED2} (Linux cooked) or "
            f"{RAW} (raw IP); capture on an Ethernet tap"
        )


def check_length(length: int, place: int) -> None:
    """Refuse a packet that is longer than any can be.

    Raises:
        MaterialError: it is.
    """
    if length > LONGEST_PACKET:
        raise MaterialError(f"capture record at byte {place} claims {length} bytes: at most {LONGEST_PACKET} can be")


def truncated(place: int) -> MaterialError:
    """The error for a record that is not complete."""
    return MaterialError(f"capture is truncated: the record at byte {place} is not complete")
