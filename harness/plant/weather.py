"""Sets the wind of a plant: checks it and writes it into the state. Loads no kernel."""

import math

import numpy as np
import numpy.typing as npt

from harness.errors import RigError
from harness.plant import layout as lay

STRONGEST = 60.0  # m/s, for each axis: more than a hurricane, and still far from where a frame is too long

Vector = tuple[float, float, float]
_Array = npt.NDArray[np.float64]


def set_steady(s: _Array, wind: Vector) -> None:
    """Set the steady wind (north, east, up; m/s, where it blows to).

    Raises:
        RigError: a component is not finite or stronger than `STRONGEST`.
    """
    _check(wind, "wind")
    s[lay.STEADY : lay.STEADY + 3] = wind[0], wind[1], -wind[2]


def add_gust(s: _Array, now: float, window: tuple[float, float], amplitude: Vector) -> None:
    """Add a 1-cosine gust to the list; those that have ended are forgotten.

    Args:
        s: state; changed.
        now: present time, s.
        window: start and duration, s.
        amplitude: at its peak (north, east, up), m/s.

    Raises:
        RigError: a number is not finite or out of range, or the list is full.
    """
    start, duration = window
    if not (math.isfinite(start) and math.isfinite(duration) and duration > 0.0):
        raise RigError(f"a gust needs a finite start and a duration above 0 s, got {start} s and {duration} s")
    _check(amplitude, "gust")
    gusts = s[lay.GUST : lay.GUST + lay.GUST_CAPACITY * lay.GUST_SIZE].reshape(-1, lay.GUST_SIZE)
    going = [row.copy() for row in gusts[: int(s[lay.GUSTS])] if row[0] + row[1] > now]
    if len(going) >= lay.GUST_CAPACITY:
        raise RigError(f"at most {lay.GUST_CAPACITY} gusts can be waiting at once; add this one later")
    going.append(np.array([start, duration, amplitude[0], amplitude[1], -amplitude[2]]))
    gusts[: len(going)] = going
    s[lay.GUSTS] = len(going)


def _check(wind: Vector, what: str) -> None:
    if not all(math.isfinite(part) and abs(part) <= STRONGEST for part in wind):
        raise RigError(f"{what} {wind} m/s: each component must be a number within {STRONGEST:g} m/s")
