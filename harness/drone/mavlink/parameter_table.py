"""Which parameters there are: ArduPilot's name, what it stands for here, its scale, its range and its type.

Names and units are ArduCopter's (its "Complete Parameter List"), where its meaning and ours are the same; ranges are
ArduCopter's or narrower.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.config import MavlinkConfig

INT8, INT16, INT32 = mavlink.MAV_PARAM_TYPE_INT8, mavlink.MAV_PARAM_TYPE_INT16, mavlink.MAV_PARAM_TYPE_INT32
REAL32 = mavlink.MAV_PARAM_TYPE_REAL32

Setting = float | str | bool


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter.

    Attributes:
        name: ArduPilot's.
        low: least value.
        high: greatest value.
        kind: MAV_PARAM_TYPE; whole numbers alone are admitted by all but REAL32.
        setting: field of ``FlightConfig`` that it stands for; empty when it stands for none.
        scale: units of the parameter in one unit of the setting.
        choices: settings by the parameter's value, where it is a choice.
        fixed: read-only value; None when it can be set.
    """

    name: str
    low: float = 0.0
    high: float = 0.0
    kind: int = REAL32
    setting: str = ""
    scale: float = 1.0
    choices: Mapping[float, Setting] = field(default_factory=dict)
    fixed: float | None = None

    def refusal(self, value: float) -> str:
        """Why `value` cannot be set; empty when it can."""
        if self.choices:
            admitted = ", ".join(f"{each:g}" for each in self.choices)
            return "" if value in self.choices else f"not one of {admitted}"
        if not math.isfinite(value) or not self.low <= value <= self.high:
            return f"outside {self.low:g} to {self.high:g}"
        return "not a whole number" if self.kind != REAL32 and value != int(value) else ""

    def to_setting(self, value: float) -> Setting:
        """What the flight is told when the parameter is `value`, an admitted one."""
        return self.choices[value] if self.choices else value / self.scale

    def from_setting(self, setting: Setting) -> float:
        """The value that says `setting`; the nearest one, where the parameter is coarser or has no such choice."""
        if self.choices:
            return next(
                (value for value, choice in self.choices.items() if choice == setting), next(iter(self.choices))
            )
        value = float(setting) * self.scale
        return value if self.kind == REAL32 else float(round(value))


def _choice(name: str, setting: str, choices: Mapping[float, Setting]) -> Parameter:
    return Parameter(name=name, kind=INT8, setting=setting, choices=MappingProxyType(dict(choices)))


def _number(name: str, setting: str, low: float, high: float, scale: float = 1.0) -> Parameter:
    return Parameter(name=name, setting=setting, low=low, high=high, scale=scale)


def _whole(name: str, setting: str, limits: tuple[float, float], kind: int, scale: float = 1.0) -> Parameter:
    return Parameter(name=name, setting=setting, low=limits[0], high=limits[1], kind=kind, scale=scale)


def _fixed(name: str, value: float, kind: int) -> Parameter:
    return Parameter(name=name, kind=kind, fixed=value)


_CENTIMETRES, _MILLISECONDS = 100.0, 1000.0
_CENTIDEGREES = math.degrees(1.0) * 100
SYSTEM_ID, GROUND_STATION, FENCE_TYPE = "SYSID_THISMAV", "MAV_GCS_SYSID", "FENCE_TYPE"

_MEAN_VOLTAGE = 22.8  # V: of six cells of 3.80 V, by which the plant's pack turns energy to charge
_FENCE_TYPES = 0b111  # height, circle, polygons

_ALL = (
    Parameter(name=SYSTEM_ID, low=1, high=255, kind=INT16),  # acts at reboot
    Parameter(name=GROUND_STATION, low=1, high=255, kind=INT16),
    _fixed("FRAME_CLASS", 1, INT8),
    _fixed("FRAME_TYPE", 1, INT8),
    _choice("FS_GCS_ENABLE", "link_loss_action", {0: "none", 1: "rtl", 5: "land", 7: "brake"}),
    _number("FS_GCS_TIMEOUT", "link_loss_timeout", 2, 120),
    _choice("FS_THR_ENABLE", "rc_loss_action", {0: "none", 1: "rtl", 3: "land", 7: "brake"}),
    _number("RC_FS_TIMEOUT", "rc_timeout", 0.5, 10),
    _choice("BATT_FS_LOW_ACT", "battery_low_action", {0: "none", 1: "land", 2: "rtl", 7: "brake"}),
    _choice("BATT_FS_CRT_ACT", "battery_critical_action", {0: "none", 1: "land", 2: "rtl", 7: "brake"}),
    _choice("FENCE_ENABLE", "fence", {0: False, 1: True}),
    _choice("FENCE_ACTION", "fence_action", {0: "none", 1: "rtl", 2: "land", 4: "brake"}),
    Parameter(name=FENCE_TYPE, low=0b100, high=_FENCE_TYPES, kind=INT8),  # polygons that are loaded always count
    _number("FENCE_ALT_MAX", "fence_height", 10, 1000),
    _number("FENCE_RADIUS", "fence_radius", 30, 10_000),
    _choice("FS_EKF_ACTION", "position_loss_action", {0: "none", 1: "land", 2: "alt_hold"}),
    _whole("RTL_ALT", "return_height", (100, 50_000), INT32, _CENTIMETRES),
    _number("WPNAV_SPEED", "cruise_speed", 20, 1500, _CENTIMETRES),
    _number("WPNAV_SPEED_UP", "climb_speed", 10, 1000, _CENTIMETRES),
    _number("WPNAV_SPEED_DN", "descend_speed", 10, 500, _CENTIMETRES),
    _number("WPNAV_RADIUS", "waypoint_radius", 10, 1000, _CENTIMETRES),
    _choice("WP_YAW_BEHAVIOR", "face_ahead", {0: False, 1: True}),
    _whole("LAND_SPEED", "touch_down_speed", (30, 200), INT16, _CENTIMETRES),
    _number("LOIT_SPEED", "stick_speed", 20, 1500, _CENTIMETRES),
    _whole("ANGLE_MAX", "tilt_limit", (1000, 7000), INT16, _CENTIDEGREES),
    _number("GUID_TIMEOUT", "velocity_timeout", 0.1, 5),
    _whole("DISARM_DELAY", "disarm_delay", (0, 127), INT8),
    _whole("ARMING_CHECK", "arming_checks", (0, 2**20 - 1), INT32),
)


def make_parameters(config: MavlinkConfig) -> dict[str, Parameter]:
    """All parameters of a drone of that configuration, by name."""
    milliampere_hours = round(config.flight.battery_wh / _MEAN_VOLTAGE * 1000)
    charge = (0, milliampere_hours)
    battery = (
        _fixed("BATT_CAPACITY", milliampere_hours, INT32),
        _whole("BATT_LOW_MAH", "battery_low", charge, REAL32, milliampere_hours),
        _whole("BATT_CRT_MAH", "battery_critical", charge, REAL32, milliampere_hours),
    )
    return {each.name: each for each in (*_ALL, *battery)}


def start_value(parameter: Parameter, config: MavlinkConfig) -> float:
    """What `parameter` is while nobody has set it."""
    if parameter.fixed is not None:
        return parameter.fixed
    own = {SYSTEM_ID: config.system_id, GROUND_STATION: config.ground_station, FENCE_TYPE: _FENCE_TYPES}
    if parameter.name in own:
        return float(own[parameter.name])
    return parameter.from_setting(getattr(config.flight, parameter.setting))
