"""SET_POSITION_TARGET_*: a point to fly to, in GUIDED. Positions only; anything else is refused with a reason."""

import math

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.state import Severity
from harness.drone.mavlink.channel import Channel
from harness.drone.mavlink.empty_part import EmptyPart
from harness.drone.mavlink.flight_control import FlightControl
from harness.drone.mavlink.geodesy import Home
from harness.drone.mavlink.inbound import Message

_IGNORE_POSITION = 0b0000_0000_0111
_IGNORE_VELOCITY = 0b0000_0011_1000
_IGNORE_ACCELERATION = 0b0001_1100_0000
_IGNORE_YAW = 0b0100_0000_0000
_RELATIVE = (mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT, mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT)
_MEAN_SEA_LEVEL = (mavlink.MAV_FRAME_GLOBAL, mavlink.MAV_FRAME_GLOBAL_INT)


class SetPoints(EmptyPart):
    """Hands set-points to the flight part; a refusal is said, since no answer is foreseen."""

    def __init__(self, flight: FlightControl, home: Home) -> None:
        super().__init__()
        self._flight, self._home = flight, home
        self.handlers = {
            "SET_POSITION_TARGET_LOCAL_NED": self._fly_to_local,
            "SET_POSITION_TARGET_GLOBAL_INT": self._fly_to_global,
        }

    def _fly_to_local(self, channel: Channel, message: Message) -> None:
        self._say(obey_local(self._flight, message))

    def _fly_to_global(self, channel: Channel, message: Message) -> None:
        self._say(obey_global(self._flight, message, self._home))

    def _say(self, refusal: str) -> None:
        if refusal:
            self.post.say(int(Severity.WARNING), refusal)


def obey_local(flight: FlightControl, message: Message) -> str:
    """SET_POSITION_TARGET_LOCAL_NED: metres from home; returns why not, or an empty string."""
    if message.coordinate_frame != mavlink.MAV_FRAME_LOCAL_NED:
        return f"target: frame {message.coordinate_frame} is not supported"
    return _mask_refusal(message) or _goto(flight, (message.x, message.y, -message.z), message)


def obey_global(flight: FlightControl, message: Message, home: Home) -> str:
    """SET_POSITION_TARGET_GLOBAL_INT: 1e-7 degrees and metres; returns why not, or an empty string."""
    if message.coordinate_frame not in (*_RELATIVE, *_MEAN_SEA_LEVEL):
        return f"target: frame {message.coordinate_frame} is not supported"
    up = message.alt - (home.altitude if message.coordinate_frame in _MEAN_SEA_LEVEL else 0.0)
    north, east = home.to_metres(message.lat_int / 1e7, message.lon_int / 1e7)
    return _mask_refusal(message) or _goto(flight, (north, east, up), message)


def _mask_refusal(message: Message) -> str:
    if message.type_mask & _IGNORE_POSITION:
        return "target: needs a position"
    others = _IGNORE_VELOCITY | _IGNORE_ACCELERATION
    return "" if message.type_mask & others == others else "target: only positions are supported"


def _goto(flight: FlightControl, point: tuple[float, float, float], message: Message) -> str:
    yaw = None if message.type_mask & _IGNORE_YAW else float(message.yaw)
    if not all(map(math.isfinite, (*point, yaw or 0.0))):
        return "target: not a number"
    return flight.goto(*point, yaw)
