"""MAVLink 2 message signing, as mavlink.io "Message Signing" lays it down: the side that checks."""

import hashlib
import hmac
from dataclasses import dataclass, field

from harness.drone.mavlink.config import Memory
from harness.link.mavframes import MAGIC_V2, SIGNED_FLAG
from harness.timing import Clock

KEY_LENGTH = 32
_UNITS_PER_SECOND = 100_000
_UNIX_TIME_OF_2015 = 1_420_070_400
_GRACE = 60 * _UNITS_PER_SECOND

Stream = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class SigningTime:
    """The time that signatures carry: 10 us units since the start of 2015."""

    clock: Clock
    epoch: float

    def now(self) -> int:
        """Present signing timestamp."""
        return round((self.epoch - _UNIX_TIME_OF_2015 + self.clock.now()) * _UNITS_PER_SECOND)


@dataclass
class SignatureCheck:
    """Decides whether a frame was signed with the key, and later than the last one of its stream.

    A stream is link id, system and component. Unlike pymavlink's own check, a frame with a wrong signature
    leaves no trace, so a stranger cannot push a stream's clock ahead.
    """

    key: bytes
    time: SigningTime
    memory: Memory
    _newest: dict[Stream, int] = field(default_factory=dict)
    _floor: int = 0

    def __post_init__(self) -> None:
        """Refuse a key of the wrong length; remember what was accepted before the last reboot."""
        if len(self.key) != KEY_LENGTH:
            raise ValueError(f"a MAVLink signing key has {KEY_LENGTH} bytes, got {len(self.key)}")
        self._floor = self.memory.newest_signature

    def refusal(self, frame: bytes) -> str:
        """Why `frame` is not to be obeyed; empty when it is, and then its timestamp is used up."""
        if frame[0] != MAGIC_V2 or not frame[2] & SIGNED_FLAG:
            return "unsigned"
        if not hmac.compare_digest(hashlib.sha256(self.key + frame[:-6]).digest()[:6], frame[-6:]):
            return "wrong signature"
        stream = (frame[-13], frame[5], frame[6])
        timestamp = int.from_bytes(frame[-12:-6], "little")
        if timestamp <= self._newest.get(stream, max(self._floor, self.time.now() - _GRACE)):
            return "stale signature"
        self._newest[stream] = timestamp
        self.memory.newest_signature = max(self.memory.newest_signature, timestamp)
        return ""
