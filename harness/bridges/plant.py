"""The plant under a real autopilot: motors in, motion out, one frame after the other."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from harness.plant import layout as lay
from harness.plant.airframe import FRAME_RATE, Airframe, make_parameters, make_random, make_state

Motors = tuple[float, float, float, float]


class Body(NamedTuple):
    """The true rigid body: rates (rad/s) and specific force (m/s^2, mean of the last frame) about and along the body
    axes front-right-down; position (m) and velocity (m/s) north, east, down from home; quaternion from body to NED.
    """

    p: float
    q: float
    r: float
    force_x: float
    force_y: float
    force_z: float
    north: float
    east: float
    down: float
    w: float
    x: float
    y: float
    z: float
    v_north: float
    v_east: float
    v_down: float


class BridgedPlant:
    """The physics of the embedded drone without its autopilot.

    Attributes:
        frame: length of a frame, s.
        state: the kernels' state, for a wind source and for who reads the truth.
        parameters: the kernels' parameters.
        rng: the kernels' noise generators.
    """

    def __init__(self, airframe: Airframe, seed: int, *, start: float = 0.0, split: int = 1) -> None:
        """Stand on the ground at home.

        Args:
            airframe: of the aircraft.
            seed: int >= 0, of the air.
            start: what the clock of the plant shows, s.
            split: frames in 2.5 ms, the frame of the air.
        """
        # numba loads with the first flight, not with the package
        from harness.bridges.substep import run_bare

        self._run, self._split = run_bare, split
        self.frame = 1.0 / (FRAME_RATE * split)
        self.state: npt.NDArray[np.float64] = make_state(airframe, seed)
        self.parameters = make_parameters(airframe)
        self.rng = make_random(seed)
        self.parameters[lay.DT] = self.frame
        # beside the array, out of which a number is slow to read
        self._frames = round(start / self.frame)
        self.state[lay.FRAME] = self._frames

    @property
    def time(self) -> float:
        """Seconds on the clock of the plant."""
        return self._frames * self.frame

    def fly(self, motors: Motors) -> Body:
        """Move on by a frame with those motor commands, each 0 to 1 of its range; returns the motion that follows."""
        self._frames += 1
        return Body._make(self._run(self.state, self.parameters, self.rng, motors, self._split))
