"""The air at the aircraft: mean wind with its variations, discrete gusts, turbulence. A kernel source."""

import math

from harness.plant import layout as lay
from harness.plant.jit import Array, njit

POWER, LOGARITHMIC = 1.0, 2.0  # kinds of PROFILE
COSINE, OPERATING = 0.0, 1.0  # shapes of a gust


@njit
def profile_factor(kind: float, shape: float, reference: float, height: float) -> float:
    """Wind at `height` by wind at `reference` (m above ground); nothing blows at the ground itself.

    Power law ``(h / r)^a`` (IEC 61400-1, normal wind profile, a = 0.2) or logarithmic ``ln(h / z0) / ln(r / z0)``
    (MIL-F-8785C, 3.7.3.2, r = 20 ft, z0 = 0.15 ft in flight phases of category C, else 2 ft).
    """
    if kind == POWER:
        return (height / reference) ** shape if height > 0.0 else 0.0
    return math.log(height / shape) / math.log(reference / shape) if height > shape else 0.0


@njit
def direction_offset(s: Array, t: float) -> float:
    """Turn of the mean wind at time `t`, rad clockwise: slow swing, and the change of direction.

    The change is that of IEC 61400-1's extreme direction change: ``(A/2) (1 - cos(pi (t - start) / period))``, and A
    from its end on.
    """
    angle = 0.0
    if s[lay.SWING] != 0.0:
        angle = s[lay.SWING] * math.sin(2.0 * math.pi * (t - s[lay.SWING_START]) / s[lay.SWING_PERIOD])
    if s[lay.TURN] != 0.0:
        phase = min(1.0, max(0.0, (t - s[lay.TURN_START]) / s[lay.TURN_PERIOD]))
        angle += 0.5 * s[lay.TURN] * (1.0 - math.cos(math.pi * phase))
    return angle


@njit
def _mean(s: Array, t: float) -> None:
    north, east = s[lay.STEADY], s[lay.STEADY + 1]
    height = max(0.0, -s[lay.POS + 2])
    if s[lay.PROFILE] != 0.0:
        factor = profile_factor(s[lay.PROFILE], s[lay.PROFILE_SHAPE], s[lay.PROFILE_HEIGHT], height)
        north, east = factor * north, factor * east
    north += s[lay.SHEAR] * (height - s[lay.SHEAR_HEIGHT])
    east += s[lay.SHEAR + 1] * (height - s[lay.SHEAR_HEIGHT])
    angle = direction_offset(s, t)
    if angle != 0.0:
        cosine, sine = math.cos(angle), math.sin(angle)
        north, east = cosine * north - sine * east, sine * north + cosine * east
    s[lay.MEAN], s[lay.MEAN + 1], s[lay.MEAN + 2] = north, east, s[lay.STEADY + 2]


@njit
def gust_shape(shape: float, phase: float) -> float:
    """Share of a gust's amplitude at `phase` (0 to 1) of its duration.

    1-cosine: ``(1 - cos(2 pi x)) / 2``, the rise of MIL-F-8785C's discrete gust followed by its mirror image. Operating
    gust (IEC 61400-1, extreme operating gust): ``-0.37 sin(3 pi x) (1 - cos(2 pi x))``, a dip, a peak of 0.74 of the
    amplitude in the middle, and the dip again.
    """
    rise = 1.0 - math.cos(2.0 * math.pi * phase)
    if shape == OPERATING:
        return -0.37 * math.sin(3.0 * math.pi * phase) * rise
    return 0.5 * rise


@njit
def _gusts(s: Array, t: float) -> None:
    for axis in range(3):
        s[lay.GUSTING + axis] = 0.0
    for n in range(int(s[lay.GUSTS])):
        gust = lay.GUST + n * lay.GUST_SIZE
        phase = (t - s[gust]) / s[gust + 1]
        if 0.0 < phase < 1.0:
            part = gust_shape(s[gust + 5], phase)
            for axis in range(3):
                s[lay.GUSTING + axis] += part * s[gust + 2 + axis]


@njit
def _turbulence(s: Array) -> None:
    """From the axes of the mean wind to NED; without a mean wind "along" is north."""
    north, east, speed = 1.0, 0.0, math.sqrt(s[lay.MEAN] ** 2 + s[lay.MEAN + 1] ** 2)
    if speed > 0.0:
        north, east = s[lay.MEAN] / speed, s[lay.MEAN + 1] / speed
    along, across = s[lay.ALONG], s[lay.ALONG + 1]
    s[lay.TURBULENT] = north * along - east * across
    s[lay.TURBULENT + 1] = east * along + north * across
    s[lay.TURBULENT + 2] = -s[lay.ALONG + 2]


@njit
def blow(s: Array, t: float) -> None:
    """Set the wind at the aircraft for time `t` (s) and its three parts; the turbulence is as ``stir`` left it."""
    _mean(s, t)
    _gusts(s, t)
    if s[lay.SPECTRUM] != 0.0:
        _turbulence(s)
    for axis in range(3):
        s[lay.AIR + axis] = s[lay.MEAN + axis] + s[lay.GUSTING + axis] + s[lay.TURBULENT + axis]
