"""Sensor noise inside the kernels: repeatable, and the same compiled or not. A kernel source."""

import math

import numpy as np

from harness.plant.jit import Array, Random, njit

_SCALE = 1.0 / 65536.0
_ROOT_3 = 1.7320508075688772
_LOW_16 = np.uint64(0xFFFF)
_A, _B, _C = np.uint64(13), np.uint64(7), np.uint64(17)
_16, _32, _48 = np.uint64(16), np.uint64(32), np.uint64(48)


@njit
def normal(rng: Random) -> float:
    """Next number of mean 0 and variance 1, from one step of xorshift64 (Marsaglia 2003, triple 13, 7, 17).

    The sum of four uniform numbers (Irwin-Hall), so never beyond 3.46: no library function takes part, and the bits
    are the same on every machine.

    Args:
        rng: one uint64, never zero; changed.
    """
    x = rng[0]
    x ^= x << _A
    x ^= x >> _B
    x ^= x << _C
    rng[0] = x
    total = float(x & _LOW_16) + float((x >> _16) & _LOW_16) + float((x >> _32) & _LOW_16) + float(x >> _48)
    return ((total + 2.0) * _SCALE - 2.0) * _ROOT_3


@njit
def wander(s: Array, place: int, deviation: float, ratio: float, rng: Random) -> None:
    """Move the slow error at `place` on by one sample: first-order Gauss-Markov.

    Args:
        s: state; changed.
        place: of the error in `s`.
        deviation: standard deviation in the long run, the error's unit.
        ratio: sample period divided by correlation time, well below 1.
        rng: generator; changed.
    """
    s[place] += -ratio * s[place] + math.sqrt(2.0 * ratio) * deviation * normal(rng)
