"""What the gimbal is told to do over time: hold angles, turn at rates, or follow a place on the ground."""

import math
from collections.abc import Callable
from dataclasses import replace

from harness.drone.payload.gimbal import STEP, Aim, Gimbal

Place = tuple[float, float, float]  # north, east, up of home, m


class Mount:
    """Steers a gimbal step by step.

    Attributes:
        gimbal: what is steered.
    """

    def __init__(self, gimbal: Gimbal, read_place: Callable[[], Place]) -> None:
        """`read_place` gives where the aircraft believes it is."""
        self.gimbal, self._read_place = gimbal, read_place
        self._rates = (0.0, 0.0)
        self._target: Place | None = None

    def hold(self, aim: Aim) -> None:
        """Look there and stay."""
        self._target, self._rates = None, (0.0, 0.0)
        self.gimbal.point(aim)

    def turn(self, pitch_rate: float, yaw_rate: float, *, to_north: bool) -> None:
        """Turn on from the present aim at these rates (rad/s) until told otherwise."""
        most = self.gimbal.config.most_rate
        self._rates = min(max(pitch_rate, -most), most), min(max(yaw_rate, -most), most)
        self._target = None
        aim = self.gimbal.aim
        if aim.to_north != to_north:
            heading = self.gimbal.read_heading()
            aim = replace(aim, yaw=aim.yaw + (heading if to_north else -heading), to_north=to_north)
        self.gimbal.point(aim)

    def follow(self, target: Place) -> None:
        """Keep looking at a place."""
        self._target = target
        self._aim_at(target)

    def release(self) -> None:
        """Look ahead again."""
        self.hold(Aim())

    def step(self) -> None:
        """One step of the gimbal, after the aim has moved on."""
        if self._target is not None:
            self._aim_at(self._target)
        elif any(self._rates):
            aim, (pitch_rate, yaw_rate) = self.gimbal.aim, self._rates
            self.gimbal.point(replace(aim, pitch=aim.pitch + pitch_rate * STEP, yaw=aim.yaw + yaw_rate * STEP))
        self.gimbal.step()

    def _aim_at(self, target: Place) -> None:
        north, east, up = (there - here for there, here in zip(target, self._read_place(), strict=True))
        level = math.hypot(north, east)
        # right above the place there is no direction: the last one stays
        yaw = math.atan2(east, north) if level > 0.01 else self.gimbal.aim.yaw
        self.gimbal.point(Aim(pitch=math.atan2(up, level), yaw=yaw, to_north=True))
