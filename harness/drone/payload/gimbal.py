"""A stabilised gimbal of three joints: yaw below the aircraft, then roll, then pitch with the camera.

The joints are driven to where the camera would look as asked: pitch against the horizon, roll level, yaw against north
or against the nose. Their motors know how the aircraft turns, but follow a change of its turning late: each joint is a
second order of critical damping, driven with the speed of its demand. Its error is s^2 / (s + w)^2 of the demand, so
angular acceleration of the aircraft, as in gusts, moves the picture. Rates and travel end where a small brushless
gimbal's do.

Steps of a fixed length are solved in closed form, so the motion depends on no reading and no other event.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from harness.drone.payload.rotation import Angles, Matrix, times, to_angles, to_matrix, wrapped

STEP = 0.05  # s; the aircraft's attitude moves below 3 Hz


@dataclass(frozen=True, kw_only=True)
class GimbalConfig:
    """What the gimbal can do; figures as data sheets of small three-axis gimbals give them.

    Attributes:
        bandwidth: natural frequency of each joint, Hz.
        most_rate: of each joint, rad/s.
        least_pitch: of the camera against the horizon, rad.
        most_pitch: of the camera against the horizon, rad.
        most_roll_travel: of the roll joint to either side, rad.
        least_pitch_travel: of the pitch joint, rad.
        most_pitch_travel: of the pitch joint, rad.
    """

    bandwidth: float = 3.0
    most_rate: float = math.radians(120.0)
    least_pitch: float = math.radians(-90.0)
    most_pitch: float = math.radians(30.0)
    most_roll_travel: float = math.radians(45.0)
    least_pitch_travel: float = math.radians(-135.0)
    most_pitch_travel: float = math.radians(75.0)


@dataclass(frozen=True, kw_only=True)
class Aim:
    """What the camera is to look at: pitch against the horizon, and yaw against north or against the nose, rad."""

    pitch: float = 0.0
    yaw: float = 0.0
    to_north: bool = False


class Gimbal:
    """The joints and where the camera looks. The yaw joint turns without end; the others have stops."""

    def __init__(self, config: GimbalConfig, read_attitude: Callable[[], Angles]) -> None:
        """`read_attitude` gives the aircraft's true roll, pitch and yaw: the gimbal has sensors of its own."""
        self.config, self._read_attitude = config, read_attitude
        self._body = read_attitude()
        self._aim = Aim()
        self._demanded = self._demand(self._body)  # yaw, roll, pitch, as are the joints
        self._joints = list(self._demanded)
        self._speeds = [0.0, 0.0, 0.0]
        self._seen: Matrix | None = None
        self._stiffness = 2.0 * math.pi * config.bandwidth
        self._decay = math.exp(-self._stiffness * STEP)

    @property
    def aim(self) -> Aim:
        """What it was last told to look at."""
        return self._aim

    def point(self, aim: Aim) -> None:
        """Look there from now on; pitch is held within its limits."""
        pitch = min(max(aim.pitch, self.config.least_pitch), self.config.most_pitch)
        self._aim = Aim(pitch=pitch, yaw=wrapped(aim.yaw), to_north=aim.to_north)
        self._demanded = self._demand(self._body)

    def step(self) -> None:
        """Let `STEP` seconds pass, in which the aircraft turned evenly from its last attitude to the present one."""
        body = self._read_attitude()
        before, after = self._demanded, self._demand(body)
        for joint in range(3):
            self._turn(joint, before[joint], wrapped(after[joint] - before[joint]) / STEP)
        self._stop_at_ends()
        self._body, self._demanded, self._seen = body, after, None

    def read_pointing(self) -> Angles:
        """Where the camera truly looks: roll, pitch and yaw against level and north, rad."""
        return to_angles(self._camera())

    def read_error(self) -> float:
        """Angle between where the optical axis points and where it was told to, rad."""
        wanted, got = to_matrix(*self._wanted(self._body)), self._camera()
        cosine = sum(wanted[row][0] * got[row][0] for row in range(3))
        sine = math.dist([row[0] for row in wanted], [row[0] for row in got])
        # the chord is exact for small angles, where the cosine is not
        return 2.0 * math.asin(min(1.0, sine / 2.0)) if cosine > 0.0 else math.acos(max(-1.0, cosine))

    def read_rates(self) -> Angles:
        """Speeds of the roll, pitch and yaw joints, rad/s."""
        yaw, roll, pitch = self._speeds
        return roll, pitch, yaw

    def read_heading(self) -> float:
        """The aircraft's yaw as the gimbal last saw it, rad."""
        return self._body[2]

    def _camera(self) -> Matrix:
        # many ask between two steps: each port, the report of the error
        if self._seen is None:
            yaw, roll, pitch = self._joints
            frame = times(to_matrix(roll, 0.0, yaw), to_matrix(0.0, pitch, 0.0))
            self._seen = times(to_matrix(*self._body), frame)
        return self._seen

    def _wanted(self, body: Angles) -> Angles:
        return 0.0, self._aim.pitch, self._aim.yaw + (0.0 if self._aim.to_north else body[2])

    def _demand(self, body: Angles) -> Angles:
        """Yaw, roll and pitch joint at which the camera would look as asked: Rz Rx Ry of what is left to turn.

        That is the aircraft's rotation undone, then the wanted one; of the product only what the angles are read from.
        """
        roll, pitch, heading = body
        _, wanted_pitch, wanted_yaw = self._wanted(body)
        sr, cr, sp, cp = math.sin(roll), math.cos(roll), math.sin(pitch), math.cos(pitch)
        s_yaw, c_yaw = math.sin(wanted_yaw - heading), math.cos(wanted_yaw - heading)
        s_pitch, c_pitch = math.sin(wanted_pitch), math.cos(wanted_pitch)
        across = cr * sp * c_yaw - sr * s_yaw
        return (
            math.atan2(cp * s_yaw, cr * c_yaw - sr * sp * s_yaw),
            math.asin(min(1.0, max(-1.0, -cr * sp * s_yaw - sr * c_yaw))),
            math.atan2(cr * cp * s_pitch - across * c_pitch, across * s_pitch + cr * cp * c_pitch),
        )

    def _turn(self, joint: int, demand: float, demanded_speed: float) -> None:
        """One step of a critically damped second order, in the frame that moves with the demand."""
        w, most = self._stiffness, self.config.most_rate
        error = wrapped(self._joints[joint] - demand)
        lag = self._speeds[joint] - demanded_speed + w * error
        later = (error + lag * STEP) * self._decay
        speed = lag * self._decay - w * later + demanded_speed
        moved = later - error + demanded_speed * STEP
        self._joints[joint] = wrapped(self._joints[joint] + min(max(moved, -most * STEP), most * STEP))
        self._speeds[joint] = min(max(speed, -most), most)

    def _stop_at_ends(self) -> None:
        config = self.config
        self._stop(1, -config.most_roll_travel, config.most_roll_travel)
        self._stop(2, config.least_pitch_travel, config.most_pitch_travel)

    def _stop(self, joint: int, low: float, high: float) -> None:
        if not low <= self._joints[joint] <= high:
            self._joints[joint] = min(max(self._joints[joint], low), high)
            self._speeds[joint] = 0.0
