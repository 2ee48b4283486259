"""How the embedded drone flies; a defect is a change of this configuration."""

import math
from dataclasses import dataclass

from harness.errors import UsageError

LINK_LOSS_ACTIONS = ("rtl", "land", "none")


@dataclass(frozen=True, kw_only=True)
class FlightConfig:
    """Airframe, control and failsafe settings of the embedded drone.

    Raises:
        UsageError: a number is not finite or out of its range, or the action is unknown.

    Attributes:
        mass: take-off mass, kg.
        thrust_scale: 1.0 is the healthy propulsion; less limits every motor's thrust.
        position_gain: factor on the position controller's gains; 1.0 is well tuned.
        integrator: whether the velocity loop integrates out a steady disturbance.
        tilt_limit: greatest commanded tilt, rad.
        link_loss_action: "rtl", "land" or "none".
        link_loss_timeout: silence of the ground station that triggers the action, s.
        integrator_gain: factor on the velocity loop's integral gain; 1.0 is well tuned.
        battery_charge: how full the pack is at power-on, 0 to 1.
        battery_critical: fraction left at which the drone lands by itself.
        battery_wh: usable energy of a full pack, Wh.
        home_latitude: of the launch point, deg.
        home_longitude: of the launch point, deg.
        home_altitude: of the launch point above mean sea level, m.
    """

    mass: float = 2.2
    thrust_scale: float = 1.0
    position_gain: float = 1.0
    integrator: bool = True
    tilt_limit: float = 0.785
    link_loss_action: str = "rtl"
    link_loss_timeout: float = 3.0
    battery_wh: float = 130.0
    integrator_gain: float = 1.0
    battery_charge: float = 1.0
    battery_critical: float = 0.10
    home_latitude: float = 35.6762
    home_longitude: float = 139.6503
    home_altitude: float = 40.0

    def __post_init__(self) -> None:
        """Refuse what cannot fly at all; a defect may be as bad as it likes."""
        for name, low, high in _RANGES:
            value = getattr(self, name)
            if not (math.isfinite(value) and low <= value <= high):
                raise UsageError(f"flight: {name} must be {low} to {high}, got {value}")
        if self.link_loss_action not in LINK_LOSS_ACTIONS:
            known = ", ".join(LINK_LOSS_ACTIONS)
            raise UsageError(f"flight: link_loss_action must be one of {known}, got {self.link_loss_action!r}")


_RANGES = (
    ("mass", 0.5, 10.0),
    ("thrust_scale", 0.01, 2.0),
    ("position_gain", 0.0, 20.0),
    ("tilt_limit", 0.01, 1.3),
    ("link_loss_timeout", 0.1, 1e6),
    ("integrator_gain", 0.0, 20.0),
    ("battery_charge", 0.0, 1.0),
    ("battery_critical", 0.0, 1.0),
    ("battery_wh", 0.1, 10_000.0),
    ("home_latitude", -90.0, 90.0),
    ("home_longitude", -180.0, 180.0),
    ("home_altitude", -500.0, 9000.0),
)
