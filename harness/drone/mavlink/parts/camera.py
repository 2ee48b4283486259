"""Camera protocol v2 (mavlink.io, "Camera Protocol v2"): a camera that takes photos, and no video.

Video commands have no action here, so they are answered UNSUPPORTED, and the capabilities do not claim it.
"""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.commands import Command, Outcome, denied
from harness.drone.mavlink.empty_part import EmptyPart
from harness.drone.mavlink.inbound import Message
from harness.drone.payload.rotation import Angles, to_quaternion
from harness.errors import VehicleError

CAMERA = int(mavlink.MAV_COMP_ID_CAMERA)
SHORTEST_INTERVAL = 0.5  # s, between two photos
MOST_PHOTOS = 10_000  # of one order
REMEMBERED = 128  # photos that can be asked for again
_MEBIBYTE = 1 << 20
_IDLE, _INTERVAL_IDLE = 0, 2  # image_status of CAMERA_CAPTURE_STATUS
_IMAGE = 0.0  # CAMERA_MODE
_OPTICS = {"focal_length": 4.5, "sensor_size_h": 6.2, "sensor_size_v": 4.6, "resolution_h": 640, "resolution_v": 480}


@dataclass(frozen=True, kw_only=True)
class CameraSite:
    """What the camera is built into.

    Attributes:
        take_photo: takes and stores one photo and gives its name; raises VehicleError when it cannot.
        read_card: bytes in all, and bytes free.
        read_place: latitude and longitude (deg), altitude above sea level and above home (m).
        read_pointing: where it looks: roll, pitch and yaw, rad.
        epoch: Unix time of zero on the test clock, s.
    """

    take_photo: Callable[[], str]
    read_card: Callable[[], tuple[int, int]]
    read_place: Callable[[], tuple[float, float, float, float]]
    read_pointing: Callable[[], Angles]
    epoch: float = 0.0


class Camera(EmptyPart):
    """Component 100."""

    def __init__(self, site: CameraSite) -> None:
        super().__init__(CAMERA)
        self._site = site
        self._taken: deque[Message] = deque(maxlen=REMEMBERED)
        self._count = 0  # photos since power-on, successful ones
        self._left: float = 0  # of an order of several; infinite until stopped
        self._interval = 0.0
        self._last_order = 0
        self._stop: Callable[[], None] | None = None
        self.actions = {
            mavlink.MAV_CMD_IMAGE_START_CAPTURE: self._begin,
            mavlink.MAV_CMD_IMAGE_STOP_CAPTURE: self._order_stop,
            mavlink.MAV_CMD_SET_CAMERA_MODE: self._set_mode,
            mavlink.MAV_CMD_REQUEST_CAMERA_IMAGE_CAPTURE: self._repeat,
            mavlink.MAV_CMD_REQUEST_CAMERA_INFORMATION: lambda command: Outcome(send=("CAMERA_INFORMATION",)),
            mavlink.MAV_CMD_REQUEST_CAMERA_SETTINGS: lambda command: Outcome(send=("CAMERA_SETTINGS",)),
            mavlink.MAV_CMD_REQUEST_STORAGE_INFORMATION: lambda command: Outcome(send=("STORAGE_INFORMATION",)),
            mavlink.MAV_CMD_REQUEST_CAMERA_CAPTURE_STATUS: lambda command: Outcome(send=("CAMERA_CAPTURE_STATUS",)),
        }
        self.reports = {
            "HEARTBEAT": self._heartbeat,
            "CAMERA_INFORMATION": self._information,
            "CAMERA_SETTINGS": self._settings,
            "STORAGE_INFORMATION": self._storage,
            "CAMERA_CAPTURE_STATUS": self._capture_status,
        }
        self.rates = {"HEARTBEAT": 1.0}

    def stop(self) -> None:
        """Take no more photos."""
        if self._stop is not None:
            self._stop()
        self._stop, self._left, self._interval = None, 0, 0.0

    def capture(self) -> str:
        """Take one photo and tell every port what came of it; returns why there is none, or an empty string."""
        name, reason = "", ""
        try:
            name = self._site.take_photo()
            self._count += 1
        except VehicleError as error:
            reason = str(error)
        message = self._captured(name, taken=not reason)
        if not reason:
            self._taken.append(message)
        self.post.broadcast([message], self.component)
        return reason

    # -- orders

    def _begin(self, command: Command) -> Outcome:
        _, interval, count, number = command.values[:4]
        if not (0 <= count <= MOST_PHOTOS and count == count // 1):
            return denied(f"{count:g} photos cannot be taken")
        if count == 1:
            return self._take_one(number)
        if not (math.isfinite(interval) and interval >= SHORTEST_INTERVAL):
            return denied(f"an interval of {interval:g} s is shorter than {SHORTEST_INTERVAL:g} s")
        if self._stop is not None:
            return Outcome(result=mavlink.MAV_RESULT_TEMPORARILY_REJECTED, reason="camera: already taking photos")
        self._left, self._interval = count or math.inf, interval
        self._stop = self.post.schedule.every(interval, self._take_next, start=self.post.clock.now())
        return Outcome()

    def _take_one(self, number: float) -> Outcome:
        """One photo; the same number again is the same order, sent again because its answer was lost."""
        known = math.isfinite(number) and number > 0 and number == self._last_order
        self._last_order = int(number) if math.isfinite(number) else 0
        reason = "" if known else self.capture()
        return Outcome(result=mavlink.MAV_RESULT_FAILED if reason else mavlink.MAV_RESULT_ACCEPTED, reason=reason)

    def _take_next(self) -> None:
        self._left -= 1
        if self.capture() or self._left <= 0:
            self.stop()

    def _order_stop(self, command: Command) -> Outcome:
        self.stop()
        return Outcome()

    def _set_mode(self, command: Command) -> Outcome:
        mode = command.values[1]
        return Outcome() if mode == _IMAGE else denied(f"camera mode {mode:g} is not known here")

    def _repeat(self, command: Command) -> Outcome:
        found = [message for message in self._taken if message.image_index == command.values[0]]
        return Outcome(messages=tuple(found)) if found else denied(f"no photo {command.values[0]:g}")

    # -- reports

    def _heartbeat(self) -> Message:
        return mavlink.MAVLink_heartbeat_message(
            mavlink.MAV_TYPE_CAMERA, mavlink.MAV_AUTOPILOT_INVALID, 0, 0, mavlink.MAV_STATE_ACTIVE, 3
        )

    def _information(self) -> Message:
        return mavlink.MAVLink_camera_information_message(
            time_boot_ms=self._milliseconds(),
            vendor_name=list(b"dronecert".ljust(32, b"\0")),
            model_name=list(b"embedded camera".ljust(32, b"\0")),
            firmware_version=1,
            **_OPTICS,
            lens_id=0,
            flags=mavlink.CAMERA_CAP_FLAGS_CAPTURE_IMAGE,
            cam_definition_version=0,
            cam_definition_uri=b"",
            gimbal_device_id=mavlink.MAV_COMP_ID_GIMBAL,
        )

    def _settings(self) -> Message:
        return mavlink.MAVLink_camera_settings_message(self._milliseconds(), mavlink.CAMERA_MODE_IMAGE)

    def _storage(self) -> Message:
        total, free = (part / _MEBIBYTE for part in self._site.read_card())
        return mavlink.MAVLink_storage_information_message(
            time_boot_ms=self._milliseconds(),
            storage_id=1,
            storage_count=1,
            status=mavlink.STORAGE_STATUS_READY,
            total_capacity=total,
            used_capacity=total - free,
            available_capacity=free,
            read_speed=math.nan,
            write_speed=math.nan,
            type=mavlink.STORAGE_TYPE_OTHER,
            name=b"companion eMMC",
            storage_usage=mavlink.STORAGE_USAGE_FLAG_PHOTO | mavlink.STORAGE_USAGE_FLAG_LOGS,
        )

    def _capture_status(self) -> Message:
        return mavlink.MAVLink_camera_capture_status_message(
            time_boot_ms=self._milliseconds(),
            image_status=_IDLE if self._stop is None else _INTERVAL_IDLE,
            video_status=0,
            image_interval=self._interval,
            recording_time_ms=0,
            available_capacity=self._site.read_card()[1] / _MEBIBYTE,
            image_count=self._count,
        )

    def _captured(self, name: str, *, taken: bool) -> Message:
        latitude, longitude, altitude, height = self._site.read_place()
        return mavlink.MAVLink_camera_image_captured_message(
            time_boot_ms=self._milliseconds(),
            time_utc=round((self._site.epoch + self.post.clock.now()) * 1e6),
            camera_id=0,
            lat=_held(latitude * 1e7),
            lon=_held(longitude * 1e7),
            alt=_held(altitude * 1e3),
            relative_alt=_held(height * 1e3),
            q=to_quaternion(*self._site.read_pointing()),
            image_index=max(self._count - 1, 0),
            capture_result=int(taken),
            file_url=f"mftp:///photos/{name}".encode("ascii", "replace")[:205] if taken else b"",
        )

    def _milliseconds(self) -> int:
        return round(self.post.clock.now() * 1e3) % 2**32


def _held(value: float) -> int:
    return round(min(max(value, -(2**31)), 2**31 - 1)) if math.isfinite(value) else 0
