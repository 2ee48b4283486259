"""Attitude, position and speed, as the autopilot estimates them."""

import math

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.inbound import Message
from harness.drone.mavlink.telemetry.topic import INT16, INT32, Aircraft, Topic, degrees, held


class MotionTopic(Topic):
    """ATTITUDE, LOCAL_POSITION_NED, GLOBAL_POSITION_INT, VFR_HUD, WIND."""

    def __init__(self, aircraft: Aircraft) -> None:
        super().__init__(aircraft)
        self.reports = {
            "ATTITUDE": self._attitude,
            "ATTITUDE_QUATERNION": self._attitude_quaternion,
            "LOCAL_POSITION_NED": self._local_position_ned,
            "GLOBAL_POSITION_INT": self._global_position_int,
            "VFR_HUD": self._vfr_hud,
            "WIND": self._wind,
        }

    def _attitude(self) -> Message:
        motion = self._flight.read_estimate()
        return mavlink.MAVLink_attitude_message(
            self._milliseconds(), motion.roll, motion.pitch, motion.yaw, motion.p, motion.q, motion.r
        )

    def _attitude_quaternion(self) -> Message:
        motion = self._flight.read_estimate()
        quaternion = _quaternion(motion.roll, motion.pitch, motion.yaw)
        return mavlink.MAVLink_attitude_quaternion_message(
            self._milliseconds(), *quaternion, motion.p, motion.q, motion.r
        )

    def _local_position_ned(self) -> Message:
        motion = self._flight.read_estimate()
        place = motion.north, motion.east, -motion.up
        return mavlink.MAVLink_local_position_ned_message(
            self._milliseconds(), *place, motion.v_north, motion.v_east, -motion.v_up
        )

    def _global_position_int(self) -> Message:
        motion = self._flight.read_estimate()
        latitude, longitude = self._home.to_degrees(motion.north, motion.east)
        return mavlink.MAVLink_global_position_int_message(
            time_boot_ms=self._milliseconds(),
            lat=held(latitude * 1e7, INT32),
            lon=held(longitude * 1e7, INT32),
            alt=held((self._home.altitude + motion.up) * 1e3, INT32),
            relative_alt=held(motion.up * 1e3, INT32),
            vx=held(motion.v_north * 1e2, INT16),
            vy=held(motion.v_east * 1e2, INT16),
            vz=held(-motion.v_up * 1e2, INT16),
            hdg=held(degrees(motion.yaw) * 1e2, (0, 35999)),
        )

    def _vfr_hud(self) -> Message:
        motion, motors = self._flight.read_estimate(), self._flight.read_truth().motors
        speed = math.hypot(motion.v_north, motion.v_east)
        return mavlink.MAVLink_vfr_hud_message(
            airspeed=speed,  # as ArduCopter does without an airspeed sensor
            groundspeed=speed,
            heading=held(degrees(motion.yaw), (0, 359)),
            throttle=held(100 * sum(motors) / max(len(motors), 1), (0, 100)),
            alt=self._home.altitude + motion.up,
            climb=motion.v_up,
        )

    def _wind(self) -> Message:
        # ArduPilot's direction is the one that the wind comes from (AP_AHRS, GCS_Common send_wind).
        north, east = self._flight.read_health().wind
        return mavlink.MAVLink_wind_message(
            direction=math.degrees(math.atan2(-east, -north)), speed=math.hypot(north, east), speed_z=0.0
        )


def _quaternion(roll: float, pitch: float, yaw: float) -> tuple[float, float, float, float]:
    cr, cp, cy = math.cos(roll / 2), math.cos(pitch / 2), math.cos(yaw / 2)
    sr, sp, sy = math.sin(roll / 2), math.sin(pitch / 2), math.sin(yaw / 2)
    return (
        cr * cp * cy + sr * sp * sy,
        sr * cp * cy - cr * sp * sy,
        cr * sp * cy + sr * cp * sy,
        cr * cp * sy - sr * sp * cy,
    )
