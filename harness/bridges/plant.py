"""The plant under a real autopilot: motors in, motion out, one frame after the other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.plant import layout as lay
from harness.plant.airframe import FRAME_RATE, Airframe, make_parameters, make_random, make_state

MOTORS = 4


@dataclass(frozen=True, kw_only=True)
class Body:
    """The true rigid body: NED from home (m, m/s), body axes front-right-down (rad/s, m/s^2).

    Attributes:
        position: north, east, down, m.
        velocity: of the same, m/s.
        quaternion: w x y z, body to NED.
        rate: about the body axes, rad/s.
        force: specific force along the body axes, mean of the last frame, m/s^2.
    """

    position: Sequence[float]
    velocity: Sequence[float]
    quaternion: Sequence[float]
    rate: Sequence[float]
    force: Sequence[float]


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
        self.state[lay.FRAME] = round(start / self.frame)

    @property
    def time(self) -> float:
        """Seconds on the clock of the plant."""
        return float(self.state[lay.FRAME]) * self.frame

    def fly(self, motors: Sequence[float], frames: int = 1) -> None:
        """Move on by `frames` frames with those motor commands, each 0 to 1 of its range."""
        self.state[lay.MOTOR : lay.MOTOR + MOTORS] = motors
        self._run(self.state, self.parameters, self.rng, frames, self._split)

    def read(self) -> Body:
        """Where and how it moves now."""
        s = self.state.tolist()
        return Body(
            position=s[lay.POS : lay.POS + 3],
            velocity=s[lay.VEL : lay.VEL + 3],
            quaternion=s[lay.QUAT : lay.QUAT + 4],
            rate=s[lay.RATE : lay.RATE + 3],
            force=s[lay.FORCE : lay.FORCE + 3],
        )
