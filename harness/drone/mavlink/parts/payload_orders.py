"""Camera and gimbal items of a flown mission: the flight part passes them on when their turn has come.

A mission item reaches the flight part with four values and a place, so what commands carry beyond that (the flags of
a gimbal order, the mode of a mount order) is taken as its usual value.
"""

import math
from collections.abc import Callable, Mapping
from typing import Protocol

from harness.drone.flight.missioncheck import Cmd
from harness.drone.flight.orders import MissionItem
from harness.drone.flight.state import Motion, Severity
from harness.drone.mavlink.commands import Command
from harness.drone.mavlink.empty_part import EmptyPart
from harness.drone.mavlink.part import Action, Post
from harness.drone.mavlink.parts.camera import Camera
from harness.drone.mavlink.parts.mount import Mount
from harness.drone.payload.gimbal import Aim

PERIOD = 0.1  # s


class OrderSource(Protocol):
    """The flight part, as this part sees it."""

    def take_payload_orders(self) -> list[MissionItem]:
        """Camera and gimbal items whose turn has come since the last call, oldest first."""
        ...

    def read_estimate(self) -> Motion:
        """Where the aircraft believes it is."""
        ...


class PayloadOrders(EmptyPart):
    """Carries them out, and takes a photo at every so many metres when one of them says so."""

    def __init__(self, source: OrderSource, camera: Camera, mount: Mount) -> None:
        super().__init__()
        self._source, self._camera, self._mount = source, camera, mount
        self._spacing = 0.0
        self._last: tuple[float, float] = (0.0, 0.0)
        self._stop: Callable[[], None] | None = None
        self._orders: Mapping[int, Callable[[MissionItem], None]] = {
            Cmd.SET_ROI_LOCATION: self._look_at,
            Cmd.SET_ROI: self._look_at,
            Cmd.SET_ROI_NONE: lambda item: self._mount.release(),
            Cmd.DIGICAM_CONTROL: lambda item: self._capture(),
            Cmd.MOUNT_CONTROL: lambda item: self._point(item.values[0], item.values[2]),
            Cmd.GIMBAL_MANAGER_PITCHYAW: lambda item: self._point(item.values[0], item.values[1]),
            Cmd.SET_CAM_TRIGG_DIST: self._space,
            Cmd.IMAGE_START_CAPTURE: self._order_camera,
            Cmd.IMAGE_STOP_CAPTURE: self._order_camera,
        }

    def start(self, post: Post) -> None:
        """Begin to look for orders."""
        super().start(post)
        self._stop = post.schedule.every(PERIOD, self._watch, start=post.clock.now())

    def stop(self) -> None:
        """Look no more."""
        if self._stop is not None:
            self._stop()

    def _watch(self) -> None:
        for item in self._source.take_payload_orders():
            self._orders[item.command](item)
        if self._spacing > 0.0 and math.dist(self._here(), self._last) >= self._spacing:
            self._last = self._here()
            self._capture()

    def _here(self) -> tuple[float, float]:
        motion = self._source.read_estimate()
        return motion.north, motion.east

    def _look_at(self, item: MissionItem) -> None:
        if item.place is None:
            self._mount.release()
        else:
            self._mount.follow(item.place)

    def _point(self, pitch: float, yaw: float) -> None:
        """Degrees; NaN leaves an angle as it is."""
        aim = self._mount.gimbal.aim
        held = [now if math.isnan(new) else math.radians(new) for now, new in ((aim.pitch, pitch), (aim.yaw, yaw))]
        self._mount.hold(Aim(pitch=held[0], yaw=held[1]))

    def _capture(self) -> None:
        reason = self._camera.capture()
        if reason:
            self._spacing = 0.0
            self.post.say(int(Severity.WARNING), f"camera: {reason}")

    def _space(self, item: MissionItem) -> None:
        """A photo every so many metres; none at a distance of zero."""
        self._spacing = item.values[0] if math.isfinite(item.values[0]) else 0.0
        self._last = self._here()
        if self._spacing > 0.0 and item.values[2] == 1.0:
            self._capture()

    def _order_camera(self, item: MissionItem) -> None:
        action: Action = self._camera.actions[item.command]
        reason = action(Command(number=item.command, values=(*item.values, 0.0, 0.0, 0.0))).reason
        if reason:
            self.post.say(int(Severity.WARNING), f"camera: {reason}")
