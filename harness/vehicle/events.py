"""Events: what PX4 says in numbers, where others say it in a text (mavlink.io, "Events Interface").

EVENT is no message of the dialect that the client packs and unpacks, so its frames are read here. Its number is made of
the event's name (libevents: FNV-1a, 24 bits) and the component that defines it.
"""

import struct
from collections.abc import Mapping

from harness.link.mavframes import MAGIC_V2, FrameSplitter
from harness.vehicle.codec import checksum, crc_start, message_id
from harness.vehicle.texts import Text

_EVENT, _SEED = 410, 160
# number, time since boot, sequence, component and system that it is for, levels
_HEAD = struct.Struct("<IIHBBB")
_PAYLOAD = 10
_OFFSET, _PRIME = 0x811C9DC5, 0x01000193
_AUTOPILOT = 1


def event_number(name: str, component: int = _AUTOPILOT) -> int:
    """Number of the event of that name."""
    value = _OFFSET
    for byte in name.encode():
        value = (value ^ byte) * _PRIME & 0xFFFFFFFF
    return value & 0xFFFFFF | component << 24


class EventReader:
    """Finds the events of an article among the bytes that it sends."""

    def __init__(self, known: Mapping[str, str]) -> None:
        """`known`: what the events of interest say, by name; others are passed over."""
        self._known = {event_number(name): text for name, text in known.items()}
        self._splitter = FrameSplitter(_is_event)
        self._last: int | None = None

    def feed(self, data: bytes, system: int, now: float) -> list[Text]:
        """What the events of `system` say that `data` completes, at `now`; one that is sent again is told once."""
        texts = []
        for frame in self._splitter.feed(data) if self._known else ():
            if frame[5] != system:
                continue
            payload = frame[_PAYLOAD : crc_start(frame)].ljust(_HEAD.size, b"\0")
            number, _, sequence, _, _, levels = _HEAD.unpack_from(payload)
            if number in self._known and sequence != self._last:
                # the low half is for others, the high half for its own log
                texts.append(Text(time=now, severity=levels & 15, text=self._known[number]))
                self._last = sequence
        return texts


def _is_event(frame: bytes) -> bool:
    if frame[0] != MAGIC_V2 or message_id(frame) != _EVENT:
        return False
    start = crc_start(frame)
    return checksum(frame, _SEED) == frame[start : start + 2]
