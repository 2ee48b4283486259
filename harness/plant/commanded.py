"""The turbulence that a seed commands, apart from any drone: to compare with what blew. Loads no kernel on import."""

import math

import numpy as np
import numpy.typing as npt

from harness.errors import RigError
from harness.plant import layout as lay
from harness.plant.airframe import FRAME_RATE, make_random
from harness.plant.weather import Turbulence, set_turbulence


def commanded_series(
    turbulence: Turbulence, *, frames: int, wind: float, height: float = 0.0, rate: float = FRAME_RATE
) -> npt.NDArray[np.float64]:
    """Turbulence of the first `frames` frames after it was set, the very numbers that the plant gives.

    Where ``turbulence`` fixes neither ``height`` nor ``speed``, they hold for an aircraft that stays at `height` in a
    constant mean wind.

    Args:
        turbulence: what was commanded.
        frames: how many.
        wind: horizontal mean wind at the aircraft, m/s; unused where the turbulence has a speed of its own.
        height: of the aircraft, m above ground; unused where the turbulence has a height of its own.
        rate: frames in a second.

    Returns:
        One row for each frame: m/s along, across (to the right of) and up from the mean wind.

    Raises:
        RigError: `wind`, `height` or `rate` is no usable number.
    """
    from harness.plant.turbulence import fill_series

    if not (math.isfinite(wind) and math.isfinite(height) and math.isfinite(rate) and rate > 0.0):
        raise RigError(f"a series needs finite wind, height and a rate above 0, got {wind}, {height} and {rate}")
    s, rng, series = np.zeros(lay.STATE_SIZE), make_random(0), np.zeros((frames, 3))
    s[lay.POS + 2], s[lay.MEAN] = -height, wind
    set_turbulence(s, rng, turbulence)
    fill_series(s, 1.0 / rate, rng, series)
    return series
