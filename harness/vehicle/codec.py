"""Messages to bytes and back, for one identity on one link. Signing is pymavlink's own, not the article's."""

import hashlib
import struct
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import UsageError
from harness.link.mavframes import MAGIC_V1, MAGIC_V2, SIGNATURE_LENGTH, SIGNED_FLAG, FrameSplitter
from harness.timing import Clock

Message = Any  # pymavlink makes one class per message, without a useful common type

KEY_LENGTH = 32
_UNIX_TIME_OF_2015 = 1_420_070_400
_SIGNING_UNITS_PER_SECOND = 100_000  # of 10 us, mavlink.io "Message Signing"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who a client is on its link.

    Attributes:
        system: system id; 255 is a ground station's.
        component: component id; 190 is a ground station's (MAV_COMP_ID_MISSIONPLANNER).
        key: 32 secret bytes to sign with and to demand of the article; None neither signs nor checks.
        link: link id within signatures.
        epoch: Unix time of zero on the test clock, s; the article needs the same date within a minute.
    """

    system: int = 255
    component: int = 190
    key: bytes | None = field(default=None, repr=False)
    link: int = 0
    epoch: float = 1_767_225_600.0


class Incoming:
    """A whole message whose checksum and signature were checked; unpacked when somebody reads it, which few are.

    Attributes:
        frame: its bytes.
        kind: name of the message type.
        system: system id of its sender.
        component: component id of its sender.
        number: by which its sender counts frames, 0 to 255.
    """

    __slots__ = ("_message", "_reader", "component", "frame", "kind", "number", "system")

    def __init__(self, frame: bytes, reader: mavlink.MAVLink) -> None:
        self.frame, self._reader, self._message = frame, reader, None
        self.kind: str = mavlink.mavlink_map[message_id(frame)].msgname
        self.number, self.system, self.component = frame[2:5] if frame[0] == MAGIC_V1 else frame[4:7]

    @property
    def message(self) -> Message:
        """The message."""
        if self._message is None:
            self._message = self._reader.decode(bytearray(self.frame))
        return self._message


class Codec:
    """Encodes and decodes for one identity.

    Attributes:
        refused: reasons and how often an incoming frame was refused for each.
    """

    def __init__(self, identity: Identity, clock: Clock) -> None:
        """Begin with sequence number 0.

        Raises:
            UsageError: the signing key has not 32 bytes.
        """
        self._epoch, self._key, self._clock = identity.epoch, identity.key, clock
        self._mav = mavlink.MAVLink(None, identity.system, identity.component)
        # unpacks what was checked already
        self._reader = mavlink.MAVLink(None)
        self._splitter = FrameSplitter(self._is_intact)
        self.refused: Counter[str] = Counter()
        if identity.key is not None:
            if len(identity.key) != KEY_LENGTH:
                raise UsageError(f"a MAVLink signing key has {KEY_LENGTH} bytes, got {len(identity.key)}")
            self._mav.signing.secret_key = identity.key
            self._mav.signing.link_id = identity.link
            self._mav.signing.sign_outgoing = True

    def encode(self, message: Message) -> bytes:
        """One frame with the next sequence number, signed when there is a key."""
        self._set_signing_time()
        frame: bytes = message.pack(self._mav)
        self._mav.seq = (self._mav.seq + 1) % 256
        return frame

    def seal(self, frame: bytes) -> bytes:
        """Sign again what was changed after signing, with a fresh time; unchanged when this identity has no key.

        The checksum stays as it is: with a good signature, it alone tells that the frame is damaged.
        """
        if self._key is None:
            return frame
        self._set_signing_time()
        signing = self._mav.signing
        stamp = struct.pack("<BQ", signing.link_id, signing.timestamp)[:7]
        signing.timestamp += 1
        body = frame[:-SIGNATURE_LENGTH] + stamp
        return body + hashlib.sha256(self._key + body).digest()[:6]

    def decode(self, data: bytes) -> list["Incoming"]:
        """The messages that `data` completes; what is corrupt or wrongly signed is counted and dropped."""
        self._set_signing_time()
        incoming = [Incoming(frame, self._reader) for frame in self._splitter.feed(data)]
        return [item for item in incoming if self._is_signed(item)]

    def _is_signed(self, item: "Incoming") -> bool:
        if self._key is None:
            return True
        frame = bytearray(item.frame)
        signed = frame[0] == MAGIC_V2 and bool(frame[2] & SIGNED_FLAG)
        if signed and self._mav.check_signature(frame, item.system, item.component):
            return True
        self.refused["Invalid signature"] += 1
        return False

    def _set_signing_time(self) -> None:
        seconds = self._epoch - _UNIX_TIME_OF_2015 + self._clock.now()
        signing = self._mav.signing
        signing.timestamp = max(signing.timestamp, round(seconds * _SIGNING_UNITS_PER_SECOND))

    def _is_intact(self, frame: bytes) -> bool:
        intact = is_intact(frame)
        if not intact:
            self.refused["wrong checksum or unknown message"] += 1
        return intact


def outside_frames(data: bytes) -> bytes:
    """What is left of `data` without its whole frames of known messages."""
    for frame in FrameSplitter(is_intact).feed(data):
        data = data.replace(frame, b"", 1)
    return data


def message_id(frame: bytes) -> int:
    """Message number of a frame of either MAVLink version."""
    return frame[5] if frame[0] == MAGIC_V1 else int.from_bytes(frame[7:10], "little")


def crc_start(frame: bytes) -> int:
    """Index of the first checksum byte."""
    signed = frame[0] == MAGIC_V2 and frame[2] & SIGNED_FLAG
    return len(frame) - 2 - (SIGNATURE_LENGTH if signed else 0)


def checksum(frame: bytes, seed: int) -> bytes:
    """CRC-16/MCRF4XX over all but magic, checksum and signature, then over the message's seed byte."""
    value: int = mavlink.x25crc(frame[1 : crc_start(frame)] + bytes([seed])).crc
    return value.to_bytes(2, "little")


def is_intact(frame: bytes) -> bool:
    """Whether a whole frame is of a known message and its checksum is right."""
    kind = mavlink.mavlink_map.get(message_id(frame))
    start = crc_start(frame)
    return kind is not None and checksum(frame, kind.crc_extra) == frame[start : start + 2]
