"""What can be asked of the flight part: missions, fences, sticks, set-points; and what it tells of them. SI, radians.

Positions are metres north, east and *up* of home; yaw is clockwise from north.
"""

from dataclasses import dataclass
from enum import IntEnum

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class MissionItem:
    """One item of a mission, as the mission protocol carries it, its place already brought to metres from home.

    Attributes:
        command: MAV_CMD number.
        values: param1 to param4; NaN where the sender left one open.
        place: north, east, up of home in m; None where the item has none (all three zero, or a command without one).
        autocontinue: whether the next item follows by itself.
    """

    command: int
    values: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    place: tuple[float, float, float] | None = None
    autocontinue: bool = True


class MissionState(IntEnum):
    """MAV_MISSION_STATE, as MISSION_CURRENT carries it."""

    NO_MISSION = 1
    NOT_STARTED = 2
    ACTIVE = 3
    PAUSED = 4
    COMPLETE = 5


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Where the mission stands; items are numbered from 0.

    Attributes:
        state: as a whole.
        current: item being flown, or to be flown first.
        reached: items reached, in their order, since the mission was last loaded or begun; an item may be there twice.
    """

    state: MissionState = MissionState.NO_MISSION
    current: int = 0
    reached: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Area:
    """One area of the fence: a polygon (three corners at least) or a circle (one corner, its centre, and a radius).

    Attributes:
        corners: north, east of home, m.
        radius: m; 0 for a polygon.
        inside: True: stay inside; False: stay out.
    """

    corners: tuple[Point, ...]
    radius: float = 0.0
    inside: bool = True


@dataclass(frozen=True, kw_only=True)
class Sticks:
    """A pilot's sticks: roll right, pitch *forward* and yaw right -1 to 1, throttle 0 to 1 (0.5 holds the height)."""

    roll: float = 0.0
    pitch: float = 0.0
    yaw: float = 0.0
    throttle: float = 0.5


@dataclass(frozen=True, kw_only=True)
class SetPoint:
    """What a ground station or companion asks for in GUIDED; None where it leaves something open.

    Attributes:
        place: m from home; None steers by velocity alone.
        velocity: m/s north, east, up; None lets the drone choose its speed. It runs out 3 s after it was last asked.
        yaw: rad.
        yaw_rate: rad/s, clockwise seen from above.
    """

    place: tuple[float, float, float] | None = None
    velocity: tuple[float, float, float] | None = None
    yaw: float | None = None
    yaw_rate: float | None = None


@dataclass(frozen=True, kw_only=True)
class Satellites:
    """What the GNSS receiver reports.

    Attributes:
        fix: GPS_FIX_TYPE: 1 no fix, 3 three-dimensional.
        count: satellites in use.
        hdop: horizontal dilution of precision.
        place: m from home, last known.
        velocity: m/s north, east, up, last known.
    """

    fix: int = 3
    count: int = 14
    hdop: float = 0.7
    place: tuple[float, float, float] = (0.0, 0.0, 0.0)
    velocity: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True, kw_only=True)
class Health:
    """How the drone judges itself.

    Attributes:
        position: the estimator has a position to fly by.
        innovation: distance of GNSS and estimate, smoothed, m.
        gnss: the receiver is usable.
        wind: estimated mean wind, m/s north and east, the direction it blows to.
        motors: rotor speeds, rad/s.
        motor_currents: A, each.
        fence_broken: outside its fence now.
        breaches: times the fence was broken since power-on.
        failsafes: names of those that act now: "gcs", "rc", "battery", "fence", "ekf", "gnss", "wind", "crash".
    """

    position: bool
    innovation: float
    gnss: bool
    wind: Point
    motors: tuple[float, ...]
    motor_currents: tuple[float, ...]
    fence_broken: bool = False
    breaches: int = 0
    failsafes: tuple[str, ...] = ()
