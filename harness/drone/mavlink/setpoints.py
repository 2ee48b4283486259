"""SET_POSITION_TARGET_*: a place, a velocity or both, and a heading, in GUIDED; a refusal is said, with its reason.

The frames are those that ArduCopter takes (its developer documentation, "Copter Commands in Guided Mode").
"""

import math
from collections.abc import Callable

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.orders import SetPoint
from harness.drone.flight.state import Mode, Severity
from harness.drone.mavlink.empty_part import EmptyPart
from harness.drone.mavlink.flight_control import FlightControl
from harness.drone.mavlink.geodesy import Home
from harness.drone.mavlink.inbound import Message

Vector = tuple[float, float, float]

_SAY_EVERY = 1.0  # s
_PLACE, _VELOCITY, _ACCELERATION = 0x007, 0x038, 0x1C0
_YAW, _YAW_RATE = 0x400, 0x800
_LOCAL, _OFFSET = mavlink.MAV_FRAME_LOCAL_NED, mavlink.MAV_FRAME_LOCAL_OFFSET_NED
_BODY, _BODY_OFFSET = mavlink.MAV_FRAME_BODY_NED, mavlink.MAV_FRAME_BODY_OFFSET_NED
_RELATIVE = (mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT, mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT)
MEAN_SEA_LEVEL = (mavlink.MAV_FRAME_GLOBAL, mavlink.MAV_FRAME_GLOBAL_INT)


class SetPoints(EmptyPart):
    """Hands set-points to the flight part.

    Attributes:
        target: what the flight accepted last; None once it has left GUIDED.
    """

    def __init__(self, flight: FlightControl, home: Home) -> None:
        super().__init__()
        self._flight, self._home = flight, home
        self.target: SetPoint | None = None
        self._said = ("", 0.0)
        self.handlers = {
            "SET_POSITION_TARGET_LOCAL_NED": lambda channel, message: self._obey(message, self._read_local),
            "SET_POSITION_TARGET_GLOBAL_INT": lambda channel, message: self._obey(message, self._read_global),
        }

    def steer(self, wanted: SetPoint) -> str:
        """Hand `wanted` to the flight; returns why not, or an empty string."""
        refusal = self._flight.steer(wanted)
        if not refusal:
            self.target = wanted
        return refusal

    def watch(self) -> None:
        """Forget the target when it is flown to no more."""
        if self._flight.mode is not Mode.GUIDED:
            self.target = None

    def _obey(self, message: Message, read: Callable[[Message], SetPoint | str]) -> None:
        wanted = _mask_refusal(message) or read(message)
        refusal = wanted if isinstance(wanted, str) else _nonsense(wanted) or self.steer(wanted)
        if refusal and self._is_news(refusal):
            self.post.say(int(Severity.WARNING), refusal)

    def _is_news(self, refusal: str) -> bool:
        """Set-points come many times a second: the same refusal is said once a second."""
        text, time = self._said
        now = self.post.clock.now()
        if text == refusal and now - time < _SAY_EVERY:
            return False
        self._said = (refusal, now)
        return True

    def _read_local(self, message: Message) -> SetPoint | str:
        frame, mask = message.coordinate_frame, message.type_mask
        if frame not in (_LOCAL, _OFFSET, _BODY, _BODY_OFFSET):
            return f"target: frame {frame} is not supported"
        motion = self._flight.read_estimate()
        turn = motion.yaw if frame in (_BODY, _BODY_OFFSET) else 0.0
        place = _turned((message.x, message.y, -message.z), turn)
        if frame != _LOCAL:
            place = place[0] + motion.north, place[1] + motion.east, place[2] + motion.up
        velocity = _turned((message.vx, message.vy, -message.vz), turn)
        return _set_point(mask, place, velocity, (message.yaw + turn, message.yaw_rate))

    def _read_global(self, message: Message) -> SetPoint | str:
        frame = message.coordinate_frame
        if frame not in (*_RELATIVE, *MEAN_SEA_LEVEL):
            return f"target: frame {frame} is not supported"
        up = message.alt - (self._home.altitude if frame in MEAN_SEA_LEVEL else 0.0)
        place = (*self._home.to_metres(message.lat_int / 1e7, message.lon_int / 1e7), up)
        velocity = message.vx, message.vy, -message.vz
        return _set_point(message.type_mask, place, velocity, (message.yaw, message.yaw_rate))


def _mask_refusal(message: Message) -> str:
    mask = message.type_mask
    # the bit for force only says how to read accelerations, and MAVProxy sets it without giving any
    if mask & _ACCELERATION != _ACCELERATION:
        return "target: accelerations and forces are not supported"
    if any(mask & part not in (0, part) for part in (_PLACE, _VELOCITY)):
        return "target: a place or velocity needs all three components"
    return "target: neither place nor velocity" if mask & _PLACE and mask & _VELOCITY else ""


def _set_point(mask: int, place: Vector, velocity: Vector, turning: tuple[float, float]) -> SetPoint:
    return SetPoint(
        place=None if mask & _PLACE else place,
        velocity=None if mask & _VELOCITY else velocity,
        yaw=None if mask & _YAW else turning[0],
        yaw_rate=None if mask & _YAW_RATE else turning[1],
    )


def _nonsense(wanted: SetPoint) -> str:
    numbers = [*(wanted.place or ()), *(wanted.velocity or ()), wanted.yaw or 0.0, wanted.yaw_rate or 0.0]
    return "" if all(map(math.isfinite, numbers)) else "target: not a number"


def _turned(vector: Vector, yaw: float) -> Vector:
    ahead, right, up = vector
    cosine, sine = math.cos(yaw), math.sin(yaw)
    return ahead * cosine - right * sine, ahead * sine + right * cosine, up
