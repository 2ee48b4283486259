"""MAVFTP (mavlink.io, "File Transfer Protocol"), read-only: what would change a file is answered as write protected.

What it sends is decrypted. A port obeys only what it may obey, so files go to the trusted local port and to radio ports
whose frames are signed, and nowhere else; a part has no say in that. As in ArduPilot a session has the number that its
station chose, so several stations, and one station several times, read at once.
"""

import struct
import zlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.channel import Channel
from harness.drone.mavlink.empty_part import EmptyPart
from harness.drone.mavlink.inbound import Message
from harness.drone.mavlink.part import Post
from harness.drone.mavlink.parts.filetree import Entry, FileTree, OpenFile
from harness.drone.mavlink.parts.pump import Pump, allowance
from harness.errors import VehicleError

MOST_SESSIONS = 8
IDLE_TIME = 20.0  # s, after which another may have the session's place
MOST_DATA = 239
MOST_PACKETS = 200  # of one burst
_PAYLOAD, _HEADER = 251, struct.Struct("<HBBBBBxI")
_REMEMBERED = 16
_ACK, _NAK = mavlink.MAV_FTP_OPCODE_ACK, mavlink.MAV_FTP_OPCODE_NAK
_WRITING = frozenset(
    {
        mavlink.MAV_FTP_OPCODE_CREATEFILE,
        mavlink.MAV_FTP_OPCODE_WRITEFILE,
        mavlink.MAV_FTP_OPCODE_REMOVEFILE,
        mavlink.MAV_FTP_OPCODE_CREATEDIRECTORY,
        mavlink.MAV_FTP_OPCODE_REMOVEDIRECTORY,
        mavlink.MAV_FTP_OPCODE_OPENFILEWO,
        mavlink.MAV_FTP_OPCODE_TRUNCATEFILE,
        mavlink.MAV_FTP_OPCODE_RENAME,
    }
)

Key = tuple[Channel, int, int, int]  # port, system, component, session


class _RefusedError(Exception):
    """Becomes a NAK with that error code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class _Request:
    key: Key
    sequence: int
    opcode: int
    offset: int
    size: int
    data: bytes

    @property
    def path(self) -> str:
        try:
            return self.data.rstrip(b"\0").decode("ascii")
        except UnicodeDecodeError:
            raise _RefusedError(mavlink.MAV_FTP_ERR_FILENOTFOUND) from None


@dataclass(kw_only=True)
class _Burst:
    request: _Request
    sequence: int
    offset: int
    left: int


@dataclass(kw_only=True)
class _Session:
    file: OpenFile
    used: float
    burst: _Burst | None = None


class FileTransfer(EmptyPart):
    """Serves a tree of files."""

    def __init__(self, tree: FileTree) -> None:
        super().__init__()
        self._tree = tree
        self._sessions: dict[Key, _Session] = {}
        self._answers: OrderedDict[Key, tuple[bytes, bytes]] = OrderedDict()
        self._pump = Pump(self._send_bursts)
        self.handlers = {"FILE_TRANSFER_PROTOCOL": self._take}
        self._operations: Mapping[int, Callable[[_Request], bytes]] = {
            mavlink.MAV_FTP_OPCODE_NONE: lambda request: b"",
            mavlink.MAV_FTP_OPCODE_TERMINATESESSION: self._terminate,
            mavlink.MAV_FTP_OPCODE_RESETSESSION: self._reset,
            mavlink.MAV_FTP_OPCODE_LISTDIRECTORY: self._list,
            mavlink.MAV_FTP_OPCODE_OPENFILERO: self._open,
            mavlink.MAV_FTP_OPCODE_READFILE: self._read,
            mavlink.MAV_FTP_OPCODE_CALCFILECRC: self._checksum,
        }

    def start(self, post: Post) -> None:
        """Begin to answer."""
        super().start(post)
        self._pump.start(post)

    def stop(self) -> None:
        """Close everything."""
        self._sessions.clear()
        self._pump.stop()

    @property
    def sessions(self) -> int:
        """How many files are open."""
        return len(self._sessions)

    def _take(self, channel: Channel, message: Message) -> None:
        payload = bytes(message.payload).ljust(_PAYLOAD, b"\0")
        sequence, session, opcode, size, _, _, offset = _HEADER.unpack(payload[: _HEADER.size])
        key = (channel, message.get_srcSystem(), message.get_srcComponent(), session)
        data = payload[_HEADER.size : _HEADER.size + size]
        request = _Request(key=key, sequence=sequence, opcode=opcode, offset=offset, size=size, data=data)
        if opcode == mavlink.MAV_FTP_OPCODE_BURSTREADFILE:
            self._begin_burst(request)
            return
        before = self._answers.get(key)
        # the same request again means that its answer was lost
        answer = before[1] if before is not None and before[0] == payload else self._answer(request)
        self._remember(key, payload, answer)
        self._send(request, answer)

    def _remember(self, key: Key, payload: bytes, answer: bytes) -> None:
        self._answers[key] = (payload, answer)
        self._answers.move_to_end(key)
        while len(self._answers) > _REMEMBERED:
            self._answers.popitem(last=False)

    def _answer(self, request: _Request) -> bytes:
        try:
            return _pack(request, _ACK, self._carry_out(request))
        except _RefusedError as refused:
            return _pack(request, _NAK, bytes([refused.code]))
        except VehicleError:
            return _pack(request, _NAK, bytes([mavlink.MAV_FTP_ERR_FAIL]))

    def _carry_out(self, request: _Request) -> bytes:
        if request.opcode in _WRITING:
            raise _RefusedError(mavlink.MAV_FTP_ERR_FILEPROTECTED)
        operation = self._operations.get(request.opcode)
        if operation is None:
            raise _RefusedError(mavlink.MAV_FTP_ERR_UNKNOWNCOMMAND)
        if request.size > MOST_DATA:
            raise _RefusedError(mavlink.MAV_FTP_ERR_INVALIDDATASIZE)
        return operation(request)

    def _send(self, request: _Request, payload: bytes) -> None:
        channel, system, component, _ = request.key
        message = mavlink.MAVLink_file_transfer_protocol_message(0, system, component, list(payload))
        self.post.send(channel, [message], self.component)

    # -- operations

    def _terminate(self, request: _Request) -> bytes:
        self._sessions.pop(request.key, None)
        return b""

    def _reset(self, request: _Request) -> bytes:
        """Close what this station has opened; the files of others stay open."""
        for key in [each for each in self._sessions if each[:3] == request.key[:3]]:
            del self._sessions[key]
        return b""

    def _list(self, request: _Request) -> bytes:
        entries = self._tree.entries(request.path)
        if entries is None:
            raise _RefusedError(mavlink.MAV_FTP_ERR_FILENOTFOUND)
        if request.offset >= len(entries):
            raise _RefusedError(mavlink.MAV_FTP_ERR_EOF)
        data = b""
        for entry in entries[request.offset :]:
            line = _line(entry)
            if len(data) + len(line) > MOST_DATA:
                break
            data += line
        return data

    def _find(self, request: _Request) -> OpenFile:
        file = self._tree.open(request.path)
        if file is None:
            raise _RefusedError(mavlink.MAV_FTP_ERR_FILENOTFOUND)
        return file

    def _open(self, request: _Request) -> bytes:
        file, now = self._find(request), self.post.clock.now()
        if request.key not in self._sessions:
            self._make_place(now)
        self._sessions[request.key] = _Session(file=file, used=now)
        return struct.pack("<I", file.size)

    def _make_place(self, now: float) -> None:
        for key in [each for each, session in self._sessions.items() if now - session.used > IDLE_TIME]:
            del self._sessions[key]
        if len(self._sessions) >= MOST_SESSIONS:
            raise _RefusedError(mavlink.MAV_FTP_ERR_NOSESSIONSAVAILABLE)

    def _session(self, request: _Request) -> _Session:
        session = self._sessions.get(request.key)
        if session is None:
            raise _RefusedError(mavlink.MAV_FTP_ERR_INVALIDSESSION)
        if not 0 < request.size <= MOST_DATA:
            raise _RefusedError(mavlink.MAV_FTP_ERR_INVALIDDATASIZE)
        if request.offset >= session.file.size:
            raise _RefusedError(mavlink.MAV_FTP_ERR_EOF)
        session.used = self.post.clock.now()
        return session

    def _read(self, request: _Request) -> bytes:
        return self._session(request).file.read(request.offset, request.size)

    def _checksum(self, request: _Request) -> bytes:
        """CRC-32 as ArduPilot counts it: from zero, and not inverted at the end."""
        file = self._find(request)
        crc = zlib.crc32(file.read(0, file.size), 0xFFFFFFFF) ^ 0xFFFFFFFF
        return struct.pack("<I", crc)

    # -- bursts

    def _begin_burst(self, request: _Request) -> None:
        try:
            session = self._session(request)
        except _RefusedError as refused:
            self._send(request, _pack(request, _NAK, bytes([refused.code])))
            return
        session.burst = _Burst(request=request, sequence=request.sequence + 1, offset=request.offset, left=MOST_PACKETS)
        self._pump.kick()

    def _send_bursts(self) -> bool:
        """One turn of every burst; whether any goes on."""
        for session in list(self._sessions.values()):
            if session.burst is not None:
                self._send_burst(session, session.burst)
        return any(session.burst is not None for session in self._sessions.values())

    def _send_burst(self, session: _Session, burst: _Burst) -> None:
        session.used = self.post.clock.now()
        for _ in range(max(allowance(burst.request.key[0]) // MOST_DATA, 1)):
            data = self._read_on(session.file, burst)
            burst.offset += len(data)
            burst.left -= 1
            last = not data or not burst.left or burst.offset >= session.file.size
            self._send_piece(burst, data, last=last)
            burst.sequence += 1
            if last:
                session.burst = None
                return

    def _read_on(self, file: OpenFile, burst: _Burst) -> bytes:
        try:
            return file.read(burst.offset, burst.request.size)
        except VehicleError:
            return b""

    def _send_piece(self, burst: _Burst, data: bytes, *, last: bool) -> None:
        place = (burst.sequence, burst.offset - len(data))
        if data:
            self._send(burst.request, _pack(burst.request, _ACK, data, place=place, last=last))
        else:
            self._send(burst.request, _pack(burst.request, _NAK, bytes([mavlink.MAV_FTP_ERR_FAIL]), place=place))


def _pack(
    request: _Request, opcode: int, data: bytes, *, place: tuple[int, int] | None = None, last: bool = False
) -> bytes:
    """The payload of an answer; `place` is the sequence number and offset of a piece of a burst."""
    sequence, offset = place or (request.sequence + 1, request.offset)
    head = _HEADER.pack(sequence % 2**16, request.key[3], opcode, len(data), request.opcode, int(last), offset)
    return (head + data).ljust(_PAYLOAD, b"\0")


def _line(entry: Entry) -> bytes:
    kind = f"D{entry.name}" if entry.size is None else f"F{entry.name}\t{entry.size}"
    return kind.encode("ascii", "replace") + b"\0"
