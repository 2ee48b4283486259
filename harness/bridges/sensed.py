"""The plant with its sensors, for an autopilot that is told what they read."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from harness.bridges.plant import Motors
from harness.plant import layout as lay
from harness.plant.airframe import FRAME_RATE, Airframe, make_parameters, make_random, make_state

Triple = tuple[float, float, float]
Home = tuple[float, float, float]

# PX4's picture of the Earth (src/lib/geo), metres in a degree
METRES_PER_DEGREE = 6371000.0 * math.pi / 180.0


class Fix(NamedTuple):
    """What a receiver of satellites says: deg, deg, m above sea level; m/s north, east, down; whether it has a fix."""

    latitude: float
    longitude: float
    height: float
    velocity: Triple
    valid: bool


class Slow(NamedTuple):
    """What is read at 50 Hz: height by the barometer (m above home), and the direction that a compass takes for north's
    (rad, from true to read heading). `attitude` is the true quaternion from body to north-east-down.
    """

    height: float
    heading_error: float
    attitude: tuple[float, float, float, float]


class Sensed(NamedTuple):
    """What the sensors read at `time` s: rad/s and m/s^2 about and along the body axes front-right-down.

    What is slower comes at 50 Hz, satellites at 10 Hz; None in between.
    """

    time: float
    gyro: Triple
    accel: Triple
    slow: Slow | None
    fix: Fix | None


class SensedPlant:
    """The physics and the sensors of the embedded drone without its autopilot.

    Attributes:
        state: the kernels' state, for a wind source and for who reads the truth.
        parameters: the kernels' parameters.
        rng: the kernels' noise generators.
    """

    def __init__(self, airframe: Airframe, seed: int, home: Home, *, start: float = 0.0) -> None:
        """Stand on the ground at `home` (deg, deg, m above sea level); the plant's clock shows `start` s."""
        # numba loads with the first flight, not with the package
        from harness.plant.step import run_plant

        self._run, self._home = run_plant, home
        self.state: npt.NDArray[np.float64] = make_state(airframe, seed)
        self.parameters = make_parameters(airframe)
        self.rng = make_random(seed)
        self._gps_frames = int(self.parameters[lay.GPS_FRAMES])
        self._frames = self._born = round(start * FRAME_RATE)
        self.state[lay.FRAME] = self._frames

    @property
    def time(self) -> float:
        """Seconds on the clock of the plant."""
        return self._frames / FRAME_RATE

    def fly(self, motors: Motors) -> Sensed:
        """Move on by a frame with those motor commands, each 0 to 1; returns what the sensors read."""
        s = self.state
        s[lay.MOTOR : lay.MOTOR + 4] = motors
        self._frames += 1
        self._run(s, self.parameters, self.rng, 1)
        # read in pieces: a number is slow to read out of an array
        g0, g1, g2, a0, a1, a2, baro, baro_new, heading = s[lay.GYRO : lay.HEADING + 1].tolist()
        return Sensed(
            time=(self._frames - self._born) / FRAME_RATE,
            gyro=(g0, g1, g2),
            accel=(a0, a1, a2),
            slow=self._slow(baro, heading) if baro_new else None,
            fix=self._fix() if s[lay.GPS_NEW] or self._lost_now() else None,
        )

    def _slow(self, height: float, heading: float) -> Slow:
        w, x, y, z = self.state[lay.QUAT : lay.QUAT + 4].tolist()
        yaw = math.atan2(2.0 * (w * z + x * y), 1.0 - 2.0 * (y * y + z * z))
        return Slow(height, math.remainder(heading - yaw, 2.0 * math.pi), (w, x, y, z))

    def _lost_now(self) -> bool:
        """Whether the receiver says, at its own pace, that it has no fix."""
        return self._frames % self._gps_frames == 0 and bool(self.state[lay.GPS_FIX] == 0.0)

    def _fix(self) -> Fix:
        north, east, down, v_north, v_east, v_down = self.state[lay.GPS_POS : lay.GPS_POS + 6].tolist()
        latitude, longitude, height = self._home
        shrunk = METRES_PER_DEGREE * math.cos(math.radians(latitude))
        return Fix(
            latitude + north / METRES_PER_DEGREE,
            longitude + east / shrunk,
            height - down,
            (v_north, v_east, v_down),
            bool(self.state[lay.GPS_FIX]),
        )
