"""What differs between the simulators that autopilots bring: their words for wind and satellites, and their truth."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from harness.drone.flight.state import Motion
from harness.vehicle.codec import Message

Vector = tuple[float, float, float]
Home = tuple[float, float, float]  # deg, deg, m above sea level
Latest = Mapping[str, Message]


@dataclass(frozen=True, kw_only=True)
class Saving:
    """When an autopilot writes changed parameters down, during which none may change; all in s of its clock.

    Attributes:
        delay: from the first change to the writing.
        period: least time between two writings.
        before: how long before the writing nothing is changed any more.
        after: how long after it nothing is changed yet.
    """

    delay: float
    period: float
    before: float
    after: float


@dataclass(frozen=True, kw_only=True)
class WindWords:
    """How a simulator is told what blows.

    Attributes:
        settings: parameters, as they are set once the article has power; those of the wind itself are among them.
        to_parameters: the wind (m/s NED, where it blows to) in parameters.
        from_parameters: the wind that parameters make, m/s north, east and up.
        lag: time constant behind which it follows them, s.
        remedy: for a build that has no such parameters.
        saving: when it writes them down; None where that does not matter.
        level: whether it makes no wind up or down.
    """

    settings: Mapping[str, float]
    to_parameters: Callable[[Sequence[float]], Mapping[str, float]]
    from_parameters: Callable[[Mapping[str, float]], Vector]
    lag: float
    remedy: str
    saving: Saving | None = None
    level: bool = False


@dataclass(frozen=True, kw_only=True)
class SkyWords:
    """The parameter of a simulator that takes the satellites away, and its two values."""

    name: str
    lit: float
    dark: float
    remedy: str


@dataclass(frozen=True, kw_only=True)
class Simulator:
    """The simulator of one make.

    Attributes:
        wind: its words for wind.
        sky: its words for satellites.
        rates: messages of the rig's own port by number, Hz; its clock ticks with ATTITUDE.
        kinds: names of those that must have come before anything is read.
        grounded: height above home (m) up to which it stands on the ground.
        read_motion: the truth in those messages, from home, in metres by that many in a degree, at that time (s).
        read_motors: the motor commands in them, each 0 to 1.
        bytewise: whether its parameters travel as bytes.
    """

    wind: WindWords
    sky: SkyWords
    rates: Mapping[int, float]
    kinds: tuple[str, ...]
    grounded: float
    read_motion: Callable[[Latest, Home, float, float], Motion]
    read_motors: Callable[[Latest], tuple[float, ...]]
    bytewise: bool = False


def from_home(place: Home, home: Home, scale: float) -> Vector:
    """Metres north, east and up of `home` of a place, on an Earth with `scale` metres in a degree."""
    north, east = (place[0] - home[0]) * scale, (place[1] - home[1]) * scale * math.cos(math.radians(home[0]))
    return north, east, place[2] - home[2]
