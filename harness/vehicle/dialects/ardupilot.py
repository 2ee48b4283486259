"""ArduCopter: modes from ArduCopter/mode.h, parameters sent as plain floats."""

from harness.vehicle.dialect import Dialect

ARDUPILOT = Dialect(
    name="ArduPilot",
    modes={
        "STABILIZE": 0,
        "ACRO": 1,
        "ALT_HOLD": 2,
        "AUTO": 3,
        "GUIDED": 4,
        "LOITER": 5,
        "RTL": 6,
        "CIRCLE": 7,
        "LAND": 9,
        "POSHOLD": 16,
        "BRAKE": 17,
        "SMART_RTL": 21,
    },
    position_mode="GUIDED",
    return_mode="RTL",
    land_mode="LAND",
    action_modes={
        "rtl": frozenset({"RTL", "SMART_RTL"}),
        "land": frozenset({"LAND"}),
        "hold": frozenset({"BRAKE", "LOITER", "POSHOLD"}),
    },
    mission_mode="AUTO",
    # LATLON_TO_M of AP_Common/Location.h, metres in 1e-7 deg
    metres_per_degree=0.011131884502145034 * 1e7,
)
