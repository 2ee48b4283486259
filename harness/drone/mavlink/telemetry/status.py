"""How the drone is: mode, sensors, estimator, fence, version."""

from collections.abc import Callable

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.orders import Health
from harness.drone.flight.state import Landed, Mode
from harness.drone.mavlink.inbound import Message
from harness.drone.mavlink.telemetry.topic import INT16, UINT16, Aircraft, Topic, held

_INERTIAL = (
    mavlink.MAV_SYS_STATUS_SENSOR_3D_GYRO
    | mavlink.MAV_SYS_STATUS_SENSOR_3D_ACCEL
    | mavlink.MAV_SYS_STATUS_SENSOR_3D_MAG
    | mavlink.MAV_SYS_STATUS_SENSOR_ABSOLUTE_PRESSURE
    | mavlink.MAV_SYS_STATUS_SENSOR_ANGULAR_RATE_CONTROL
    | mavlink.MAV_SYS_STATUS_SENSOR_ATTITUDE_STABILIZATION
    | mavlink.MAV_SYS_STATUS_SENSOR_YAW_POSITION
    | mavlink.MAV_SYS_STATUS_SENSOR_Z_ALTITUDE_CONTROL
    | mavlink.MAV_SYS_STATUS_SENSOR_MOTOR_OUTPUTS
)
_POSITION = mavlink.MAV_SYS_STATUS_SENSOR_XY_POSITION_CONTROL | mavlink.MAV_SYS_STATUS_AHRS
_GPS, _BATTERY = mavlink.MAV_SYS_STATUS_SENSOR_GPS, mavlink.MAV_SYS_STATUS_SENSOR_BATTERY
_RC, _FENCE = mavlink.MAV_SYS_STATUS_SENSOR_RC_RECEIVER, mavlink.MAV_SYS_STATUS_GEOFENCE
_PREARM = mavlink.MAV_SYS_STATUS_PREARM_CHECK
_ALWAYS = _INERTIAL | _POSITION | _GPS | _BATTERY | _PREARM
_BY_STICKS = (Mode.STABILIZE, Mode.ALT_HOLD, Mode.LAND)
_CAPABILITIES = (
    mavlink.MAV_PROTOCOL_CAPABILITY_MAVLINK2
    | mavlink.MAV_PROTOCOL_CAPABILITY_PARAM_ENCODE_C_CAST
    | mavlink.MAV_PROTOCOL_CAPABILITY_COMMAND_INT
    | mavlink.MAV_PROTOCOL_CAPABILITY_SET_POSITION_TARGET_LOCAL_NED
    | mavlink.MAV_PROTOCOL_CAPABILITY_SET_POSITION_TARGET_GLOBAL_INT
    | mavlink.MAV_PROTOCOL_CAPABILITY_FLIGHT_TERMINATION
)
_RELEASE = 255  # FIRMWARE_VERSION_TYPE_OFFICIAL
_ATTITUDE = mavlink.EKF_ATTITUDE | mavlink.EKF_VELOCITY_VERT | mavlink.EKF_POS_VERT_ABS
_PLACE = (
    mavlink.EKF_VELOCITY_HORIZ
    | mavlink.EKF_POS_HORIZ_REL
    | mavlink.EKF_POS_HORIZ_ABS
    | mavlink.EKF_PRED_POS_HORIZ_REL
    | mavlink.EKF_PRED_POS_HORIZ_ABS
)
_INNOVATION_LIMIT = 5.0  # m: at this distance of GNSS and estimate the reported test ratio is 1


class StatusTopic(Topic):
    """HEARTBEAT, SYS_STATUS, SYSTEM_TIME, EXTENDED_SYS_STATE, AUTOPILOT_VERSION, EKF_STATUS_REPORT, FENCE_STATUS.

    Attributes:
        capabilities: MAV_PROTOCOL_CAPABILITY bits; who adds a part that brings one sets it here.
    """

    def __init__(self, aircraft: Aircraft, fence_watched: Callable[[], bool], sticks_held: Callable[[], bool]) -> None:
        """`fence_watched` tells whether the fence is switched on, `sticks_held` whether a pilot's sticks come in."""
        super().__init__(aircraft)
        self._fence_watched, self._sticks_held = fence_watched, sticks_held
        self._breach_time = self._breaches = 0
        self.capabilities = _CAPABILITIES
        self.reports = {
            "HEARTBEAT": self._heartbeat,
            "SYS_STATUS": self._sys_status,
            "SYSTEM_TIME": self._system_time,
            "EXTENDED_SYS_STATE": self._extended_sys_state,
            "AUTOPILOT_VERSION": self._autopilot_version,
            "EKF_STATUS_REPORT": self._ekf_status_report,
            "FENCE_STATUS": self._fence_status,
        }

    def _heartbeat(self) -> Message:
        base = mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED | mavlink.MAV_MODE_FLAG_STABILIZE_ENABLED
        base |= mavlink.MAV_MODE_FLAG_MANUAL_INPUT_ENABLED
        mode = self._flight.mode
        if mode not in _BY_STICKS:  # as ArduCopter counts them
            base |= mavlink.MAV_MODE_FLAG_GUIDED_ENABLED
        base |= mavlink.MAV_MODE_FLAG_SAFETY_ARMED if self._flight.armed else 0
        return mavlink.MAVLink_heartbeat_message(
            type=mavlink.MAV_TYPE_QUADROTOR,
            autopilot=mavlink.MAV_AUTOPILOT_ARDUPILOTMEGA,
            base_mode=base,
            custom_mode=int(mode),
            system_status=self._system_status(),
            mavlink_version=3,
        )

    def _system_status(self) -> int:
        """As ArduCopter tells it: a failsafe that acts is critical, whatever else."""
        if self._flight.armed and self._flight.read_health().failsafes:
            return int(mavlink.MAV_STATE_CRITICAL)
        flying = self._flight.armed and self._flight.landed is not Landed.ON_GROUND
        return int(mavlink.MAV_STATE_ACTIVE if flying else mavlink.MAV_STATE_STANDBY)

    def _sys_status(self) -> Message:
        battery = self._flight.read_battery()
        enabled = _ALWAYS | (_FENCE if self._fence_watched() else 0) | (_RC if self._sticks_held() else 0)
        return mavlink.MAVLink_sys_status_message(
            onboard_control_sensors_present=_ALWAYS | _FENCE | _RC,
            onboard_control_sensors_enabled=enabled,
            onboard_control_sensors_health=self._health_bits(self._flight.read_health()),
            load=0,
            voltage_battery=held(battery.voltage * 1e3, UINT16),
            current_battery=held(battery.current * 1e2, INT16),
            battery_remaining=held(battery.remaining * 100, (0, 100)),
            drop_rate_comm=0,
            errors_comm=0,
            errors_count1=0,
            errors_count2=0,
            errors_count3=0,
            errors_count4=0,
        )

    def _health_bits(self, health: Health) -> int:
        """A fence that is not broken is healthy also when nobody watches it, as in ArduPilot."""
        states = {
            _INERTIAL: True,
            _POSITION: health.position,
            _GPS: health.gnss,
            _BATTERY: "battery" not in health.failsafes,
            _RC: self._sticks_held() and "rc" not in health.failsafes,
            _FENCE: not health.fence_broken,
            _PREARM: not self._flight.read_arming_problem(),
        }
        return sum(bits for bits, healthy in states.items() if healthy)

    def _system_time(self) -> Message:
        unix = round((self._config.epoch + self._clock.now()) * 1e6)
        return mavlink.MAVLink_system_time_message(time_unix_usec=unix, time_boot_ms=self._milliseconds())

    def _extended_sys_state(self) -> Message:
        return mavlink.MAVLink_extended_sys_state_message(
            vtol_state=mavlink.MAV_VTOL_STATE_UNDEFINED, landed_state=int(self._flight.landed)
        )

    def _autopilot_version(self) -> Message:
        major, minor, patch = self._config.firmware_version
        return mavlink.MAVLink_autopilot_version_message(
            capabilities=self.capabilities,
            flight_sw_version=major << 24 | minor << 16 | patch << 8 | _RELEASE,
            middleware_sw_version=0,
            os_sw_version=0,
            board_version=0,
            flight_custom_version=list(self._config.firmware_hash[:8].ljust(8, b"\0")),
            middleware_custom_version=[0] * 8,
            os_custom_version=[0] * 8,
            vendor_id=self._config.vendor_id,
            product_id=self._config.product_id,
            uid=self._config.serial,
        )

    def _ekf_status_report(self) -> Message:
        """The horizontal ratio alone is measured; the others are zero, as ArduPilot sends what it does not use."""
        health = self._flight.read_health()
        flags = _ATTITUDE | (_PLACE if health.position else mavlink.EKF_CONST_POS_MODE)
        flags |= mavlink.EKF_GPS_GLITCHING if "gnss" in health.failsafes and health.gnss else 0
        return mavlink.MAVLink_ekf_status_report_message(
            flags, 0.0, health.innovation / _INNOVATION_LIMIT, 0.0, 0.0, 0.0
        )

    def _fence_status(self) -> Message:
        health = self._flight.read_health()
        if health.breaches != self._breaches:
            self._breaches, self._breach_time = health.breaches, self._milliseconds()
        return mavlink.MAVLink_fence_status_message(
            breach_status=int(health.fence_broken),
            breach_count=held(health.breaches, UINT16),
            breach_type=mavlink.FENCE_BREACH_BOUNDARY if health.fence_broken else mavlink.FENCE_BREACH_NONE,
            breach_time=self._breach_time,
        )
