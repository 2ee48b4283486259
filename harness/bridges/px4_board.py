"""PX4 on a board in hardware-in-the-loop (SYS_HITL 1), over one serial port that all else of MAVLink shares.

HIL_SENSOR and HIL_GPS go out, HIL_ACTUATOR_CONTROLS comes in at the board's own pace and with the time of its own
clock, so it answers no frame (mavlink_receiver.cpp, HIL_ACTUATOR_CONTROLS.hpp). How long the way there and back is,
TIMESYNC tells. All other bytes belong to the ground station.
"""

import struct
from collections.abc import Callable

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.bridges.plant import Motors
from harness.bridges.px4_hil import CONTROLS, Packer, unpack_controls
from harness.bridges.sensed import Sensed
from harness.link.mavframes import MAGIC_V1, FrameSplitter

# as Gazebo Classic is, of the aircraft's own system
COMPONENT = 200
_HEAD_V1, _HEAD_V2 = 6, 10
_TIMESYNC = mavlink.MAVLINK_MSG_ID_TIMESYNC
_TIME = struct.Struct("<2q")
_OURS = frozenset(
    {
        CONTROLS,
        _TIMESYNC,
        mavlink.MAVLINK_MSG_ID_HIL_CONTROLS,
        mavlink.MAVLINK_MSG_ID_HIL_STATE_QUATERNION,
    }
)


class BoardPeer:
    """Makes and reads what the simulation exchanges with a board.

    Attributes:
        on_controls: is told the motor commands, each 0 to 1.
        on_time: is told the token of a TIMESYNC that the board has answered, and the time of its clock, s.
    """

    def __init__(self, above_sea: float) -> None:
        """`above_sea`: height of home, m."""
        self._packer = Packer(above_sea, COMPONENT)
        self._splitter = FrameSplitter(_is_intact)
        self.on_controls: Callable[[Motors], None] = lambda motors: None
        self.on_time: Callable[[int, float], None] = lambda token, time: None

    def tell(self, sensed: Sensed) -> bytes:
        """What the sensors read.

        Raises:
            RigError: a number is not finite, so the plant has failed.
        """
        frame = self._packer.sensor(sensed)
        return frame if sensed.fix is None else self._packer.gps(sensed.time, sensed.fix) + frame

    def beat(self) -> bytes:
        """A sign of life, on which a board begins to speak MAVLink on its USB port (cdcacm_autostart.cpp)."""
        return self._packer.beat()

    def ask_time(self, token: int) -> bytes:
        """A question that the board answers at once."""
        return self._packer.ask_time(token)

    def take(self, data: bytes) -> bytes:
        """Read what came; returns the frames that are none of the simulation's, and what is no frame at all."""
        skipped = self._splitter.skipped_bytes
        frames = self._splitter.feed(data)
        if not frames and self._splitter.skipped_bytes > skipped:
            return data
        return b"".join(frame for frame in frames if not self._read(frame))

    def _read(self, frame: bytes) -> bool:
        number = _number(frame)
        if number not in _OURS:
            return False
        head = _HEAD_V1 if frame[0] == MAGIC_V1 else _HEAD_V2
        payload = frame[head : head + frame[1]]
        if number == CONTROLS:
            self.on_controls(unpack_controls(payload)[1])
        elif number == _TIMESYNC:
            told, token = _TIME.unpack(payload[: _TIME.size].ljust(_TIME.size, b"\0"))
            # a question of the board's own has no time of an answer, and a ground station may answer it
            if told == 0:
                return False
            self.on_time(token, told * 1e-9)
        return True


def _number(frame: bytes) -> int:
    return frame[5] if frame[0] == MAGIC_V1 else int.from_bytes(frame[7:10], "little")


def _is_intact(frame: bytes) -> bool:
    """Whether a frame is of a known message and its checksum is right."""
    known = mavlink.mavlink_map.get(_number(frame))
    if known is None:
        return False
    end = (_HEAD_V1 if frame[0] == MAGIC_V1 else _HEAD_V2) + frame[1]
    wanted = mavlink.x25crc(frame[1:end] + bytes([known.crc_extra])).crc
    return int.from_bytes(frame[end : end + 2], "little") == int(wanted)
