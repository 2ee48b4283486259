"""Frames that no receiver may obey: legal ones, damaged on purpose, each classified before it is sent.

CRC-16/MCRF4XX (generator x^16 + x^12 + x^5 + 1) catches every pattern of one bit, of two bits up to 32 767 bits apart,
of an odd number of bits, and every burst of up to 16 bits (Peterson and Brown, Cyclic Codes for Error Detection, 1961).
This holds where the damage does not move the checksum, change its seed or reach over it: in sequence and addresses, and
within payload or checksum. Any other pattern passes once in 65 536 times.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import RigError
from harness.link.mavframes import MAGIC_V1, FrameSplitter
from harness.vehicle.codec import Codec, checksum, crc_start, is_intact, message_id
from harness.vehicle.dialect import Dialect
from harness.vehicle.packing import REAL, pack

_TRIES = 100
_LOSS_TIME = 77.0

RESIDUAL_RATE = 2.0**-16  # undetected, of random patterns on an unsigned link
LONGEST_BURST = 16

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
        guaranteed: whether the checksum catches every pattern of that kind.
        by_chance: whether its checksum is right all the same, so that it is no corrupt frame.
    """

    kind: str
    order: str
    data: bytes
    guaranteed: bool = False
    by_chance: bool = False


class FrameInjector:
    """Makes damaged frames from legal ones, repeatably from the generator handed in.

    A random change escapes a 16-bit checksum once in 65 536 times; such a frame is marked ``by_chance``. Joined to what
    follows it on the line, a truncated frame could still match by that chance.
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

    def frames(self, count: int, *, guaranteed: bool | None = None) -> Iterator[CorruptFrame]:
        """`count` damaged frames; the kinds of damage and the orders take turns.

        Args:
            count: how many.
            guaranteed: only patterns that the checksum guarantees to catch, only others, or (None) both.
        """
        kinds = [kind for kind in _DAMAGES if guaranteed is None or (kind in GUARANTEED) is guaranteed]
        orders = list(self._frames)
        for number in range(count):
            kind, order = kinds[number % len(kinds)], orders[(number // len(kinds)) % len(orders)]
            data = self._damaged(kind, self._frames[order])
            sure = kind in GUARANTEED
            yield CorruptFrame(kind=kind, order=order, data=data, guaranteed=sure, by_chance=is_legal(data))

    def _damaged(self, kind: str, frame: bytes) -> bytes:
        for _ in range(_TRIES):
            data = _DAMAGES[kind](self._generator, bytearray(frame))
            # random bits may come out as they were
            if data != frame:
                return data if kind == _TRUNCATED else self._seal(data)
        raise RigError(f"{kind} damage leaves {frame.hex()} as it is; this frame cannot be used")


def is_legal(data: bytes) -> bool:
    """Whether a whole frame with a right checksum is to be found anywhere in `data`."""
    return bool(FrameSplitter(is_intact).feed(data))


def state_changing_frames(codec: Codec, target: tuple[int, int], dialect: Dialect) -> dict[str, bytes]:
    """Legal frames whose effect an observer could see, by what they order; for a disarmed vehicle on the ground."""
    custom = mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED
    values = (*dialect.mode_values(dialect.position_mode), 0)[:2]
    kind = mavlink.MAV_PARAM_TYPE_INT32 if dialect.bytewise else REAL
    arm, mode = mavlink.MAV_CMD_COMPONENT_ARM_DISARM, mavlink.MAV_CMD_DO_SET_MODE
    messages = {
        "arm": mavlink.MAVLink_command_long_message(*target, arm, 0, 1, 0, 0, 0, 0, 0, 0),
        "set mode": mavlink.MAVLink_command_long_message(*target, mode, 0, custom, *values, 0, 0, 0, 0),
        "set parameter": mavlink.MAVLink_param_set_message(
            *target, dialect.loss_timer.encode(), pack(_LOSS_TIME, kind), kind
        ),
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


def _safe_bits(frame: bytes) -> list[int]:
    """Bits, least significant first, whose change neither moves the checksum nor changes its seed."""
    after_length = range(2, 5) if frame[0] == MAGIC_V1 else range(3, 7)
    body = range(_payload_start(frame), crc_start(frame) + 2)
    return [8 * byte + bit for byte in (*after_length, *body) for bit in range(8)]


def _invert(frame: bytearray, bits: Iterable[int]) -> bytes:
    for bit in bits:
        frame[bit // 8] ^= 1 << bit % 8
    return bytes(frame)


def _flip_bits(count: Callable[[random.Random], int]) -> Damage:
    def flip(generator: random.Random, frame: bytearray) -> bytes:
        return _invert(frame, generator.sample(_safe_bits(bytes(frame)), count(generator)))

    return flip


def _burst(generator: random.Random, frame: bytearray) -> bytes:
    # within payload or within checksum: the seed byte lies between them in what is summed
    start, end = _payload_start(frame), crc_start(bytes(frame))
    first, last = (8 * start, 8 * end) if end - start > 1 and generator.random() < 0.8 else (8 * end, 8 * end + 16)
    length = generator.randint(2, min(LONGEST_BURST, last - first))
    at = generator.randrange(first, last - length + 1)
    inner = [bit for bit in range(at + 1, at + length - 1) if generator.random() < 0.5]
    return _invert(frame, [at, *inner, at + length - 1])


def _randomise(generator: random.Random, frame: bytearray) -> bytes:
    start, end = _payload_start(frame), crc_start(bytes(frame)) + 2
    frame[start:end] = generator.randbytes(end - start)
    return bytes(frame)


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


_GUARANTEED: Mapping[str, Damage] = {
    "one bit": _flip_bits(lambda generator: 1),
    "two bits": _flip_bits(lambda generator: 2),
    "odd number of bits": _flip_bits(lambda generator: 2 * generator.randint(1, 4) + 1),
    "burst": _burst,
}
GUARANTEED = frozenset(_GUARANTEED)
_DAMAGES: Mapping[str, Damage] = {
    **_GUARANTEED,
    "random bytes": _randomise,
    "flipped header": _flip_header,
    _TRUNCATED: _truncate,
    "wrong seed": _wrong_seed,
    "wrong length": _wrong_length,
}
