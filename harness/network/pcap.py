"""Reads captures: classic pcap (either byte order, micro- or nanoseconds) and the basic blocks of pcapng.

Formats: draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng. Only Ethernet is read.
"""

import struct
from dataclasses import dataclass, field

from harness.errors import MaterialError

LONGEST_PACKET = 262144
_ETHERNET = 1
_MAGICS = {
    b"\xd4\xc3\xb2\xa1": ("<", 1e-6),
    b"\xa1\xb2\xc3\xd4": (">", 1e-6),
    b"\x4d\x3c\xb2\xa1": ("<", 1e-9),
    b"\xa1\xb2\x3c\x4d": (">", 1e-9),
}
_SECTION = b"\x0a\x0d\x0d\x0a"
_INTERFACE, _OLD_PACKET, _SIMPLE, _STATISTICS, _ENHANCED = 1, 2, 3, 5, 6


@dataclass(frozen=True, slots=True)
class Packet:
    """One captured frame.

    Attributes:
        number: 1 for the first, as tshark counts.
        time: s since 1970.
        data: bytes in the file.
        size: bytes that the frame had on the wire; more than ``len(data)`` where the capture cut it.
    """

    number: int
    time: float
    data: bytes
    size: int


@dataclass(frozen=True, kw_only=True)
class CaptureFile:
    """A capture as read.

    Attributes:
        packets: in the file's order.
        lost: frames that the file itself says were dropped while capturing (pcapng statistics); 0 if it says none.
    """

    packets: tuple[Packet, ...]
    lost: int = 0


def read_capture(data: bytes) -> CaptureFile:
    """Read a whole capture.

    Raises:
        MaterialError: not a capture, not Ethernet, truncated, or a length in it cannot be.
    """
    if data[:4] in _MAGICS:
        return CaptureFile(packets=tuple(_read_classic(data)))
    if data[:4] == _SECTION:
        return _Pcapng(data).read()
    raise MaterialError(f"not a network capture: it begins with {data[:4].hex() or 'nothing'}, wanted pcap or pcapng")


def _read_classic(data: bytes) -> list[Packet]:
    if len(data) < 24:
        raise MaterialError(f"capture is truncated: {len(data)} bytes, the file header alone has 24")
    order, unit = _MAGICS[data[:4]]
    _check_link_type(struct.unpack_from(order + "I", data, 20)[0] & 0x0FFFFFFF)
    record = struct.Struct(order + "IIII")
    packets: list[Packet] = []
    place = 24
    while place < len(data):
        if place + 16 > len(data):
            raise _truncated(place)
        seconds, fraction, length, size = record.unpack_from(data, place)
        _check_length(length, place)
        place += 16
        if place + length > len(data):
            raise _truncated(place)
        frame = data[place : place + length]
        packets.append(Packet(len(packets) + 1, seconds + fraction * unit, frame, max(size, length)))
        place += length
    return packets


@dataclass(slots=True)
class _Interface:
    ticks_per_second: float = 1e6
    offset: int = 0
    snap: int = 0
    lost: int = 0


@dataclass(slots=True)
class _Pcapng:
    data: bytes
    order: str = "<"
    interfaces: list[_Interface] = field(default_factory=list)
    packets: list[Packet] = field(default_factory=list)
    lost: int = 0

    def read(self) -> CaptureFile:
        place = 0
        while place < len(self.data):
            place = self._read_block(place)
        self._end_section()
        return CaptureFile(packets=tuple(self.packets), lost=self.lost)

    def _read_block(self, place: int) -> int:
        if self.data[place : place + 4] == _SECTION:
            self._begin_section(place)
        if place + 12 > len(self.data):
            raise _truncated(place)
        kind, length = struct.unpack_from(self.order + "II", self.data, place)
        end: int = place + length
        if length < 12 or length % 4:
            raise MaterialError(f"capture block at byte {place} has the impossible length {length}")
        if end > len(self.data):
            raise _truncated(place)
        if self.data[end - 4 : end] != self.data[place + 4 : place + 8]:
            raise MaterialError(f"capture block at byte {place}: its two lengths differ")
        self._take(kind, self.data[place + 8 : end - 4], place)
        return end

    def _begin_section(self, place: int) -> None:
        orders = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
        magic = self.data[place + 8 : place + 12]
        if magic not in orders:
            raise MaterialError(f"capture section at byte {place} has no byte-order magic: got {magic.hex()}")
        self._end_section()
        self.order = orders[magic]

    def _end_section(self) -> None:
        self.lost += sum(interface.lost for interface in self.interfaces)
        self.interfaces = []

    def _take(self, kind: int, body: bytes, place: int) -> None:
        try:
            if kind == _INTERFACE:
                self._take_interface(body)
            elif kind == _ENHANCED:
                number, high, low, length, size = struct.unpack_from(self.order + "IIIII", body)
                interface = self._interface(number, place)
                time = interface.offset + ((high << 32) | low) / interface.ticks_per_second
                self._add(body[20:], time, (length, size), place)
            elif kind == _SIMPLE:
                (size,) = struct.unpack_from(self.order + "I", body)
                snap = self._interface(0, place).snap
                self._add(body[4:], 0.0, (min(size, snap) if snap else size, size), place)
            elif kind == _STATISTICS:
                self._take_statistics(body, place)
            elif kind == _OLD_PACKET:
                # to skip it like a block of no interest would leave its packet unjudged
                raise MaterialError(f"capture block at byte {place} is an obsolete packet block: convert with editcap")
        except struct.error as error:
            raise MaterialError(f"capture block at byte {place} is too short for its kind {kind}") from error

    def _take_interface(self, body: bytes) -> None:
        link, _, snap = struct.unpack_from(self.order + "HHI", body)
        _check_link_type(link)
        interface = _Interface(snap=snap)
        for code, value in self._options(body[8:]):
            if code == 9 and len(value) == 1:
                interface.ticks_per_second = 2.0 ** (value[0] & 0x7F) if value[0] & 0x80 else 10.0 ** value[0]
            elif code == 14 and len(value) == 8:
                (interface.offset,) = struct.unpack(self.order + "q", value)
        self.interfaces.append(interface)

    def _take_statistics(self, body: bytes, place: int) -> None:
        (number,) = struct.unpack_from(self.order + "I", body)
        interface = self._interface(number, place)
        for code, value in self._options(body[12:]):
            # 5: dropped by the interface, 7: dropped by the operating system; both count from the start
            if code in (5, 7) and len(value) == 8:
                interface.lost = max(interface.lost, struct.unpack(self.order + "Q", value)[0])

    def _options(self, data: bytes) -> list[tuple[int, bytes]]:
        options: list[tuple[int, bytes]] = []
        place = 0
        while place + 4 <= len(data):
            code, length = struct.unpack_from(self.order + "HH", data, place)
            if code == 0:
                break
            options.append((code, data[place + 4 : place + 4 + length]))
            place += 4 + (length + 3) // 4 * 4
        return options

    def _interface(self, number: int, place: int) -> _Interface:
        if number >= len(self.interfaces):
            raise MaterialError(f"capture block at byte {place} names interface {number}, which no block describes")
        return self.interfaces[number]

    def _add(self, data: bytes, time: float, lengths: tuple[int, int], place: int) -> None:
        length, size = lengths
        _check_length(length, place)
        if length > len(data):
            raise MaterialError(f"capture block at byte {place} holds {len(data)} bytes, its packet says {length}")
        self.packets.append(Packet(len(self.packets) + 1, time, data[:length], max(size, length)))


def _check_link_type(link: int) -> None:
    if link != _ETHERNET:
        raise MaterialError(f"capture has link type {link}: wanted {_ETHERNET} (Ethernet); capture on an Ethernet tap")


def _check_length(length: int, place: int) -> None:
    if length > LONGEST_PACKET:
        raise MaterialError(f"capture record at byte {place} claims {length} bytes: at most {LONGEST_PACKET} can be")


def _truncated(place: int) -> MaterialError:
    return MaterialError(f"capture is truncated: the record at byte {place} is not complete")
