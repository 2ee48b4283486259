"""What the flight part tells others: modes, the estimate, the truth, the battery. All SI, angles in radians.

Positions are metres north, east and *up* of the home point; yaw is clockwise from north.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple


class Mode(IntEnum):
    """Flight modes, with ArduCopter's numbers (ArduPilot Mode.h)."""

    STABILIZE = 0
    ALT_HOLD = 2
    AUTO = 3
    GUIDED = 4
    LOITER = 5
    RTL = 6
    LAND = 9
    BRAKE = 17


class Landed(IntEnum):
    """MAV_LANDED_STATE."""

    ON_GROUND = 1
    IN_AIR = 2
    TAKEOFF = 3
    LANDING = 4


class Severity(IntEnum):
    """MAV_SEVERITY, as status texts carry it."""

    CRITICAL = 2
    ERROR = 3
    WARNING = 4
    INFO = 6


class Motion(NamedTuple):
    """Position (m), velocity (m/s), attitude (rad) and body rates (rad/s) at one time (s)."""

    time: float
    north: float
    east: float
    up: float
    v_north: float
    v_east: float
    v_up: float
    roll: float
    pitch: float
    yaw: float
    p: float
    q: float
    r: float


class Truth(NamedTuple):
    """What really is, from the plant: for the rig's truth role, never for the autopilot.

    Attributes:
        motion: the true motion.
        wind_north: true wind at the aircraft, the direction it blows *to*, m/s.
        wind_east: as above.
        wind_up: as above.
        motors: output of each motor, 0 to 1 of its range.
        on_ground: the gear touches the ground.
        contact_down: downward speed at the last touch-down, m/s; 0 before the first.
        contact_lateral: horizontal speed at the last touch-down, m/s.
        contact_tilt: tilt at the last touch-down, rad.
    """

    motion: Motion
    wind_north: float
    wind_east: float
    wind_up: float
    motors: tuple[float, ...]
    on_ground: bool
    contact_down: float = 0.0
    contact_lateral: float = 0.0
    contact_tilt: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Load:
    """How the drone is loaded, and what of it is degraded.

    Attributes:
        mass: take-off mass, kg.
        centre: of mass, from the middle of the airframe, m forward, right and down.
        gnss_noise: of the satellite receiver, as a multiple of a healthy one's.
        motor_thrust: share of the healthy thrust that each motor gives at the same command, ArduPilot's order.
    """

    mass: float
    centre: tuple[float, float, float] = (0.0, 0.0, 0.0)
    gnss_noise: float = 1.0
    motor_thrust: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)


@dataclass(frozen=True, kw_only=True)
class Battery:
    """Battery as its monitor reads it: volt, ampere, watt-hours used, fraction left (0 to 1)."""

    voltage: float
    current: float
    used_wh: float
    remaining: float


@dataclass(frozen=True, kw_only=True)
class StatusText:
    """A message of the autopilot to its pilot."""

    time: float
    severity: Severity
    text: str
