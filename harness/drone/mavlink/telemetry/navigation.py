"""Where it is by satellite, where home is, where it flies to."""

import math
from collections.abc import Callable

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.orders import SetPoint
from harness.drone.flight.state import Mode
from harness.drone.mavlink.inbound import Message
from harness.drone.mavlink.telemetry.topic import (
    INT16,
    INT32,
    UINT16,
    UNKNOWN_U16,
    Aircraft,
    Topic,
    degrees,
    held,
)

_IGNORE_PLACE, _IGNORE_VELOCITY, _IGNORE_ACCELERATION = 0x007, 0x038, 0x1C0
_IGNORE_YAW, _IGNORE_YAW_RATE = 0x400, 0x800
_NO_FIX = 1


class NavigationTopic(Topic):
    """GPS_RAW_INT, HOME_POSITION, GPS_GLOBAL_ORIGIN, POSITION_TARGET_*, NAV_CONTROLLER_OUTPUT."""

    def __init__(self, aircraft: Aircraft, target: Callable[[], SetPoint | None]) -> None:
        """`target` tells what was last asked for in GUIDED."""
        super().__init__(aircraft)
        self._target = target
        self.reports = {
            "GPS_RAW_INT": self._gps_raw_int,
            "HOME_POSITION": self._home_position,
            "GPS_GLOBAL_ORIGIN": self._gps_global_origin,
            "POSITION_TARGET_LOCAL_NED": self._position_target_local,
            "POSITION_TARGET_GLOBAL_INT": self._position_target_global,
            "NAV_CONTROLLER_OUTPUT": self._nav_controller_output,
        }

    def _gps_raw_int(self) -> Message:
        found = self._flight.read_satellites()
        latitude, longitude = self._home.to_degrees(*found.place[:2])
        north, east, _ = found.velocity
        fixed = found.fix > _NO_FIX
        return mavlink.MAVLink_gps_raw_int_message(
            time_usec=self._microseconds(),
            fix_type=found.fix,
            lat=held(latitude * 1e7, INT32),
            lon=held(longitude * 1e7, INT32),
            alt=held((self._home.altitude + found.place[2]) * 1e3, INT32),
            eph=held(found.hdop * 1e2, UINT16) if fixed else UNKNOWN_U16,
            epv=UNKNOWN_U16,
            vel=held(math.hypot(north, east) * 1e2, UINT16) if fixed else UNKNOWN_U16,
            cog=held(degrees(math.atan2(east, north)) * 1e2, (0, 35999)) if fixed else UNKNOWN_U16,
            satellites_visible=held(found.count, (0, 254)),
        )

    def _home_position(self) -> Message:
        return mavlink.MAVLink_home_position_message(
            *self._origin(), 0, 0, 0, [1, 0, 0, 0], 0, 0, 0, self._microseconds()
        )

    def _gps_global_origin(self) -> Message:
        return mavlink.MAVLink_gps_global_origin_message(*self._origin(), self._microseconds())

    def _origin(self) -> tuple[int, int, int]:
        home = self._home
        return held(home.latitude * 1e7, INT32), held(home.longitude * 1e7, INT32), held(home.altitude * 1e3, INT32)

    def _wanted(self) -> SetPoint:
        """What it flies to; nothing outside GUIDED, for the flight does not tell its own aims."""
        target = self._target() if self._flight.mode is Mode.GUIDED else None
        return target or SetPoint()

    def _position_target_local(self) -> Message:
        wanted = self._wanted()
        north, east, up = wanted.place or (0.0, 0.0, 0.0)
        return mavlink.MAVLink_position_target_local_ned_message(
            self._milliseconds(), mavlink.MAV_FRAME_LOCAL_NED, _mask(wanted), north, east, -up, *_rest(wanted)
        )

    def _position_target_global(self) -> Message:
        wanted, frame = self._wanted(), mavlink.MAV_FRAME_GLOBAL_INT
        north, east, up = wanted.place or (0.0, 0.0, 0.0)
        latitude, longitude = (held(each * 1e7, INT32) for each in self._home.to_degrees(north, east))
        place = latitude, longitude, self._home.altitude + up
        return mavlink.MAVLink_position_target_global_int_message(
            self._milliseconds(), frame, _mask(wanted), *place, *_rest(wanted)
        )

    def _nav_controller_output(self) -> Message:
        """Roll and pitch are the present ones, which follow the commanded closely; distances are to the target."""
        motion = self._flight.read_estimate()
        place = (0.0, 0.0, motion.up) if self._flight.mode is Mode.RTL else self._wanted().place
        north, east, up = place or (motion.north, motion.east, motion.up)
        away = north - motion.north, east - motion.east
        bearing = math.degrees(math.atan2(away[1], away[0]))
        return mavlink.MAVLink_nav_controller_output_message(
            nav_roll=math.degrees(motion.roll),
            nav_pitch=math.degrees(motion.pitch),
            nav_bearing=held(bearing, INT16),
            target_bearing=held(bearing, INT16),
            wp_dist=held(math.hypot(*away), UINT16),
            alt_error=up - motion.up,
            aspd_error=0.0,
            xtrack_error=0.0,
        )


def _mask(wanted: SetPoint) -> int:
    mask = _IGNORE_ACCELERATION
    mask |= 0 if wanted.place else _IGNORE_PLACE
    mask |= 0 if wanted.velocity else _IGNORE_VELOCITY
    mask |= 0 if wanted.yaw is not None else _IGNORE_YAW
    return mask | (0 if wanted.yaw_rate is not None else _IGNORE_YAW_RATE)


def _rest(wanted: SetPoint) -> tuple[float, ...]:
    north, east, up = wanted.velocity or (0.0, 0.0, 0.0)
    return north, east, -up, 0.0, 0.0, 0.0, wanted.yaw or 0.0, wanted.yaw_rate or 0.0
