"""How the embedded drone flies; a defect is a change of this configuration."""

import math
from dataclasses import dataclass, fields, replace

from harness.errors import UsageError

ACTIONS = ("rtl", "land", "none", "brake")
PHASE_ACTIONS = (*ACTIONS, "same")

Setting = float | str | bool | tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class FlightConfig:
    """Airframe, control and failsafe settings of the embedded drone.

    An action is "rtl", "land", "brake" or "none" (a warning only). Where a position is needed and unknown, "rtl" and
    "brake" become "land". Actions of a phase may also be "same": as in all other phases.

    Raises:
        UsageError: a number is not finite or out of its range, or an action is unknown.

    Attributes:
        mass: take-off mass, kg.
        added_mass: load that the autopilot does not know of, kg.
        thrust_scale: 1.0 is the healthy propulsion; less limits every motor's thrust.
        motor_thrust: share of the healthy thrust that each motor gives at the same command, ArduPilot's order.
        centre: of mass, from the middle of the airframe, m forward, right and down; the autopilot does not know of it.
        side_drag: factor on the body's drag across, as of a load that hangs out; the autopilot does not know of it.
        compass_error: how far the compass is mounted askew, rad clockwise; the autopilot does not know of it.
        attitude_gain: factor on the gain from attitude error to wanted rate; 1.0 is well tuned.
        climb_gain: factor on the gains of height and climb rate; 1.0 is well tuned.
        position_gain: factor on the position controller's gains; 1.0 is well tuned.
        integrator: whether the velocity loop integrates out a steady disturbance.
        integrator_gain: factor on the velocity loop's integral gain; 1.0 is well tuned.
        tilt_limit: greatest commanded tilt, rad.
        gnss: whether the receiver gets satellites.
        gnss_noise: factor on the receiver's noise; the autopilot does not know of it.
        gnss_gate: distance from the estimate up to which a GNSS sample is believed, m.
        battery_wh: usable energy of a full pack, Wh.
        battery_charge: how full the pack is at power-on, 0 to 1.
        pack_resistance: of the three packs that are flown in turn, as multiples of a healthy one's.
        motor_endurance: after turning for this long the first motor is hot and gives `hot_thrust`, s; 0 for never.
        hot_thrust: share of the healthy thrust.
        home_latitude: of the launch point, deg.
        home_longitude: of the launch point, deg.
        home_altitude: of the launch point above mean sea level, m.
        cruise_speed: horizontal, in GUIDED, AUTO and RTL, m/s.
        climb_speed: greatest, m/s.
        descend_speed: greatest, m/s.
        touch_down_speed: of the last metres of a landing, m/s.
        touchdown_detector: whether it notices that the ground carries it.
        return_height: least height of a return, m above home.
        holds_track: whether AUTO flies by position; else it leans towards the next waypoint as in still air.
        return_holds_track: likewise for the way home of a return.
        waypoint_radius: how near counts as reached, where a mission does not say, m.
        face_ahead: whether AUTO turns the nose to the next waypoint.
        velocity_timeout: a velocity set-point runs out after this, s (ArduCopter's GUID_TIMEOUT).
        stick_lean: lean at full deflection, rad.
        stick_speed: speed over ground at full deflection in LOITER, m/s.
        stick_yaw_rate: at full deflection, rad/s.
        disarm_delay: on the ground with the throttle down, in a mode flown by sticks, s; 0 never.
        link_loss_action: what the silence of the ground station brings in GUIDED and BRAKE.
        link_loss_ground: armed on the ground: "none" or "disarm".
        link_loss_auto: in AUTO; "none" continues the mission.
        link_loss_pilot: in a mode flown by sticks.
        link_loss_landing: in RTL and LAND; "none" continues them.
        link_loss_timeout: silence of the ground station that triggers the action, s.
        link_resume: True is a defect: when the ground station is heard again, what its silence ended goes on unasked.
        rc_loss_action: what sticks that stop coming bring in a mode flown by them.
        rc_timeout: silence of the sticks that triggers the action, s.
        battery_low: fraction left that brings `battery_low_action`; less refuses to arm.
        battery_low_action: see there.
        battery_critical: fraction left that brings `battery_critical_action`.
        battery_critical_action: see there.
        fence: whether the fence is watched.
        fence_height: greatest height, m above home; 0 for none.
        fence_radius: greatest distance from home, m; 0 for none.
        fence_action: what leaving it brings.
        position_timeout: dead reckoning for this long counts as a known position, s.
        position_loss_action: "land", "alt_hold" (with a pilot at the sticks, else it lands) or "none".
        glitch_timeout: GNSS samples out of the gate for this long mean that the estimator has failed, s.
        wind_limit: estimated wind that brings a warning, and 10 s later `wind_action`, m/s; 0 for none.
        wind_action: see there.
        wind_warning: whether it tells its pilot of too much wind.
        wind_cry_period: tells of too much wind each time that so long has passed, whatever blows, s; 0 for never.
        arming_checks: bits of ArduPilot's ARMING_CHECK: 1 all, 8 GNSS, 16 attitude, 64 sticks, 256 battery; and 16384
            for the fence.
    """

    mass: float = 2.2
    added_mass: float = 0.0
    thrust_scale: float = 1.0
    motor_thrust: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)
    centre: tuple[float, ...] = (0.0, 0.0, 0.0)
    side_drag: float = 1.0
    compass_error: float = 0.0
    attitude_gain: float = 1.0
    climb_gain: float = 1.0
    position_gain: float = 1.0
    integrator: bool = True
    integrator_gain: float = 1.0
    tilt_limit: float = 0.785
    gnss: bool = True
    gnss_noise: float = 1.0
    gnss_gate: float = 5.0
    battery_wh: float = 130.0
    battery_charge: float = 1.0
    pack_resistance: tuple[float, ...] = (1.0, 1.0, 1.0)
    motor_endurance: float = 0.0
    hot_thrust: float = 0.4
    home_latitude: float = 35.6762
    home_longitude: float = 139.6503
    home_altitude: float = 40.0
    cruise_speed: float = 5.0
    climb_speed: float = 2.5
    descend_speed: float = 1.5
    touch_down_speed: float = 0.5
    touchdown_detector: bool = True
    return_height: float = 15.0
    holds_track: bool = True
    return_holds_track: bool = True
    waypoint_radius: float = 1.0
    face_ahead: bool = True
    velocity_timeout: float = 3.0
    stick_lean: float = 0.52
    stick_speed: float = 8.0
    stick_yaw_rate: float = 1.2
    disarm_delay: float = 10.0
    link_loss_action: str = "rtl"
    link_loss_ground: str = "none"
    link_loss_auto: str = "same"
    link_loss_pilot: str = "same"
    link_loss_landing: str = "none"
    link_loss_timeout: float = 3.0
    link_resume: bool = False
    rc_loss_action: str = "rtl"
    rc_timeout: float = 1.0
    battery_low: float = 0.20
    battery_low_action: str = "rtl"
    battery_critical: float = 0.10
    battery_critical_action: str = "land"
    fence: bool = False
    fence_height: float = 100.0
    fence_radius: float = 300.0
    fence_action: str = "rtl"
    position_timeout: float = 3.0
    position_loss_action: str = "land"
    glitch_timeout: float = 10.0
    wind_limit: float = 18.0
    wind_action: str = "rtl"
    wind_warning: bool = True
    wind_cry_period: float = 0.0
    arming_checks: int = 1

    def __post_init__(self) -> None:
        """Refuse what cannot fly at all; a defect may be as bad as it likes."""
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if not (math.isfinite(value) and low <= value <= high):
                raise UsageError(f"flight: {name} must be {low} to {high}, got {value}")
        for name, size, low, high in _VECTORS:
            parts = getattr(self, name)
            if len(parts) != size or not all(low <= part <= high for part in parts):
                raise UsageError(f"flight: {name} must be {size} numbers from {low} to {high}, got {parts}")
        for name, known in _CHOICES.items():
            value = getattr(self, name)
            if value not in known:
                raise UsageError(f"flight: {name} must be one of {', '.join(known)}, got {value!r}")


def change(config: FlightConfig, changes: dict[str, Setting]) -> FlightConfig:
    """`config` with `changes` in it, for a drone that is switched on.

    Raises:
        UsageError: a name is unknown or fixed at power-on, or a value is of the wrong type or out of its range.
    """
    types: dict[str, type] = {field.name: type(field.default) for field in fields(FlightConfig)}
    for name, value in changes.items():
        if name not in types:
            raise UsageError(f"flight: there is no setting {name}")
        if name in _FIXED:
            raise UsageError(f"flight: {name} is fixed at power-on")
        if not _fits(value, types[name]):
            raise UsageError(f"flight: {name} must be of type {types[name].__name__}, got {value!r}")
    return replace(config, **{name: types[name](value) for name, value in changes.items()})


def _fits(value: Setting, wanted: type) -> bool:
    if wanted in (bool, str, tuple) or isinstance(value, bool | str | tuple):
        return type(value) is wanted
    return wanted is float or (math.isfinite(value) and value == int(value))


_FIXED = ("compass_error", "battery_charge", "home_latitude", "home_longitude", "home_altitude")
_VECTORS = (("motor_thrust", 4, 0.0, 1.0), ("centre", 3, -0.3, 0.3), ("pack_resistance", 3, 0.1, 100.0))
_CHOICES = {
    "link_loss_action": ACTIONS,
    "link_loss_ground": ("none", "disarm"),
    "link_loss_auto": PHASE_ACTIONS,
    "link_loss_pilot": PHASE_ACTIONS,
    "link_loss_landing": ("none", "same"),
    "rc_loss_action": ACTIONS,
    "battery_low_action": ACTIONS,
    "battery_critical_action": ACTIONS,
    "fence_action": ACTIONS,
    "position_loss_action": ("land", "alt_hold", "none"),
    "wind_action": ACTIONS,
}
_RANGES = {
    "mass": (0.5, 10.0),
    "added_mass": (0.0, 10.0),
    "thrust_scale": (0.01, 2.0),
    "side_drag": (0.0, 20.0),
    "compass_error": (-3.2, 3.2),
    "attitude_gain": (0.0, 20.0),
    "climb_gain": (0.0, 20.0),
    "position_gain": (0.0, 20.0),
    "integrator_gain": (0.0, 20.0),
    "tilt_limit": (0.01, 1.3),
    "gnss_noise": (0.0, 1000.0),
    "gnss_gate": (0.1, 1e6),
    "battery_wh": (0.1, 10_000.0),
    "battery_charge": (0.0, 1.0),
    "motor_endurance": (0.0, 1e6),
    "hot_thrust": (0.0, 1.0),
    "home_latitude": (-90.0, 90.0),
    "home_longitude": (-180.0, 180.0),
    "home_altitude": (-500.0, 9000.0),
    "cruise_speed": (0.1, 15.0),
    "climb_speed": (0.1, 10.0),
    "descend_speed": (0.1, 5.0),
    "touch_down_speed": (0.2, 2.0),
    "return_height": (1.0, 500.0),
    "waypoint_radius": (0.1, 100.0),
    "velocity_timeout": (0.1, 60.0),
    "stick_lean": (0.05, 1.2),
    "stick_speed": (0.1, 15.0),
    "stick_yaw_rate": (0.05, 1.5),
    "disarm_delay": (0.0, 127.0),
    "link_loss_timeout": (0.1, 1e6),
    "rc_timeout": (0.1, 120.0),
    "battery_low": (0.0, 1.0),
    "battery_critical": (0.0, 1.0),
    "fence_height": (0.0, 1000.0),
    "fence_radius": (0.0, 10_000.0),
    "position_timeout": (0.1, 1e6),
    "glitch_timeout": (0.1, 1e6),
    "wind_limit": (0.0, 60.0),
    "wind_cry_period": (0.0, 1e6),
    "arming_checks": (0, 2**20 - 1),
}
