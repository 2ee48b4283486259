"""How a make of autopilot is told to climb, to go somewhere and to turn."""

import math
from typing import Protocol

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.timing import World
from harness.vehicle.codec import Message
from harness.vehicle.commanding import Place
from harness.vehicle.dialect import Dialect
from harness.vehicle.missions import Origin
from harness.vehicle.receiver import Receiver

_POSITION_ONLY = 0b1101_1111_1000  # ignore velocity, acceleration, yaw and yaw rate
_POSITION_AND_YAW = 0b1001_1111_1000
_RELATIVE = 1.0
_CHANGE_MODE = 1.0  # MAV_DO_REPOSITION_FLAGS_CHANGE_MODE
_USUAL_SPEED = -1.0
_ANY = math.nan  # "as it is", where an order leaves a value to the autopilot


class Station(Protocol):
    """What a guide needs of a ground station's hold on a vehicle."""

    telemetry: Receiver

    def send(self, message: Message) -> None:
        """Send a message."""
        ...

    def send_command(self, command: int, *values: float, within: float = ...) -> int:
        """Send a command until it is answered."""
        ...

    def send_place(self, command: int, values: tuple[float, ...], place: Place, within: float = ...) -> int:
        """Send a command with a place until it is answered."""
        ...

    def read_origin(self, within: float = ...) -> Origin:
        """Where the local frame has its origin."""
        ...


class Guide(Protocol):
    """Orders in metres from the origin of the local frame."""

    def climb(self, height: float) -> None:
        """Take off to `height` m."""
        ...

    def go(self, place: tuple[float, float, float], yaw: float | None) -> None:
        """Fly to a point north, east and up, looking to `yaw` (rad), or as the autopilot likes."""
        ...

    def turn(self, angle: float, within: float) -> None:
        """Turn on the spot by `angle`, deg clockwise."""
        ...


class LocalGuide:
    """In the local frame, as ArduPilot is told."""

    def __init__(self, station: Station, world: World) -> None:
        self._station, self._world = station, world

    def climb(self, height: float) -> None:
        """Take off to `height` m."""
        self._station.send_command(mavlink.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, 0, 0, 0, height)

    def go(self, place: tuple[float, float, float], yaw: float | None) -> None:
        """Fly there; MAVLink has no answer to this order."""
        north, east, up = place
        self._station.send(
            mavlink.MAVLink_set_position_target_local_ned_message(
                round(self._world.now() * 1000) % 2**32,
                self._station.telemetry.system,
                self._station.telemetry.component,
                mavlink.MAV_FRAME_LOCAL_NED,
                _POSITION_ONLY if yaw is None else _POSITION_AND_YAW,
                *(north, east, -up),
                *(0, 0, 0),
                *(0, 0, 0),
                yaw or 0.0,
                0,
            )
        )

    def turn(self, angle: float, within: float) -> None:
        """Turn by a step; obeyed twice, it turns twice."""
        turn, way = mavlink.MAV_CMD_CONDITION_YAW, math.copysign(1.0, angle)
        self._station.send_command(turn, abs(angle), 0.0, way, _RELATIVE, within=within)


class GlobalGuide:
    """On the globe, as PX4 is told in its mode Hold (src/modules/navigator, DO_REPOSITION)."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def climb(self, height: float) -> None:
        """Take off to `height` m."""
        above_sea = self._station.read_origin().height + height
        self._station.send_command(mavlink.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, _ANY, _ANY, _ANY, above_sea)

    def go(self, place: tuple[float, float, float], yaw: float | None) -> None:
        """Fly there."""
        north, east, up = place
        origin = self._station.read_origin()
        where = (*origin.to_degrees(north, east), origin.height + up)
        self._reposition(where, _ANY if yaw is None else yaw)

    def turn(self, angle: float, within: float) -> None:
        """Look to where that turn ends; obeyed twice, it turns once."""
        sample = self._station.telemetry.read("ATTITUDE")
        origin, position = self._station.read_origin(within), self._station.telemetry.read("LOCAL_POSITION_NED")
        where = (*origin.to_degrees(position.x, position.y), origin.height - position.z)
        self._reposition(where, sample.yaw + math.radians(angle), within)

    def _reposition(self, where: Place, yaw: float, within: float = 5.0) -> None:
        values = (_USUAL_SPEED, _CHANGE_MODE, 0.0, yaw)
        self._station.send_place(mavlink.MAV_CMD_DO_REPOSITION, values, where, within)


def guide_for(dialect: Dialect, station: Station, world: World) -> Guide:
    """The guide that speaks the autopilot's words."""
    return GlobalGuide(station) if dialect.global_orders else LocalGuide(station, world)
