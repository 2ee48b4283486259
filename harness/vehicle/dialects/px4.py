"""PX4, multicopter: modes from src/modules/commander/px4_custom_mode.h, whole-number parameters as bytes.

In its mode Hold (``LOITER``) it obeys DO_REPOSITION. It streams unasked. A station's heartbeats are heard unsigned also
where signing is on (mavlink_sign_control.cpp).
"""

from harness.vehicle.dialect import Dialect

_AUTO = 4


def _mode(main: int, sub: int = 0) -> int:
    return main << 16 | sub << 24


# marked volatile in PX4's own list of parameters (parameters.json): counters, and what it calibrates by itself; it
# tells the priority of a sensor with each calibration
_CALIBRATED = {
    "ACC": ("PRIO", "XOFF", "YOFF", "ZOFF", "XSCALE", "YSCALE", "ZSCALE"),
    "GYRO": ("PRIO", "XOFF", "YOFF", "ZOFF"),
    "MAG": ("PRIO", *(f"{axis}{what}" for axis in "XYZ" for what in ("OFF", "SCALE", "ODIAG", "COMP"))),
    "BARO": ("PRIO", "OFF"),
}
_VOLATILE = frozenset(
    {"COM_FLIGHT_UUID", "LND_FLIGHT_T_HI", "LND_FLIGHT_T_LO", "EKF2_MAG_DECL", "SENS_DPRES_OFF"}
    | {f"COM_MODE{number}_HASH" for number in range(8)}
    | {f"CAL_{kind}{number}_{what}" for kind, names in _CALIBRATED.items() for number in range(4) for what in names}
)

PX4 = Dialect(
    name="PX4",
    modes={
        "MANUAL": _mode(1),
        "ALTCTL": _mode(2),
        "POSCTL": _mode(3),
        "ACRO": _mode(5),
        "OFFBOARD": _mode(6),
        "STABILIZED": _mode(7),
        "READY": _mode(_AUTO, 1),
        "TAKEOFF": _mode(_AUTO, 2),
        "LOITER": _mode(_AUTO, 3),
        "MISSION": _mode(_AUTO, 4),
        "RTL": _mode(_AUTO, 5),
        "LAND": _mode(_AUTO, 6),
        "PRECLAND": _mode(_AUTO, 9),
    },
    position_mode="LOITER",
    return_mode="RTL",
    land_mode="LAND",
    action_modes={
        "rtl": frozenset({"RTL"}),
        "land": frozenset({"LAND"}),
        "hold": frozenset({"LOITER"}),
    },
    mission_mode="MISSION",
    # CONSTANTS_RADIUS_OF_EARTH of src/lib/geo/geo.h, of which the local frame is a flat picture
    metres_per_degree=6371000.0 * 3.141592653589793 / 180.0,
    volatile=_VOLATILE,
    other_mode="RTL",
    loss_timer="COM_DL_LOSS_T",
    sub_modes=True,
    bytewise=True,
    home_first=False,
    global_orders=True,
    checks_by_mode=True,
    rests_in="LOITER",
    # HealthAndArmingChecks/checks/windCheck.cpp and Commander.cpp
    events={
        "check_high_wind_warning": "High wind speed detected, landing advised",
        "check_above_wind_limits_warning": "Wind speed above limit, landing advised",
        "check_wind_too_high": "Wind speed is above limit",
        "commander_gcs_lost": "Connection to ground control station lost",
    },
    # seen: there after 2.5 s, at rest after 4 (MPC_YAWRAUTO_ACC 20 deg/s^2 as shipped)
    turn_time=4.0,
    origin="GPS_GLOBAL_ORIGIN",
)
