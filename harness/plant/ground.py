"""Contact with flat ground at the height of home. A kernel source."""

import math

from harness.plant import layout as lay
from harness.plant.jit import Array, njit

_SETTLE = 0.1  # s, in which a tilted aircraft falls onto its gear
_NEW_CONTACT = 0.5  # s in the air before a touch counts as a touch-down


@njit
def _remember_contact(s: Array, p: Array) -> None:
    """Keep speed and tilt of a touch-down as they were before the ground changed them."""
    if s[lay.AIRBORNE] * p[lay.DT] < _NEW_CONTACT:
        return
    s[lay.CONTACT_DOWN] = s[lay.VEL + 2]
    s[lay.CONTACT_LATERAL] = math.sqrt(s[lay.VEL] ** 2 + s[lay.VEL + 1] ** 2)
    cosine = 1.0 - 2.0 * (s[lay.QUAT + 1] ** 2 + s[lay.QUAT + 2] ** 2)
    s[lay.CONTACT_TILT] = math.acos(min(1.0, max(-1.0, cosine)))


@njit
def _stand(s: Array, before: Array, p: Array) -> None:
    """No turning on the ground; the gear levels the aircraft unless it has tipped over."""
    cosine = 1.0 - 2.0 * (before[lay.QUAT + 1] ** 2 + before[lay.QUAT + 2] ** 2)
    keep = 1.0 - p[lay.DT] / _SETTLE if cosine > p[lay.TIP_COSINE] else 1.0
    w, i, j, k = before[lay.QUAT], keep * before[lay.QUAT + 1], keep * before[lay.QUAT + 2], before[lay.QUAT + 3]
    size = math.sqrt(w * w + i * i + j * j + k * k)
    s[lay.QUAT], s[lay.QUAT + 1], s[lay.QUAT + 2], s[lay.QUAT + 3] = w / size, i / size, j / size, k / size
    for axis in range(3):
        s[lay.RATE + axis] = 0.0


@njit
def touch(s: Array, before: Array, p: Array) -> None:
    """Hold the aircraft up where the free step took it below the ground.

    The ground's impulse stops the descent without bounce; friction takes at most the friction coefficient times that
    impulse from the lateral speed (Coulomb), so wind below the limit moves nothing at all.

    Args:
        s: state after a step in free air; changed.
        before: integrated state before that step.
        p: parameters.
    """
    s[lay.ON_GROUND] = 0.0
    s[lay.AIRBORNE] += 1.0
    if s[lay.POS + 2] < 0.0 or s[lay.VEL + 2] < 0.0:
        return
    _remember_contact(s, p)
    s[lay.ON_GROUND], s[lay.AIRBORNE] = 1.0, 0.0
    lateral = math.sqrt(s[lay.VEL] ** 2 + s[lay.VEL + 1] ** 2)
    taken = p[lay.FRICTION] * s[lay.VEL + 2]
    keep = 1.0 - taken / lateral if lateral > taken else 0.0
    for axis in range(2):
        s[lay.VEL + axis] *= keep
        s[lay.POS + axis] = before[lay.POS + axis] + p[lay.DT] * s[lay.VEL + axis]
    s[lay.VEL + 2], s[lay.POS + 2] = 0.0, 0.0
    _stand(s, before, p)
