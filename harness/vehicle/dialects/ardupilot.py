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
    link_loss_action="FS_GCS_ENABLE",
    link_loss_actions={"none": 0, "rtl": 1, "land": 5},
    link_loss_timeout="FS_GCS_TIMEOUT",
    volatile_parameters=frozenset({"STAT_RUNTIME", "STAT_FLTTIME", "STAT_BOOTCNT", "BARO1_GND_PRESS"}),
)
