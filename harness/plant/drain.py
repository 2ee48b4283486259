"""Takes energy out of the pack on the ground, as a bench load does. Loads no kernel."""

import math

import numpy as np
import numpy.typing as npt

from harness.plant import layout as lay

_Array = npt.NDArray[np.float64]


def drain(s: _Array, p: _Array, energy: float) -> None:
    """Draw `energy` (Wh, at the open-circuit voltage) so slowly that nothing is lost; at most what is left.

    The open-circuit voltage falls with the charge q along a line, ``V(q) = full - (full - empty) q / capacity``, so the
    charge drawn is a root of a quadratic.

    Args:
        s: state; CHARGE and ENERGY are changed.
        p: parameters.
        energy: Wh, not negative.
    """
    slope = (p[lay.FULL_VOLTAGE] - p[lay.EMPTY_VOLTAGE]) / p[lay.CAPACITY]
    voltage = p[lay.FULL_VOLTAGE] - slope * s[lay.CHARGE]
    root = math.sqrt(max(0.0, voltage * voltage - 2.0 * slope * 3600.0 * energy))
    charge = min((voltage - root) / slope, p[lay.CAPACITY] - s[lay.CHARGE])
    s[lay.CHARGE] += charge
    s[lay.ENERGY] += (voltage - 0.5 * slope * charge) * charge
