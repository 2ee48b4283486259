"""Gimbal protocol v2 (mavlink.io, "Gimbal Protocol v2"): the device, and its manager within the autopilot.

As in ArduPilot the autopilot is the manager: a ground station asks component 1 and the device reports as 154. Whoever
holds control by MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE shuts all others out; while nobody does, everyone may steer.
"""

import math
from collections.abc import Callable, Sequence

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.channel import Channel
from harness.drone.mavlink.commands import Command, Outcome, Sender, denied
from harness.drone.mavlink.empty_part import EmptyPart
from harness.drone.mavlink.geodesy import Home
from harness.drone.mavlink.inbound import Message
from harness.drone.mavlink.part import Post
from harness.drone.mavlink.parts.items import SEA_LEVEL_FRAMES
from harness.drone.mavlink.parts.mount import Mount
from harness.drone.payload.gimbal import STEP, Aim
from harness.drone.payload.rotation import from_quaternion, to_quaternion, wrapped

DEVICE = int(mavlink.MAV_COMP_ID_GIMBAL)
_NEUTRAL = mavlink.GIMBAL_MANAGER_FLAGS_RETRACT | mavlink.GIMBAL_MANAGER_FLAGS_NEUTRAL
_EARTH = mavlink.GIMBAL_MANAGER_FLAGS_YAW_LOCK | mavlink.GIMBAL_MANAGER_FLAGS_YAW_IN_EARTH_FRAME
_VEHICLE = mavlink.GIMBAL_MANAGER_FLAGS_YAW_IN_VEHICLE_FRAME
_LEVEL = mavlink.GIMBAL_MANAGER_FLAGS_ROLL_LOCK | mavlink.GIMBAL_MANAGER_FLAGS_PITCH_LOCK
_CAPABILITIES = (
    mavlink.GIMBAL_MANAGER_CAP_FLAGS_HAS_NEUTRAL
    | mavlink.GIMBAL_MANAGER_CAP_FLAGS_HAS_ROLL_AXIS
    | mavlink.GIMBAL_MANAGER_CAP_FLAGS_HAS_ROLL_LOCK
    | mavlink.GIMBAL_MANAGER_CAP_FLAGS_HAS_PITCH_AXIS
    | mavlink.GIMBAL_MANAGER_CAP_FLAGS_HAS_PITCH_LOCK
    | mavlink.GIMBAL_MANAGER_CAP_FLAGS_HAS_YAW_AXIS
    | mavlink.GIMBAL_MANAGER_CAP_FLAGS_HAS_YAW_FOLLOW
    | mavlink.GIMBAL_MANAGER_CAP_FLAGS_HAS_YAW_LOCK
    | mavlink.GIMBAL_MANAGER_CAP_FLAGS_SUPPORTS_INFINITE_YAW
    | mavlink.GIMBAL_MANAGER_CAP_FLAGS_SUPPORTS_YAW_IN_EARTH_FRAME
)
_POINTS_AT_PLACES = mavlink.GIMBAL_MANAGER_CAP_FLAGS_CAN_POINT_LOCATION_GLOBAL
_LEAVE, _ITSELF, _REMOVE = -1.0, -2.0, -3.0
_NOBODY: Sender = (0, 0)
_ROI_LOCATION, _ROI_NONE = 3.0, 0.0  # MAV_ROI


class GimbalDevice(EmptyPart):
    """Component 154: the gimbal itself. It also moves its model, in steps of a fixed length."""

    def __init__(self, mount: Mount) -> None:
        super().__init__(DEVICE)
        self._mount = mount
        self._stop: Callable[[], None] | None = None
        self.reports = {
            "HEARTBEAT": self._heartbeat,
            "GIMBAL_DEVICE_INFORMATION": self._information,
            "GIMBAL_DEVICE_ATTITUDE_STATUS": self._attitude,
        }
        self.rates = {"HEARTBEAT": 1.0, "GIMBAL_DEVICE_ATTITUDE_STATUS": 5.0}

    def start(self, post: Post) -> None:
        """Begin to move."""
        super().start(post)
        self._stop = post.schedule.every(STEP, self._mount.step, start=post.clock.now() + STEP)

    def stop(self) -> None:
        """Stand still."""
        if self._stop is not None:
            self._stop()

    def _heartbeat(self) -> Message:
        return mavlink.MAVLink_heartbeat_message(
            mavlink.MAV_TYPE_GIMBAL, mavlink.MAV_AUTOPILOT_INVALID, 0, 0, mavlink.MAV_STATE_ACTIVE, 3
        )

    def _information(self) -> Message:
        config = self._mount.gimbal.config
        return mavlink.MAVLink_gimbal_device_information_message(
            time_boot_ms=_milliseconds(self.post),
            vendor_name=b"dronecert",
            model_name=b"embedded gimbal",
            custom_name=b"",
            firmware_version=1,
            hardware_version=1,
            uid=0,
            cap_flags=_CAPABILITIES,
            custom_cap_flags=0,
            roll_min=0.0,
            roll_max=0.0,
            pitch_min=config.least_pitch,
            pitch_max=config.most_pitch,
            yaw_min=-math.pi,
            yaw_max=math.pi,
        )

    def _attitude(self) -> Message:
        gimbal = self._mount.gimbal
        roll, pitch, yaw = gimbal.read_pointing()
        heading = gimbal.read_heading()
        x, y, z = gimbal.read_rates()
        return mavlink.MAVLink_gimbal_device_attitude_status_message(
            target_system=0,
            target_component=0,
            time_boot_ms=_milliseconds(self.post),
            flags=_flags(gimbal.aim),
            q=to_quaternion(roll, pitch, yaw if gimbal.aim.to_north else wrapped(yaw - heading)),
            angular_velocity_x=x,
            angular_velocity_y=y,
            angular_velocity_z=z,
            failure_flags=0,
            delta_yaw=heading,
            delta_yaw_velocity=math.nan,
        )


class GimbalManager(EmptyPart):
    """The autopilot's side: who steers, and to where."""

    def __init__(self, mount: Mount, home: Home) -> None:
        super().__init__()
        self._mount, self._home = mount, home
        self._primary, self._secondary = _NOBODY, _NOBODY
        self.handlers = {
            "GIMBAL_MANAGER_SET_PITCHYAW": self._take_pitch_yaw,
            "GIMBAL_MANAGER_SET_ATTITUDE": self._take_attitude,
        }
        self.actions = {
            mavlink.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW: self._order_pitch_yaw,
            mavlink.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE: self._configure,
            mavlink.MAV_CMD_DO_MOUNT_CONTROL: self._order_mount,
            mavlink.MAV_CMD_DO_SET_ROI_LOCATION: self._order_place,
            mavlink.MAV_CMD_DO_SET_ROI_NONE: self._order_release,
            mavlink.MAV_CMD_DO_SET_ROI: self._order_roi,
        }
        self.reports = {"GIMBAL_MANAGER_INFORMATION": self._information, "GIMBAL_MANAGER_STATUS": self._status}
        self.rates = {"GIMBAL_MANAGER_STATUS": 0.2}

    def _information(self) -> Message:
        config = self._mount.gimbal.config
        return mavlink.MAVLink_gimbal_manager_information_message(
            time_boot_ms=_milliseconds(self.post),
            cap_flags=_CAPABILITIES | _POINTS_AT_PLACES,
            gimbal_device_id=DEVICE,
            roll_min=0.0,
            roll_max=0.0,
            pitch_min=config.least_pitch,
            pitch_max=config.most_pitch,
            yaw_min=-math.pi,
            yaw_max=math.pi,
        )

    def _status(self) -> Message:
        flags = _flags(self._mount.gimbal.aim)
        return mavlink.MAVLink_gimbal_manager_status_message(
            _milliseconds(self.post), flags, DEVICE, *self._primary, *self._secondary
        )

    # -- who steers

    def _configure(self, command: Command) -> Outcome:
        if not _is_ours(command.values[6]):
            return denied(f"no gimbal {command.values[6]:g}")
        primary = _controller(self._primary, command.values[:2], command.sender)
        secondary = _controller(self._secondary, command.values[2:4], command.sender)
        if primary is None or secondary is None:
            return denied("gimbal control goes to a system and component, or -1, -2, -3")
        self._primary, self._secondary = primary, secondary
        self.post.broadcast([self._status()], self.component)
        return Outcome()

    def _shut_out(self, sender: Sender) -> bool:
        return self._primary != _NOBODY and sender not in (self._primary, self._secondary)

    def _refusal(self, command: Command) -> str:
        return "another station controls the gimbal" if self._shut_out(command.sender) else ""

    # -- to where

    def _take_pitch_yaw(self, channel: Channel, message: Message) -> None:
        if _is_ours(message.gimbal_device_id) and not self._shut_out(_sender(message)):
            self._steer(message.flags, (message.pitch, message.yaw), (message.pitch_rate, message.yaw_rate))

    def _take_attitude(self, channel: Channel, message: Message) -> None:
        if not _is_ours(message.gimbal_device_id) or self._shut_out(_sender(message)):
            return
        angles = (math.nan, math.nan)
        size = math.hypot(*message.q)
        if math.isfinite(size) and size > 0.5:
            angles = from_quaternion(*(part / size for part in message.q))[1:]
        self._steer(message.flags, angles, (message.angular_velocity_y, message.angular_velocity_z))

    def _order_pitch_yaw(self, command: Command) -> Outcome:
        refusal = self._refusal(command) or ("" if _is_ours(command.values[6]) else "no such gimbal")
        flags = command.values[4]
        if refusal or not 0 <= flags < 2**32:
            return denied(refusal or f"flags {flags:g} are none")
        angles, rates = _radians(command.values[0:2]), _radians(command.values[2:4])
        return Outcome() if self._steer(int(flags), angles, rates) else denied("angles and rates must be finite")

    def _steer(self, flags: int, angles: tuple[float, float], rates: tuple[float, float]) -> bool:
        """Hold angles, or turn at rates where both angles are left open; NaN leaves a value as it is."""
        if any(math.isinf(value) for value in (*angles, *rates)):
            return False
        aim = self._mount.gimbal.aim
        to_north = bool(flags & _EARTH) and not flags & _VEHICLE
        if flags & _NEUTRAL:
            self._mount.release()
        elif all(map(math.isnan, angles)):
            self._mount.turn(_or(rates[0], 0.0), _or(rates[1], 0.0), to_north=to_north)
        else:
            self._mount.hold(Aim(pitch=_or(angles[0], aim.pitch), yaw=_or(angles[1], aim.yaw), to_north=to_north))
        return True

    def _order_mount(self, command: Command) -> Outcome:
        refusal, mode = self._refusal(command), command.values[6]
        if refusal:
            return denied(refusal)
        if mode in (mavlink.MAV_MOUNT_MODE_RETRACT, mavlink.MAV_MOUNT_MODE_NEUTRAL):
            self._mount.release()
        elif mode == mavlink.MAV_MOUNT_MODE_HOME_LOCATION:
            self._mount.follow((0.0, 0.0, 0.0))
        elif mode == mavlink.MAV_MOUNT_MODE_MAVLINK_TARGETING:
            pitch, _, yaw = (math.radians(value) for value in command.values[:3])
            if not self._steer(0, (pitch, yaw), (math.nan, math.nan)):
                return denied("angles must be finite")
        else:
            return denied(f"mount mode {mode:g} is not known here")
        return Outcome()

    def _order_roi(self, command: Command) -> Outcome:
        """The command of old: a location, or nothing."""
        wanted = command.values[0]
        if wanted not in (_ROI_LOCATION, _ROI_NONE):
            return denied(f"region of interest {wanted:g} is not known here")
        nowhere = not any(command.values[4:7])
        return self._order_release(command) if nowhere else self._order_place(command)

    def _order_place(self, command: Command) -> Outcome:
        refusal = self._refusal(command)
        latitude, longitude = command.place
        altitude = command.values[6]
        if refusal or not (abs(latitude) <= 90 and abs(longitude) <= 180 and math.isfinite(altitude)):
            return denied(refusal or "no such place")
        up = altitude - (self._home.altitude if command.frame in SEA_LEVEL_FRAMES else 0.0)
        self._mount.follow((*self._home.to_metres(latitude, longitude), up))
        return Outcome()

    def _order_release(self, command: Command) -> Outcome:
        refusal = self._refusal(command)
        if refusal:
            return denied(refusal)
        self._mount.release()
        return Outcome()


def _controller(now: Sender, asked: Sequence[float], sender: Sender) -> Sender | None:
    """Who is in control after `asked` (system, component); None when that makes no sense."""
    system, component = asked
    if system == _LEAVE:
        return now
    if system == _ITSELF:
        return sender
    if system == _REMOVE:
        return _NOBODY if now == sender else now
    if not all(0 <= value <= 255 and value == value // 1 for value in asked):
        return None
    return int(system), int(component)


def _is_ours(device: float) -> bool:
    return device in (0, DEVICE)


def _sender(message: Message) -> Sender:
    return message.get_srcSystem(), message.get_srcComponent()


def _flags(aim: Aim) -> int:
    return int(_LEVEL | (_EARTH if aim.to_north else _VEHICLE))


def _radians(values: Sequence[float]) -> tuple[float, float]:
    first, second = values
    return math.radians(first), math.radians(second)


def _or(value: float, otherwise: float) -> float:
    return otherwise if math.isnan(value) else value


def _milliseconds(post: Post) -> int:
    return round(post.clock.now() * 1e3) % 2**32
