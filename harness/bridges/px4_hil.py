"""PX4's simulation interface over TCP (simulator_mavlink): HIL_SENSOR and HIL_GPS out, HIL_ACTUATOR_CONTROLS in.

PX4 connects to us. Until its first motor commands it only listens, and its clock is what we send; from then on each
HIL_SENSOR is answered once, and the answer carries its time (SimulatorMavlink.cpp). Frames are packed here, apart from
the client that judges the article.
"""

import math
import socket
import struct
from collections.abc import Iterator

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.bridges.plant import Motors
from harness.bridges.sensed import Fix, Sensed
from harness.errors import RigError, VehicleError
from harness.link.mavframes import MAGIC_V2, frame_length
from harness.timing.caller import Caller

_HEAD = 10
CONTROLS = mavlink.MAVLINK_MSG_ID_HIL_ACTUATOR_CONTROLS
# time (us), flags, then the first four of 16 controls
_CONTROLS_FORMAT, _CONTROLS_LENGTH = struct.Struct("<QQ4f"), 32
_SENSOR = struct.Struct("<Q13fI")
_GPS = struct.Struct("<Q3i3H3hHBB")
_BEAT, _TIME = struct.Struct("<I5B"), struct.Struct("<2q")
_NONE: Motors = (0.0, 0.0, 0.0, 0.0)
# fields_updated: accelerometer and gyro; magnetometer; pressure, its height, temperature
_INERTIAL, _MAGNETIC, _BARO = 0b111_111, 0b111 << 6, 0b1101 << 9
_EPOCH = 1_767_225_600  # 2026-01-01, as the identity of the clients has it
# the Earth's field near home (IGRF-13, Tokyo, 2025): gauss north, east, down
FIELD = (0.2995, -0.0420, 0.3580)
_SEA_PRESSURE, _LAPSE, _SEA_TEMPERATURE, _EXPONENT = 1013.25, 0.0065, 288.15, 5.25588
_BOOT_PATIENCE = 0.001  # s of the wall clock between two frames while it boots


def pressure(height: float) -> float:
    """hPa at `height` m above sea level (ISO 2533)."""
    return float(_SEA_PRESSURE * (1.0 - _LAPSE * height / _SEA_TEMPERATURE) ** _EXPONENT)


def field_in_body(attitude: tuple[float, float, float, float], heading_error: float) -> tuple[float, float, float]:
    """The Earth's field in body axes (gauss), as a compass reads it whose heading is wrong by `heading_error` rad."""
    north, east, down = FIELD
    # a field turned back by the error makes the heading appear greater by it
    cosine, sine = math.cos(heading_error), math.sin(heading_error)
    north, east = north * cosine + east * sine, east * cosine - north * sine
    w, x, y, z = attitude
    return (
        (1 - 2 * (y * y + z * z)) * north + 2 * (x * y + w * z) * east + 2 * (x * z - w * y) * down,
        2 * (x * y - w * z) * north + (1 - 2 * (x * x + z * z)) * east + 2 * (y * z + w * x) * down,
        2 * (x * z + w * y) * north + 2 * (y * z - w * x) * east + (1 - 2 * (x * x + y * y)) * down,
    )


class Packer:
    """Makes MAVLink 2 frames of a simulator."""

    def __init__(self, above_sea: float, component: int = 1) -> None:
        """`above_sea`: height of home, m; `component`: id of the simulator in the aircraft's own system."""
        self._sequence, self._above_sea, self._component = 0, above_sea, component

    def sensor(self, sensed: Sensed) -> bytes:
        """HIL_SENSOR.

        Raises:
            RigError: a number is not finite, so the plant has failed.
        """
        fields, field, hectopascal, height = _INERTIAL, (0.0, 0.0, 0.0), 0.0, 0.0
        if sensed.slow is not None:
            fields |= _MAGNETIC | _BARO
            field = field_in_body(sensed.slow.attitude, sensed.slow.heading_error)
            height = self._above_sea + sensed.slow.height
            hectopascal = pressure(height)
        numbers = (*sensed.accel, *sensed.gyro, *field, hectopascal, 0.0, height, 15.0)
        # of a sum, since one number that is none makes it none
        if not math.isfinite(sum(numbers)):
            raise RigError("the plant gives no numbers any more: the flight cannot go on")
        return self._frame(mavlink.MAVLink_hil_sensor_message, _SENSOR.pack(stamp(sensed.time), *numbers, fields))

    def gps(self, time: float, fix: Fix) -> bytes:
        """HIL_GPS."""
        north, east, down = fix.velocity
        course = round(math.degrees(math.atan2(east, north)) % 360.0 * 100.0) % 36000
        payload = _GPS.pack(
            _EPOCH * 1_000_000 + stamp(time),
            *(round(fix.latitude * 1e7), round(fix.longitude * 1e7), round(fix.height * 1e3)),
            *((40, 60) if fix.valid else (65535, 65535)),
            min(65535, round(math.hypot(north, east) * 100.0)),
            *(round(north * 100.0), round(east * 100.0), round(down * 100.0)),
            course,
            *((3, 12) if fix.valid else (0, 0)),
        )
        return self._frame(mavlink.MAVLink_hil_gps_message, payload)

    def beat(self) -> bytes:
        """HEARTBEAT of something that is no ground station, so that no failsafe takes it for one."""
        payload = _BEAT.pack(0, mavlink.MAV_TYPE_GENERIC, mavlink.MAV_AUTOPILOT_INVALID, 0, mavlink.MAV_STATE_ACTIVE, 3)
        return self._frame(mavlink.MAVLink_heartbeat_message, payload)

    def ask_time(self, token: int) -> bytes:
        """TIMESYNC, which is answered at once with the same `token` (mavlink_timesync.cpp)."""
        return self._frame(mavlink.MAVLink_timesync_message, _TIME.pack(0, token))

    def _frame(self, kind: type[mavlink.MAVLink_message], payload: bytes) -> bytes:
        self._sequence = (self._sequence + 1) % 256
        payload = payload.rstrip(b"\0") or b"\0"
        head = bytes([len(payload), 0, 0, self._sequence, 1, self._component]) + int(kind.id).to_bytes(3, "little")
        total = mavlink.x25crc(head + payload + bytes([kind.crc_extra])).crc
        return bytes([MAGIC_V2]) + head + payload + int(total).to_bytes(2, "little")


def stamp(time: float) -> int:
    """Microseconds on PX4's clock at `time` s since power-on; never zero, which it takes for no time."""
    return round(time * 1e6)


def read_controls(pending: bytearray) -> Iterator[tuple[int, Motors]]:
    """Time (us) and motor commands of every whole HIL_ACTUATOR_CONTROLS, which are taken out of `pending`.

    Raises:
        VehicleError: what came is no MAVLink 2.
    """
    while pending:
        if pending[0] != MAGIC_V2:
            raise VehicleError(
                f"what came to the simulation port is no MAVLink 2: {bytes(pending[:8]).hex(' ')}: "
                "the program must be a PX4 built for SITL"
            )
        length = frame_length(pending)
        if length is None or len(pending) < length:
            return
        frame = bytes(pending[:length])
        del pending[:length]
        if int.from_bytes(frame[7:10], "little") == CONTROLS:
            yield unpack_controls(frame[_HEAD : _HEAD + frame[1]])


def unpack_controls(payload: bytes) -> tuple[int, Motors]:
    """Time (us) and motor commands, each 0 to 1, of the payload of a HIL_ACTUATOR_CONTROLS."""
    whole = payload[:_CONTROLS_LENGTH].ljust(_CONTROLS_LENGTH, b"\0")
    time, _, first, second, third, fourth = _CONTROLS_FORMAT.unpack(whole)
    return time, (_clip(first), _clip(second), _clip(third), _clip(fourth))


def _clip(command: float) -> float:
    # what is no number is none within the range either
    return command if 0.0 <= command <= 1.0 else min(1.0, max(0.0, command))


class HilPeer:
    """Our end of the interface.

    Attributes:
        frames: of the plant that it was told.
    """

    def __init__(self, listener: socket.socket, patience: float, above_sea: float = 40.0) -> None:
        """Let PX4 come to `listener`; one wait lasts at most `patience` s of the wall clock."""
        self._caller, self._packer = Caller(listener, patience), Packer(above_sea)
        self._pending = bytearray()
        self._sent = 0
        self._locked = False
        self.frames = 0

    def wait(self) -> Motors | None:
        """Motor commands that answer the newest frame, each 0 to 1; None when none came in time.

        Raises:
            VehicleError: what came is no MAVLink 2, or the program hung up.
        """
        if not self._caller.connected and not self._caller.accept():
            return None
        while (data := self._caller.wait(None if self._locked else _BOOT_PATIENCE)) is not None:
            if not data:
                raise VehicleError("the autopilot hung up the simulation port")
            self._pending += data
            for time, motors in read_controls(self._pending):
                self._locked = True
                if time >= self._sent:
                    return motors
        return None if self._locked else _NONE

    def answer(self, told: Sensed) -> None:
        """Give it what the sensors read."""
        self.frames += 1
        self._sent = stamp(told.time)
        frame = self._packer.sensor(told)
        if told.fix is not None:
            frame = self._packer.gps(told.time, told.fix) + frame
        self._caller.send(frame)

    def close(self) -> None:
        """Hear no more; harmless when closed."""
        self._caller.close()
