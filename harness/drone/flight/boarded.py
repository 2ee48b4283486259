"""The embedded drone's autopilot on a board of its own: its sensors are told, its motor outputs are read, no plant."""

import math

import numpy as np
import numpy.typing as npt

from harness.drone.flight import layout as own
from harness.drone.flight.config import FlightConfig
from harness.drone.flight.flight import Flight
from harness.drone.flight.reading import read_heading
from harness.plant import layout as lay

Array = npt.NDArray[np.float64]
Random = npt.NDArray[np.uint64]
Triple = tuple[float, float, float]


class BoardedFlight(Flight):
    """A flight whose physics are elsewhere; ``read_truth`` tells nothing but the motor outputs."""

    def __init__(self, config: FlightConfig, seed: int) -> None:
        """Boot, level and at home."""
        # numba loads with the first drone, not with the package
        from harness.drone.flight.control import control
        from harness.drone.flight.estimator import estimate
        from harness.drone.flight.guidance import guide

        super().__init__(config, seed)
        self._parts = (estimate, guide, control)
        self._run_frames = self._think

    @property
    def motors(self) -> tuple[float, ...]:
        """Outputs of the motors, 0 to 1; none turns while it is disarmed."""
        return tuple(self._s[lay.MOTOR : lay.MOTOR + 4].tolist()) if self.armed else (0.0,) * 4

    def feel(self, gyro: Triple, accel: Triple) -> None:
        """Gyro (rad/s) and accelerometer (m/s^2) have read this, front-right-down."""
        self._s[lay.GYRO : lay.GYRO + 3] = gyro
        self._s[lay.ACCEL : lay.ACCEL + 3] = accel

    def feel_field(self, height: float, field: Triple, declination: float) -> None:
        """The barometer has read `height` (m above home), the compass a field along the body's axes.

        North by the compass is off by `declination`, rad. The field is brought level with the estimated attitude.
        """
        w, i, j, k = self._s[own.ESTIMATE + lay.QUAT : own.ESTIMATE + lay.QUAT + 4].tolist()
        x, y, z = field
        north = (1 - 2 * (j * j + k * k)) * x + 2 * (i * j - w * k) * y + 2 * (i * k + w * j) * z
        east = 2 * (i * j + w * k) * x + (1 - 2 * (i * i + k * k)) * y + 2 * (j * k - w * i) * z
        heading = read_heading(self._s) + declination - math.atan2(east, north)
        self._s[lay.BARO], self._s[lay.HEADING], self._s[lay.BARO_NEW] = height, heading, 1.0

    def feel_place(self, place: Triple, velocity: Triple) -> None:
        """The receiver of satellites says this, one period old: m and m/s north, east, down of home."""
        self._s[lay.GPS_POS : lay.GPS_POS + 3], self._s[lay.GPS_VEL : lay.GPS_VEL + 3] = place, velocity
        self._s[lay.GPS_NEW] = self._s[lay.GPS_FIX] = 1.0

    def _think(self, s: Array, p: Array, rng: Random, n: int) -> None:
        for _ in range(n):
            for part in self._parts:
                part(s, p)
            s[lay.FRAME] += 1.0
            # a sample is new to one frame
            s[lay.BARO_NEW] = s[lay.GPS_NEW] = 0.0
