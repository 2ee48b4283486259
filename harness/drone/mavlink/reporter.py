"""The drone's state as MAVLink messages. Values beyond a field's range are held at its end, never wrapped."""

import math
from collections.abc import Callable, Mapping

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.state import Landed
from harness.drone.mavlink.config import MavlinkConfig
from harness.drone.mavlink.empty_part import EmptyPart
from harness.drone.mavlink.flight_control import FlightControl
from harness.drone.mavlink.geodesy import Home
from harness.drone.mavlink.inbound import Message
from harness.timing import Clock

_INT16, _UINT16, _INT32 = (-(2**15), 2**15 - 1), (0, 2**16 - 1), (-(2**31), 2**31 - 1)
_UNKNOWN_U16, _UNKNOWN_I16 = 2**16 - 1, 2**15 - 1
_SENSORS = (
    mavlink.MAV_SYS_STATUS_SENSOR_3D_GYRO
    | mavlink.MAV_SYS_STATUS_SENSOR_3D_ACCEL
    | mavlink.MAV_SYS_STATUS_SENSOR_3D_MAG
    | mavlink.MAV_SYS_STATUS_SENSOR_ABSOLUTE_PRESSURE
    | mavlink.MAV_SYS_STATUS_SENSOR_GPS
    | mavlink.MAV_SYS_STATUS_SENSOR_BATTERY
    | mavlink.MAV_SYS_STATUS_AHRS
)
_PREARM = mavlink.MAV_SYS_STATUS_PREARM_CHECK
_CAPABILITIES = (
    mavlink.MAV_PROTOCOL_CAPABILITY_MAVLINK2
    | mavlink.MAV_PROTOCOL_CAPABILITY_PARAM_ENCODE_C_CAST
    | mavlink.MAV_PROTOCOL_CAPABILITY_COMMAND_INT
    | mavlink.MAV_PROTOCOL_CAPABILITY_SET_POSITION_TARGET_LOCAL_NED
    | mavlink.MAV_PROTOCOL_CAPABILITY_SET_POSITION_TARGET_GLOBAL_INT
)
_RELEASE = 255  # FIRMWARE_VERSION_TYPE_OFFICIAL


class Reporter(EmptyPart):
    """Telemetry of the autopilot."""

    def __init__(self, flight: FlightControl, clock: Clock, config: MavlinkConfig, home: Home) -> None:
        super().__init__()
        self._flight, self._clock, self._config, self._home = flight, clock, config, home
        self.rates = config.rates
        self.reports: Mapping[str, Callable[[], Message]] = {
            "HEARTBEAT": self._heartbeat,
            "SYS_STATUS": self._sys_status,
            "SYSTEM_TIME": self._system_time,
            "GPS_RAW_INT": self._gps_raw_int,
            "ATTITUDE": self._attitude,
            "LOCAL_POSITION_NED": self._local_position_ned,
            "GLOBAL_POSITION_INT": self._global_position_int,
            "SERVO_OUTPUT_RAW": self._servo_output_raw,
            "VFR_HUD": self._vfr_hud,
            "BATTERY_STATUS": self._battery_status,
            "AUTOPILOT_VERSION": self._autopilot_version,
            "HOME_POSITION": self._home_position,
            "EXTENDED_SYS_STATE": self._extended_sys_state,
        }

    def _milliseconds(self) -> int:
        return round(self._clock.now() * 1000) % 2**32

    def _heartbeat(self) -> Message:
        armed, on_ground = self._flight.armed, self._flight.landed is Landed.ON_GROUND
        mode = mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED | mavlink.MAV_MODE_FLAG_STABILIZE_ENABLED
        mode |= mavlink.MAV_MODE_FLAG_SAFETY_ARMED if armed else 0
        return mavlink.MAVLink_heartbeat_message(
            type=mavlink.MAV_TYPE_QUADROTOR,
            autopilot=mavlink.MAV_AUTOPILOT_ARDUPILOTMEGA,
            base_mode=mode,
            custom_mode=int(self._flight.mode),
            system_status=mavlink.MAV_STATE_ACTIVE if armed and not on_ground else mavlink.MAV_STATE_STANDBY,
            mavlink_version=3,
        )

    def _sys_status(self) -> Message:
        battery = self._flight.read_battery()
        ready = not self._flight.read_arming_problem()
        return mavlink.MAVLink_sys_status_message(
            onboard_control_sensors_present=_SENSORS | _PREARM,
            onboard_control_sensors_enabled=_SENSORS | _PREARM,
            onboard_control_sensors_health=_SENSORS | (_PREARM if ready else 0),
            load=0,
            voltage_battery=_held(battery.voltage * 1e3, _UINT16),
            current_battery=_held(battery.current * 1e2, _INT16),
            battery_remaining=_held(battery.remaining * 100, (0, 100)),
            drop_rate_comm=0,
            errors_comm=0,
            errors_count1=0,
            errors_count2=0,
            errors_count3=0,
            errors_count4=0,
        )

    def _battery_status(self) -> Message:
        battery = self._flight.read_battery()
        return mavlink.MAVLink_battery_status_message(
            id=0,
            battery_function=mavlink.MAV_BATTERY_FUNCTION_ALL,
            type=mavlink.MAV_BATTERY_TYPE_LIPO,
            temperature=_UNKNOWN_I16,
            voltages=[_held(battery.voltage * 1e3, _UINT16)] + [_UNKNOWN_U16] * 9,
            current_battery=_held(battery.current * 1e2, _INT16),
            current_consumed=-1,
            energy_consumed=_held(battery.used_wh * 36, _INT32),  # hundreds of joules
            battery_remaining=_held(battery.remaining * 100, (0, 100)),
        )

    def _system_time(self) -> Message:
        unix = round((self._config.epoch + self._clock.now()) * 1e6)
        return mavlink.MAVLink_system_time_message(time_unix_usec=unix, time_boot_ms=self._milliseconds())

    def _attitude(self) -> Message:
        motion = self._flight.read_estimate()
        return mavlink.MAVLink_attitude_message(
            self._milliseconds(), motion.roll, motion.pitch, motion.yaw, motion.p, motion.q, motion.r
        )

    def _local_position_ned(self) -> Message:
        motion = self._flight.read_estimate()
        return mavlink.MAVLink_local_position_ned_message(
            self._milliseconds(),
            motion.north,
            motion.east,
            -motion.up,
            motion.v_north,
            motion.v_east,
            -motion.v_up,
        )

    def _global_position_int(self) -> Message:
        motion = self._flight.read_estimate()
        latitude, longitude = self._home.to_degrees(motion.north, motion.east)
        return mavlink.MAVLink_global_position_int_message(
            time_boot_ms=self._milliseconds(),
            lat=_held(latitude * 1e7, _INT32),
            lon=_held(longitude * 1e7, _INT32),
            alt=_held((self._home.altitude + motion.up) * 1e3, _INT32),
            relative_alt=_held(motion.up * 1e3, _INT32),
            vx=_held(motion.v_north * 1e2, _INT16),
            vy=_held(motion.v_east * 1e2, _INT16),
            vz=_held(-motion.v_up * 1e2, _INT16),
            hdg=_held(_degrees(motion.yaw) * 1e2, (0, 35999)),
        )

    def _gps_raw_int(self) -> Message:
        motion = self._flight.read_estimate()
        latitude, longitude = self._home.to_degrees(motion.north, motion.east)
        course = _degrees(math.atan2(motion.v_east, motion.v_north))
        return mavlink.MAVLink_gps_raw_int_message(
            time_usec=round(self._clock.now() * 1e6),
            fix_type=mavlink.GPS_FIX_TYPE_3D_FIX,
            lat=_held(latitude * 1e7, _INT32),
            lon=_held(longitude * 1e7, _INT32),
            alt=_held((self._home.altitude + motion.up) * 1e3, _INT32),
            eph=_UNKNOWN_U16,
            epv=_UNKNOWN_U16,
            vel=_held(math.hypot(motion.v_north, motion.v_east) * 1e2, _UINT16),
            cog=_held(course * 1e2, (0, 35999)),
            satellites_visible=255,
        )

    def _servo_output_raw(self) -> Message:
        pulses = [_held(1000 + 1000 * output, (0, 2000)) for output in self._flight.read_truth().motors[:8]]
        return mavlink.MAVLink_servo_output_raw_message(
            round(self._clock.now() * 1e6) % 2**32, 0, *pulses, *[0] * (8 - len(pulses))
        )

    def _vfr_hud(self) -> Message:
        motion, motors = self._flight.read_estimate(), self._flight.read_truth().motors
        speed = math.hypot(motion.v_north, motion.v_east)
        return mavlink.MAVLink_vfr_hud_message(
            airspeed=speed,  # as ArduCopter does without an airspeed sensor
            groundspeed=speed,
            heading=_held(_degrees(motion.yaw), (0, 359)),
            throttle=_held(100 * sum(motors) / max(len(motors), 1), (0, 100)),
            alt=self._home.altitude + motion.up,
            climb=motion.v_up,
        )

    def _autopilot_version(self) -> Message:
        major, minor, patch = self._config.firmware_version
        return mavlink.MAVLink_autopilot_version_message(
            capabilities=_CAPABILITIES,
            flight_sw_version=major << 24 | minor << 16 | patch << 8 | _RELEASE,
            middleware_sw_version=0,
            os_sw_version=0,
            board_version=0,
            flight_custom_version=list(self._config.firmware_hash[:8].ljust(8, b"\0")),
            middleware_custom_version=[0] * 8,
            os_custom_version=[0] * 8,
            vendor_id=0,
            product_id=0,
            uid=self._config.serial,
        )

    def _home_position(self) -> Message:
        home = self._home
        return mavlink.MAVLink_home_position_message(
            latitude=_held(home.latitude * 1e7, _INT32),
            longitude=_held(home.longitude * 1e7, _INT32),
            altitude=_held(home.altitude * 1e3, _INT32),
            x=0,
            y=0,
            z=0,
            q=[1, 0, 0, 0],
            approach_x=0,
            approach_y=0,
            approach_z=0,
        )

    def _extended_sys_state(self) -> Message:
        return mavlink.MAVLink_extended_sys_state_message(
            vtol_state=mavlink.MAV_VTOL_STATE_UNDEFINED, landed_state=int(self._flight.landed)
        )


def _held(value: float, limits: tuple[int, int]) -> int:
    """`value` as a whole number within `limits`; what is not a number becomes the lower one."""
    low, high = limits
    return round(min(max(value, low), high)) if not math.isnan(value) else low


def _degrees(angle: float) -> float:
    return math.degrees(angle) % 360.0
