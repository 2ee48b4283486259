"""Plant and autopilot together, k frames at a time. A kernel source; imported when the first ``Flight`` is made."""

from harness.drone.flight.config import FlightConfig
from harness.drone.flight.control import control
from harness.drone.flight.estimator import estimate
from harness.drone.flight.guidance import guide
from harness.drone.flight.settings import make_arrays
from harness.plant import layout as lay
from harness.plant.air import blow
from harness.plant.jit import Array, Random, njit
from harness.plant.step import step


@njit
def run_frames(s: Array, p: Array, rng: Random, n: int) -> None:
    """Fly `n` frames: physics, sensors, estimator, set-point, control.

    Args:
        s: state of plant and autopilot; changed.
        p: parameters of both.
        rng: state of the noise generator; changed.
        n: frames of ``DT`` seconds.
    """
    for _ in range(n):
        step(s, p, rng)
        estimate(s, p)
        guide(s, p)
        control(s, p)
    blow(s, s[lay.FRAME] * p[lay.DT])


def warm_up() -> None:
    """Compile, or load from the cache, what this module offers."""
    state, parameters, rng = make_arrays(FlightConfig(), 0)
    run_frames(state, parameters, rng, 1)
