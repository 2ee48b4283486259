"""Stock ArduCopter: the words of ArduPilot, and what a real build wants of its station.

It streams nothing on a telemetry port until a station asks. Parameters that it learns in flight are volatile: the
accelerometers' and compasses' offsets, the hover throttle (AP_MotorsMulticopter), its statistics (AP_Stats) and the
height of its barometer (AP_Baro).
"""

from dataclasses import replace

from harness.vehicle.dialects.ardupilot import ARDUPILOT

# MAVLINK_MSG_ID of common.xml and the rate in Hz
_STREAMS = {
    1: 2.0,  # SYS_STATUS
    2: 1.0,  # SYSTEM_TIME
    24: 2.0,  # GPS_RAW_INT
    30: 10.0,  # ATTITUDE
    32: 10.0,  # LOCAL_POSITION_NED
    33: 4.0,  # GLOBAL_POSITION_INT
    74: 4.0,  # VFR_HUD
}

ARDUCOPTER = replace(
    ARDUPILOT,
    name="ArduCopter",
    streams=_STREAMS,
    volatile=frozenset(
        {
            "BARO1_GND_PRESS",
            "BARO2_GND_PRESS",
            "MOT_THST_HOVER",
            "STAT_BOOTCNT",
            "STAT_FLTTIME",
            "STAT_DISTFLWN",
            "STAT_RUNTIME",
            "STAT_RESET",
            "STAT_FLTCNT",
        }
    ),
)
