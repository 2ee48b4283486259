"""What speed controllers and receiver report of themselves. Loads no kernel."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.plant import layout as lay

_Array = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Rotors:
    """The four rotors in ArduPilot's order: speed (rad/s) and current of motor and controller (A)."""

    speeds: tuple[float, ...]
    currents: tuple[float, ...]


def read_rotors(s: _Array, p: _Array) -> Rotors:
    """Speed and current of each rotor; the currents and the avionics' add up to the pack's."""
    speeds = s[lay.ROTOR : lay.ROTOR + 4]
    power = p[lay.TORQUE] * speeds**3 / p[lay.EFFICIENCY]
    voltage = max(1e-3, float(s[lay.VOLTAGE]))
    return Rotors(speeds=tuple(speeds.tolist()), currents=tuple((power / voltage).tolist()))
