"""MAVLink 2 message signing, as mavlink.io "Message Signing" lays it down, with the times kept over a reboot.

Unlike pymavlink's own check, a frame with a wrong signature leaves no trace, so a stranger cannot push a clock ahead.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.config import Memory
from harness.link.mavframes import MAGIC_V1, MAGIC_V2, SIGNED_FLAG
from harness.timing import Clock

KEY_LENGTH = 32
LAST_TIMESTAMP = 2**48 - 1
_UNITS_PER_SECOND = 100_000
_UNIX_TIME_OF_2015 = 1_420_070_400
_GRACE = 60 * _UNITS_PER_SECOND
_RESERVE = 10 * _UNITS_PER_SECOND  # memory is written no more often than this

Stream = tuple[bytes, int, int, int]  # key, link id, system, component


@dataclass(kw_only=True)
class SigningTime:
    """The drone's own signing time: 10 us units since the start of 2015, moved ahead by what it accepts."""

    clock: Clock
    epoch: float
    _ahead: int = 0

    def now(self) -> int:
        """Present signing timestamp."""
        units = round((self.epoch - _UNIX_TIME_OF_2015 + self.clock.now()) * _UNITS_PER_SECOND)
        return min(units + self._ahead, LAST_TIMESTAMP)

    def move_to(self, timestamp: int) -> None:
        """Go on from `timestamp`, unless that has passed."""
        self._ahead += max(timestamp - self.now(), 0)


@dataclass
class Signatures:
    """The signing times of one autopilot, over all its ports, so that no frame of one port can be replayed on another.

    `memory` holds a time that nothing accepted or sent has passed yet: it is written ahead by ten seconds, since flash
    cannot be written with every frame, and exactly on an orderly stop. `refuse_replay` and `refuse_old` False are
    defects: no time is looked at, or not that of a stream's first frame.
    """

    time: SigningTime
    memory: Memory
    refuse_replay: bool = True
    refuse_old: bool = True
    _newest: dict[Stream, int] = field(default_factory=dict)
    _floor: int = 0
    _last: int = 0

    def __post_init__(self) -> None:
        """Begin where the last power cycle ended."""
        self._floor = self._last = self.memory.newest_signature
        self.time.move_to(self._floor)

    def stamp(self) -> int:
        """A timestamp for a frame that goes out, later than all before it."""
        self._use(min(max(self._last + 1, self.time.now()), LAST_TIMESTAMP))
        return self._last

    def take(self, stream: Stream, timestamp: int) -> bool:
        """Whether a frame of that time is to be obeyed; if so, its time is used up."""
        oldest = self._newest.get(stream, max(self._floor, self.time.now() - _GRACE) if self.refuse_old else -1)
        if self.refuse_replay and timestamp <= oldest:
            return False
        self._newest[stream] = timestamp
        self.time.move_to(timestamp)
        self._use(max(timestamp, self._last))
        return True

    def save(self) -> None:
        """Write down the exact time; call on an orderly stop."""
        self.memory.newest_signature = self._last

    def _use(self, timestamp: int) -> None:
        self._last = timestamp
        if timestamp > self.memory.newest_signature:
            self.memory.newest_signature = min(timestamp + _RESERVE, LAST_TIMESTAMP)


def _none(frame: bytes) -> bool:
    """No frame is exempt: as it should be."""
    return False


def exemption(*, mavlink1: bool, key_setup: bool) -> Callable[[bytes], bool]:
    """The frames that two defects let pass without a signature: MAVLink 1, and SETUP_SIGNING."""

    def is_exempt(frame: bytes) -> bool:
        old = frame[0] == MAGIC_V1
        number = frame[5] if old else int.from_bytes(frame[7:10], "little")
        return (mavlink1 and old) or (key_setup and number == mavlink.MAVLINK_MSG_ID_SETUP_SIGNING)

    return is_exempt


class SignatureCheck:
    """Decides whether a frame was signed with the key, and later than the last one of its stream; signs what goes out.

    A stream is link id, system and component.
    """

    def __init__(self, paired_key: bytes, signatures: Signatures, exempt: Callable[[bytes], bool] = _none) -> None:
        """Check with `paired_key`, unless SETUP_SIGNING has set another one; what is `exempt` is a defect's.

        Raises:
            ValueError: the key has not 32 bytes.
        """
        self._exempt = exempt
        if len(paired_key) != KEY_LENGTH:
            raise ValueError(f"a MAVLink signing key has {KEY_LENGTH} bytes, got {len(paired_key)}")
        self._paired_key, self._signatures = paired_key, signatures

    @property
    def key(self) -> bytes:
        """The present key."""
        return self._signatures.memory.signing_key or self._paired_key

    def stamp(self) -> int:
        """A timestamp for a frame that goes out."""
        return self._signatures.stamp()

    def refusal(self, frame: bytes) -> str:
        """Why `frame` is not to be obeyed; empty when it is, and then its timestamp is used up."""
        if self._exempt(frame):
            return ""
        if frame[0] != MAGIC_V2 or not frame[2] & SIGNED_FLAG:
            return "unsigned"
        if not hmac.compare_digest(hashlib.sha256(self.key + frame[:-6]).digest()[:6], frame[-6:]):
            return "wrong signature"
        stream = (self.key, frame[-13], frame[5], frame[6])
        accepted = self._signatures.take(stream, int.from_bytes(frame[-12:-6], "little"))
        return "" if accepted else "stale signature"

    def sign(self, frame: bytes, link: int) -> bytes:
        """`frame`, of whatever version and signature, as a MAVLink 2 frame with a signature of our own.

        The message must be one of the dialect; system, component, sequence and payload stay.
        """
        if frame[0] == MAGIC_V1:
            payload, head = frame[6 : 6 + frame[1]], bytes([SIGNED_FLAG, 0, *frame[2:6], 0, 0])
        else:
            payload, head = frame[10 : 10 + frame[1]], bytes([frame[2] | SIGNED_FLAG, *frame[3:10]])
        body = bytes([len(payload)]) + head + payload
        number = int.from_bytes(head[5:8], "little")
        crc: int = mavlink.x25crc(body + bytes([mavlink.mavlink_map[number].crc_extra])).crc
        stamp = bytes([link]) + self.stamp().to_bytes(6, "little")
        whole = bytes([MAGIC_V2]) + body + crc.to_bytes(2, "little") + stamp
        return whole + hashlib.sha256(self.key + whole).digest()[:6]
