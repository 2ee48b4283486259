"""Frames that no receiver may obey: legal ones, damaged on purpose, each proven to be invalid."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import RigError
from harness.link.mavframes import MAGIC_V1, FrameSplitter
from harness.vehicle.codec import Codec, checksum, crc_start, is_intact, message_id

_TRIES = 100

Damage = Callable[[random.Random, bytearray], bytes]
Seal = Callable[[bytes], bytes]

_TRUNCATED = "truncated"


@dataclass(frozen=True, kw_only=True)
class CorruptFrame:
    """One damaged frame.

    Attributes:
        kind: the damage, as results name it.
        order: which legal frame it was.
        data: the bytes to send.
    """

    kind: str
    order: str
    data: bytes


class FrameInjector:
    """Makes damaged frames from legal ones, repeatably from the generator handed in.

    A random change escapes a 16-bit checksum once in 65 536 times; such a frame is drawn again, so what is
    yielded is invalid on its own. Joined to what follows it on the line, a truncated frame could still match
    by that chance.
    """

    def __init__(self, frames: Mapping[str, bytes], generator: random.Random, seal: Seal = bytes) -> None:
        """Damage `frames`, whole legal frames by the name of what they order.

        On a link that demands signatures hand in the ``seal`` of the codec that made the frames: each damaged
        frame is then signed again, so that the checksum, and not the signature, is what must refuse it. Send
        such frames in the order in which they are made, under a link id of their own.

        Raises:
            RigError: there is none, or one is not legal.
        """
        bad = [name for name, frame in frames.items() if not is_legal(frame)]
        if bad or not frames:
            raise RigError(f"corrupt frames are made from legal ones, but {bad or 'none'} was handed in")
        self._frames, self._generator, self._seal = dict(frames), generator, seal

    def frames(self, count: int) -> Iterator[CorruptFrame]:
        """`count` damaged frames; the kinds of damage and the orders take turns."""
        kinds, orders = list(_DAMAGES), list(self._frames)
        for number in range(count):
            kind, order = kinds[number % len(kinds)], orders[(number // len(kinds)) % len(orders)]
            yield CorruptFrame(kind=kind, order=order, data=self._damaged(kind, self._frames[order]))

    def _damaged(self, kind: str, frame: bytes) -> bytes:
        for _ in range(_TRIES):
            data = _DAMAGES[kind](self._generator, bytearray(frame))
            data = data if kind == _TRUNCATED else self._seal(data)
            if data != frame and not is_legal(data):
                return data
        raise RigError(f"no {kind} damage of {frame.hex()} is invalid; this frame cannot be used")


def is_legal(data: bytes) -> bool:
    """Whether a whole frame with a right checksum is to be found anywhere in `data`."""
    return bool(FrameSplitter(is_intact).feed(data))


def state_changing_frames(codec: Codec, system: int, component: int) -> dict[str, bytes]:
    """Legal frames whose effect an observer could see, by what they order; for a disarmed vehicle on the ground."""
    target = (system, component)
    custom = mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED
    real = mavlink.MAV_PARAM_TYPE_REAL32
    arm, mode = mavlink.MAV_CMD_COMPONENT_ARM_DISARM, mavlink.MAV_CMD_DO_SET_MODE
    messages = {
        "arm": mavlink.MAVLink_command_long_message(*target, arm, 0, 1, 0, 0, 0, 0, 0, 0),
        "set mode": mavlink.MAVLink_command_long_message(*target, mode, 0, custom, 4, 0, 0, 0, 0, 0),
        "set parameter": mavlink.MAVLink_param_set_message(*target, b"FS_GCS_TIMEOUT", 77.0, real),
        "go to": mavlink.MAVLink_set_position_target_local_ned_message(
            0, *target, mavlink.MAV_FRAME_LOCAL_NED, 0b1101_1111_1000, 50, 50, -50, 0, 0, 0, 0, 0, 0, 0, 0
        ),
        "heartbeat": mavlink.MAVLink_heartbeat_message(
            mavlink.MAV_TYPE_GCS, mavlink.MAV_AUTOPILOT_INVALID, 0, 0, mavlink.MAV_STATE_ACTIVE, 3
        ),
    }
    return {name: codec.encode(message) for name, message in messages.items()}


def _payload_start(frame: Sequence[int]) -> int:
    return 6 if frame[0] == MAGIC_V1 else 10


def _flip(generator: random.Random, frame: bytearray, start: int, end: int) -> bytes:
    for _ in range(generator.randint(1, 3)):
        frame[generator.randrange(start, end)] ^= 1 << generator.randrange(8)
    return bytes(frame)


def _flip_header(generator: random.Random, frame: bytearray) -> bytes:
    return _flip(generator, frame, 0, _payload_start(frame))


def _flip_payload(generator: random.Random, frame: bytearray) -> bytes:
    return _flip(generator, frame, _payload_start(frame), crc_start(bytes(frame)))


def _flip_checksum(generator: random.Random, frame: bytearray) -> bytes:
    start = crc_start(bytes(frame))
    return _flip(generator, frame, start, start + 2)


def _truncate(generator: random.Random, frame: bytearray) -> bytes:
    # A cut in the checksum or signature leaves an order whole, and what follows on the line may complete it.
    return bytes(frame[: generator.randrange(1, crc_start(bytes(frame)))])


def _wrong_seed(generator: random.Random, frame: bytearray) -> bytes:
    right = mavlink.mavlink_map[message_id(bytes(frame))].crc_extra
    start = crc_start(bytes(frame))
    frame[start : start + 2] = checksum(bytes(frame), (right + generator.randint(1, 255)) % 256)
    return bytes(frame)


def _wrong_length(generator: random.Random, frame: bytearray) -> bytes:
    frame[1] = (frame[1] + generator.choice((-1, 1)) * generator.randint(1, 8)) % 256
    return bytes(frame)


_DAMAGES: Mapping[str, Damage] = {
    "flipped header": _flip_header,
    "flipped payload": _flip_payload,
    "flipped checksum": _flip_checksum,
    _TRUNCATED: _truncate,
    "wrong seed": _wrong_seed,
    "wrong length": _wrong_length,
}
