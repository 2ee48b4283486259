"""ArduPilot's JSON simulation interface (``--model JSON``): its servo frames in, our state out, in lockstep.

Servo frame (libraries/SITL/SIM_JSON.h): little-endian magic, frame rate, frame count, then 16 or 32 pulse widths in us.
The answer is one line of JSON between two newlines. ArduPilot's reader looks for `"key":` and takes what follows, so a
space after a colon or comma makes it reject the frame. ``no_time_sync`` keeps ArduPilot from sleeping: it then runs as
fast as answers come.
"""

import math
import struct
from typing import NamedTuple

from harness.bridges.plant import Body, Motors
from harness.errors import RigError, VehicleError
from harness.timing.datagrams import Datagrams, Place

# length of a frame by its magic number: 16 or 32 channels behind a head of 8 bytes
SIZES = {18458: 8 + 2 * 16, 29569: 8 + 2 * 32}
_FRAME = struct.Struct("<xxHI4H")
# ArduPilot adds each difference of time stamps to its clock after cutting it down to whole microseconds: frames of
# exactly 2500 us would often count as 2499. So stamps run fast by a ten-millionth: 0.36 ms in an hour.
STAMP_SKEW = 1.0 + 1e-7
_STATE = (
    '\n{"timestamp":%.9f,"imu":{"gyro":[%.9g,%.9g,%.9g],"accel_body":[%.9g,%.9g,%.9g]},'
    '"position":[%.9g,%.9g,%.9g],"quaternion":[%.9g,%.9g,%.9g,%.9g],"velocity":[%.9g,%.9g,%.9g],'
    '"no_time_sync":1}\n'
)
_LOWEST, _RANGE = 1000.0, 1000.0  # us, of ArduPilot's motor outputs (MOT_PWM_MIN, MOT_PWM_MAX at their defaults)


class Servos(NamedTuple):
    """One servo frame: frames a second that it wants, frames so far, pulse widths in us (0: none)."""

    rate: int
    number: int
    first: int
    second: int
    third: int
    fourth: int

    @classmethod
    def decode(cls, data: bytes) -> "Servos":
        """From a datagram.

        Raises:
            VehicleError: it is no servo frame.
        """
        if SIZES.get(int.from_bytes(data[:2], "little")) != len(data):
            raise VehicleError(
                f"what came to the simulation port is no servo frame: {len(data)} bytes, first {data[:8].hex(' ')}: "
                "the program must be an ArduPilot built for SITL with the model JSON"
            )
        return cls._make(_FRAME.unpack_from(data))

    def motors(self) -> Motors:
        """Commands of the four motors, each 0 to 1."""
        return _command(self.first), _command(self.second), _command(self.third), _command(self.fourth)


def _command(width: int) -> float:
    return min(1.0, max(0.0, (width - _LOWEST) / _RANGE))


def encode_state(time: float, body: Body) -> bytes:
    """The answer to a servo frame: the state `time` s after power-on.

    Raises:
        RigError: a number is not finite, so the plant has failed.
    """
    # of a sum, since one number that is none makes it none
    if not math.isfinite(sum(body)):
        raise RigError("the plant gives no numbers any more: the flight cannot go on")
    return (_STATE % (time * STAMP_SKEW, *body)).encode()


class JsonPeer:
    """Our end of the interface: one answer for each servo frame.

    Attributes:
        port: where ArduPilot must send its servo frames.
        frames: answers given.
    """

    def __init__(self, frame: float, patience: float, host: str = "127.0.0.1") -> None:
        """Hear on a free port of `host`; a frame lasts `frame` s, a wait at most `patience` s of the wall clock."""
        self._frame = frame
        self._datagrams = Datagrams(patience, host)
        self.port = self._datagrams.port
        self.frames = 0
        self._place: Place | None = None
        self._count, self._answered = -1, False

    def wait(self) -> Motors | None:
        """Motor commands of the next servo frame, each 0 to 1; None when none came in time.

        Raises:
            VehicleError: what came is no servo frame, wants another frame rate, or the autopilot began anew.
        """
        while (came := self._datagrams.wait()) is not None:
            data, place = came
            servos = Servos.decode(data)
            self._check(servos)
            # sent again while our answer was under way
            repeated = servos.number == self._count and self._answered
            self._count, self._place = servos.number, place
            if not repeated:
                self._answered = False
                return servos.motors()
        return None

    def answer(self, body: Body) -> None:
        """Answer the frame that ``wait`` gave last."""
        assert self._place is not None
        self.frames, self._answered = self.frames + 1, True
        self._datagrams.send(encode_state(self.frames * self._frame, body), self._place)

    def close(self) -> None:
        """Hear no more."""
        self._datagrams.close()

    def _check(self, servos: Servos) -> None:
        if servos.number < self._count:
            raise VehicleError(f"the autopilot began anew in flight: servo frame {servos.number} after {self._count}")
