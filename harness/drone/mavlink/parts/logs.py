"""Log download (MAVLink messages LOG_*), as ArduPilot and its ground stations use it.

What is sent is the decrypted flight log. A port obeys only what it may obey, so it goes to the trusted local port and
to radio ports whose frames are signed, and nowhere else; a part has no say in that.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.state import Severity
from harness.drone.mavlink.channel import Channel
from harness.drone.mavlink.empty_part import EmptyPart
from harness.drone.mavlink.inbound import Message
from harness.drone.mavlink.part import Post
from harness.drone.mavlink.parts.files import Files, is_log
from harness.drone.mavlink.parts.pump import Pump, allowance
from harness.errors import VehicleError

CHUNK = 90  # bytes in one LOG_DATA
MOST_REQUESTS = 64  # MAVProxy asks for up to 20 gaps in a row


@dataclass(kw_only=True)
class _Request:
    channel: Channel
    sender: tuple[int, int]
    number: int
    name: str
    offset: int
    end: int

    def covers(self, other: "_Request") -> bool:
        same = (self.channel, self.sender, self.number) == (other.channel, other.sender, other.number)
        return same and self.offset <= other.offset and other.end <= self.end


class Logs(EmptyPart):
    """Lists, sends and erases flight logs; they are numbered from 1 in the order of their names."""

    def __init__(self, files: Files, is_armed: Callable[[], bool]) -> None:
        super().__init__()
        self._files, self._is_armed = files, is_armed
        self._requests: deque[_Request] = deque()
        self._pump = Pump(self._send_some)
        self.handlers = {
            "LOG_REQUEST_LIST": self._list,
            "LOG_REQUEST_DATA": self._take_request,
            "LOG_REQUEST_END": self._end,
            "LOG_ERASE": self._erase,
        }

    def start(self, post: Post) -> None:
        """Begin to answer."""
        super().start(post)
        self._pump.start(post)

    def stop(self) -> None:
        """Send no more."""
        self._requests.clear()
        self._pump.stop()

    @property
    def idle(self) -> bool:
        """Whether nothing waits to be sent."""
        return not self._requests

    def _sizes(self) -> list[tuple[str, int]]:
        try:
            sizes = self._files.file_sizes()
        except VehicleError:
            return []
        return sorted((name, size) for name, size in sizes.items() if is_log(name))

    def _list(self, channel: Channel, message: Message) -> None:
        sizes = self._sizes()
        total = len(sizes)
        if not total:
            self.post.send(channel, [mavlink.MAVLink_log_entry_message(0, 0, 0, 0, 0)], self.component)
            return
        first = min(max(message.start, 1), total)
        last = min(max(message.end, first), total)
        # the recorder keeps no calendar, and 0 says so
        entries = [
            mavlink.MAVLink_log_entry_message(number, total, total, 0, sizes[number - 1][1])
            for number in range(first, last + 1)
        ]
        self.post.send(channel, entries, self.component)

    def _take_request(self, channel: Channel, message: Message) -> None:
        sizes, number = self._sizes(), message.id
        name, size = sizes[number - 1] if 1 <= number <= len(sizes) else ("", 0)
        end = min(message.ofs + message.count, size)
        if message.ofs >= end:
            self.post.send(channel, [_data(number, message.ofs, b"")], self.component)
            return
        sender = (message.get_srcSystem(), message.get_srcComponent())
        request = _Request(channel=channel, sender=sender, number=number, name=name, offset=message.ofs, end=end)
        if len(self._requests) < MOST_REQUESTS and not any(each.covers(request) for each in self._requests):
            self._requests.append(request)
        self._pump.kick()

    def _end(self, channel: Channel, message: Message) -> None:
        sender = (message.get_srcSystem(), message.get_srcComponent())
        self._requests = deque(each for each in self._requests if (each.channel, each.sender) != (channel, sender))

    def _erase(self, channel: Channel, message: Message) -> None:
        if self._is_armed():
            self.post.say(int(Severity.WARNING), "logs are not erased while armed")
            return
        try:
            self._files.erase_log()
        except VehicleError as error:
            self.post.say(int(Severity.WARNING), str(error))
            return
        self._requests.clear()

    def _send_some(self) -> bool:
        """One turn of the request that has waited longest; whether more is to be sent."""
        if self._requests:
            request = self._requests[0]
            length = min(max(allowance(request.channel) // CHUNK, 1) * CHUNK, request.end - request.offset)
            data = self._read(request, length)
            pieces = [data[at : at + CHUNK] for at in range(0, len(data), CHUNK)]
            starts = range(request.offset, request.offset + len(data), CHUNK)
            messages = [_data(request.number, at, piece) for at, piece in zip(starts, pieces, strict=True)]
            self.post.send(request.channel, messages, self.component)
            request.offset += len(data)
            # a turn for each in turn, so that a long log does not keep another station waiting
            self._requests.rotate(-1)
            if not data or request.offset >= request.end:
                self._requests.remove(request)
        return bool(self._requests)

    def _read(self, request: _Request, length: int) -> bytes:
        try:
            return self._files.read_file(request.name, request.offset, length)
        except VehicleError:
            return b""


def _data(number: int, offset: int, data: bytes) -> Message:
    return mavlink.MAVLink_log_data_message(number, offset, len(data), list(data.ljust(CHUNK, b"\0")))
