"""Sets the air of a plant: checks what is asked and writes it into the state; reads it back. Loads no kernel."""

import hashlib
import math
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from harness.errors import RigError
from harness.plant import layout as lay

STRONGEST = 60.0  # m/s, for each axis: more than a hurricane, and still far from where a frame is too long
_COSINE, _OPERATING = 0.0, 1.0  # as in ``air``
_HEIGHTS = (0.5, 1000.0)  # m above ground
_LENGTHS = (0.5, 5000.0)  # m

Vector = tuple[float, float, float]
_Array = npt.NDArray[np.float64]
_Random = npt.NDArray[np.uint64]


class Spectrum(Enum):
    """Spectrum of continuous turbulence; the value is that of the kernels."""

    DRYDEN = 1.0
    VON_KARMAN = 2.0


@dataclass(frozen=True, kw_only=True)
class Turbulence:
    """Continuous turbulence of low altitude (MIL-F-8785C, MIL-HDBK-1797).

    Attributes:
        seed: int >= 0, of the air's own random numbers; equal turbulence in equal wind gives the same series.
        spectrum: Dryden or von Karman.
        w20: wind 20 ft (6.1 m) above ground that gives the intensities, m/s; or
        sigmas: standard deviations along, across and up from the mean wind, m/s. One of the two.
        lengths: length scales along, across and up, m; None: those of the height.
        height: for which intensities and lengths hold, m above ground; None: that of the aircraft at each moment.
        speed: at which the pattern passes, m/s; None: the mean wind at the aircraft, at least 1 m/s.

    Raises:
        RigError: a number is missing, not finite or out of range.
    """

    seed: int
    spectrum: Spectrum = Spectrum.DRYDEN
    w20: float | None = None
    sigmas: Vector | None = None
    lengths: Vector | None = None
    height: float | None = None
    speed: float | None = None

    def __post_init__(self) -> None:
        """Refuse what the kernels cannot fly."""
        if (self.w20 is None) == (self.sigmas is None):
            raise RigError("turbulence: give either w20 or sigmas")
        if self.seed < 0:
            raise RigError(f"turbulence: the seed must be 0 or more, got {self.seed}")
        _check_range("turbulence: w20", self.w20, (0.0, STRONGEST))
        _check_range("turbulence: height", self.height, _HEIGHTS)
        _check_range("turbulence: speed", self.speed, (0.1, STRONGEST))
        for sigma in self.sigmas or ():
            _check_range("turbulence: sigma", sigma, (0.0, STRONGEST / 3.0))
        for length in self.lengths or ():
            _check_range("turbulence: length", length, _LENGTHS)


@dataclass(frozen=True, kw_only=True)
class PowerLaw:
    """Mean wind by height, ``(h / reference)^exponent`` (IEC 61400-1: 0.2); `reference` in m above ground."""

    reference: float = 10.0
    exponent: float = 0.2

    def __post_init__(self) -> None:
        """Raises: RigError: not finite or out of range."""
        _check_range("profile: reference", self.reference, _HEIGHTS)
        _check_range("profile: exponent", self.exponent, (0.0, 1.0))


@dataclass(frozen=True, kw_only=True)
class LogLaw:
    """Mean wind by height, ``ln(h / roughness) / ln(reference / roughness)``; both in m (MIL-F-8785C: 0.15 or 2 ft)."""

    reference: float = 10.0
    roughness: float = 0.0457

    def __post_init__(self) -> None:
        """Raises: RigError: not finite or out of range."""
        _check_range("profile: reference", self.reference, _HEIGHTS)
        _check_range("profile: roughness", self.roughness, (1e-5, 0.5 * self.reference))


@dataclass(frozen=True, kw_only=True)
class Wind:
    """The air at the aircraft, as it really is: vectors north, east and up in m/s, the direction it blows to.

    Attributes:
        time: s since power-on.
        mean: steady wind with profile, shear, swing and change of direction.
        gust: sum of the gusts.
        turbulence: in the same axes as the others.
        along: the turbulence along, across (to the right of) and up from the mean wind, as it was commanded.
        total: what the aircraft flies in; the sum of the first three.
    """

    time: float
    mean: Vector
    gust: Vector
    turbulence: Vector
    along: Vector
    total: Vector


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
    _add_gust(s, now, window, (amplitude[0], amplitude[1], -amplitude[2], _COSINE))


def add_operating_gust(s: _Array, now: float, window: tuple[float, float], amplitude: Vector) -> None:
    """Add an operating gust of IEC 61400-1 (dip, peak, dip): its peak is 0.74 of `amplitude`. Else as ``add_gust``."""
    _add_gust(s, now, window, (amplitude[0], amplitude[1], -amplitude[2], _OPERATING))


def set_profile(s: _Array, profile: PowerLaw | LogLaw | None) -> None:
    """Let the horizontal steady wind change with height above ground; None: the same at every height."""
    match profile:
        case PowerLaw():
            s[lay.PROFILE : lay.PROFILE + 3] = 1.0, profile.reference, profile.exponent
        case LogLaw():
            s[lay.PROFILE : lay.PROFILE + 3] = 2.0, profile.reference, profile.roughness
        case None:
            s[lay.PROFILE] = 0.0


def set_shear(s: _Array, gradient: tuple[float, float], reference: float) -> None:
    """Let the wind gain `gradient` (north and east, m/s for each metre) with height, nothing at `reference` (m).

    Raises:
        RigError: not finite or out of range.
    """
    for part in gradient:
        _check_range("shear", part, (-2.0, 2.0))
    _check_range("shear: reference height", reference, (0.0, _HEIGHTS[1]))
    s[lay.SHEAR], s[lay.SHEAR + 1], s[lay.SHEAR_HEIGHT] = *gradient, reference


def set_swing(s: _Array, now: float, amplitude: float, period: float) -> None:
    """Let the mean wind's direction swing by `amplitude` (rad) to both sides in `period` (s), clockwise first.

    Raises:
        RigError: not finite or out of range.
    """
    _check_range("swing", amplitude, (0.0, math.pi))
    _check_range("swing: period", period, (1.0, 1e6))
    s[lay.SWING : lay.SWING + 3] = amplitude, period, now


def set_direction_change(s: _Array, window: tuple[float, float], angle: float) -> None:
    """Turn the mean wind by `angle` (rad, clockwise) within `window` (start and duration, s), and leave it so.

    The course is that of IEC 61400-1's extreme direction change. A later call takes the place of an earlier one.

    Raises:
        RigError: not finite or out of range.
    """
    _check_range("direction change", angle, (-math.pi, math.pi))
    _check_window("direction change", window)
    s[lay.TURN], s[lay.TURN_START], s[lay.TURN_PERIOD] = angle, *window


def set_turbulence(s: _Array, rng: _Random, turbulence: Turbulence | None) -> None:
    """Start turbulence from now on, in its steady state; None ends it.

    Args:
        s: state; changed.
        rng: generators of sensors and air; the air's is seeded.
        turbulence: what is asked.
    """
    s[lay.TURBULENT : lay.TURBULENT + 3] = s[lay.ALONG : lay.ALONG + 3] = 0.0
    s[lay.SPECTRUM] = 0.0
    if turbulence is None:
        return
    # the kernels' own formulas; numba is there already where there is a plant
    from harness.plant.turbulence import settle

    s[lay.SPECTRUM], s[lay.ADVECTION] = turbulence.spectrum.value, turbulence.speed or 0.0
    s[lay.EDDIES : lay.EDDIES + 12] = 0.0
    _set_scales(s, turbulence)
    rng[1] = int.from_bytes(hashlib.sha256(f"turbulence {turbulence.seed}".encode()).digest()[:8], "big") | 1
    settle(s, rng)


def read_wind(s: _Array, time: float) -> Wind:
    """The air at the aircraft at `time` (s), part by part."""
    parts = [_up(s, place) for place in (lay.MEAN, lay.GUSTING, lay.TURBULENT, lay.AIR)]
    u, v, w = s[lay.ALONG : lay.ALONG + 3].tolist()
    return Wind(time=time, mean=parts[0], gust=parts[1], turbulence=parts[2], along=(u, v, w), total=parts[3])


def _up(s: _Array, place: int) -> Vector:
    north, east, down = s[place : place + 3].tolist()
    return north, east, 0.0 - down  # no negative zero


def _set_scales(s: _Array, turbulence: Turbulence) -> None:
    """Intensities and lengths as they are given, and of the fixed height where they are not."""
    from harness.plant.turbulence import low_altitude

    fixed = turbulence.height is not None
    flat, upright, ratio = low_altitude(turbulence.height or 0.0)
    s[lay.LENGTH : lay.LENGTH + 3] = turbulence.lengths or (flat, flat, upright)
    s[lay.FOLLOW_LENGTH] = 0.0 if fixed or turbulence.lengths else 1.0
    sigma = 0.1 * (turbulence.w20 or 0.0)
    s[lay.SIGMA : lay.SIGMA + 3] = turbulence.sigmas or (ratio * sigma, ratio * sigma, sigma)
    s[lay.FOLLOW_W20] = 0.0 if fixed else turbulence.w20 or 0.0


def _add_gust(s: _Array, now: float, window: tuple[float, float], tail: tuple[float, float, float, float]) -> None:
    _check_window("gust", window)
    _check(tail[:3], "gust")
    gusts = s[lay.GUST : lay.GUST + lay.GUST_CAPACITY * lay.GUST_SIZE].reshape(-1, lay.GUST_SIZE)
    going = [row.copy() for row in gusts[: int(s[lay.GUSTS])] if row[0] + row[1] > now]
    if len(going) >= lay.GUST_CAPACITY:
        raise RigError(f"at most {lay.GUST_CAPACITY} gusts can be waiting at once; add this one later")
    going.append(np.array([*window, *tail]))
    gusts[: len(going)] = going
    s[lay.GUSTS] = len(going)


def _check_window(what: str, window: tuple[float, float]) -> None:
    start, duration = window
    if not (math.isfinite(start) and math.isfinite(duration) and duration > 0.0):
        raise RigError(f"a {what} needs a finite start and a duration above 0 s, got {start} s and {duration} s")


def _check_range(what: str, value: float | None, allowed: tuple[float, float]) -> None:
    if value is not None and not (math.isfinite(value) and allowed[0] <= value <= allowed[1]):
        raise RigError(f"{what} must be a number from {allowed[0]:g} to {allowed[1]:g}, got {value}")


def _check(wind: Vector, what: str) -> None:
    if not all(math.isfinite(part) and abs(part) <= STRONGEST for part in wind):
        raise RigError(f"{what} {wind} m/s: each component must be a number within {STRONGEST:g} m/s")
