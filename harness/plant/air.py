"""The air at the aircraft: steady wind and discrete gusts. A kernel source."""

import math

from harness.plant import layout as lay
from harness.plant.jit import Array, njit


@njit
def blow(s: Array, t: float) -> None:
    """Set the wind at the aircraft for time `t` (s): steady wind plus every gust that lasts.

    A gust is a 1-cosine over its period, ``(A/2) (1 - cos(2 pi (t - start) / duration))``: the rise of MIL-F-8785C's
    discrete gust followed by its mirror image.
    """
    for axis in range(3):
        s[lay.AIR + axis] = s[lay.STEADY + axis]
    for n in range(int(s[lay.GUSTS])):
        gust = lay.GUST + n * lay.GUST_SIZE
        phase = (t - s[gust]) / s[gust + 1]
        if 0.0 < phase < 1.0:
            part = 0.5 * (1.0 - math.cos(2.0 * math.pi * phase))
            for axis in range(3):
                s[lay.AIR + axis] += part * s[gust + 2 + axis]
