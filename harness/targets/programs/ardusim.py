"""ArduPilot's own simulator (libraries/SITL): its words for wind and satellites, and its truth.

Its own wind (SIM_Aircraft.cpp) is a mean with near-white noise, so its turbulence stays off. Each parameter passes
through a lag: SIM_WIND_TC, at least 0.1, is the inverse of a cut-off frequency in Hz (AP_HAL_SITL/SITL_State.cpp,
``calc_lowpass_alpha_dt``), so its time constant is 1/(2 pi) of that.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.state import Motion
from harness.targets.programs.simulator import Home, Latest, Simulator, SkyWords, Vector, WindWords, from_home

SPEED, FROM, RISE = "SIM_WIND_SPD", "SIM_WIND_DIR", "SIM_WIND_DIR_Z"
ENABLE = "SIM_GPS1_ENABLE"
SHORTEST = 0.1
LAG = SHORTEST / (2.0 * math.pi)  # s
_REMEDY = "use a build of ArduCopter 4.6 or later, and let SERIAL5_PROTOCOL be 2"


def to_parameters(wind: Sequence[float]) -> dict[str, float]:
    """Speed, and the bearing and elevation of the origin, of a wind (m/s NED, where it blows to)."""
    north, east, down = wind
    speed = math.sqrt(north * north + east * east + down * down)
    if speed < 1e-3:
        return {SPEED: 0.0, FROM: 0.0, RISE: 0.0}
    level = math.hypot(north, east)
    numbers = {
        SPEED: speed,
        FROM: math.degrees(math.atan2(-east, -north)) % 360.0,
        # an updraft comes from below: positive (SIM_WIND_DIR_Z: 90 is straight up)
        RISE: math.degrees(math.atan2(-down, level)),
    }
    return {name: float(np.float32(value)) for name, value in numbers.items()}


def from_parameters(values: Mapping[str, float]) -> Vector:
    """The wind that those parameters make: m/s north, east and up, where it blows to."""
    speed, origin, rise = values[SPEED], math.radians(values[FROM]), math.radians(values[RISE])
    level = speed * math.cos(rise)
    return -level * math.cos(origin), -level * math.sin(origin), speed * math.sin(rise)


def _read_motion(latest: Latest, home: Home, scale: float, time: float) -> Motion:
    state = latest["SIM_STATE"]
    north, east, up = from_home((state.lat_int * 1e-7, state.lon_int * 1e-7, state.alt), home, scale)
    return Motion(
        time=time,
        north=north,
        east=east,
        up=up,
        v_north=state.vn,
        v_east=state.ve,
        v_up=-state.vd,
        roll=state.roll,
        pitch=state.pitch,
        yaw=state.yaw,
        p=state.xgyro,
        q=state.ygyro,
        r=state.zgyro,
    )


def _read_motors(latest: Latest) -> tuple[float, ...]:
    outputs = latest["SERVO_OUTPUT_RAW"]
    widths = (outputs.servo1_raw, outputs.servo2_raw, outputs.servo3_raw, outputs.servo4_raw)
    return tuple(min(1.0, max(0.0, (width - 1000.0) / 1000.0)) for width in widths)


# no growth with height, the shortest lag that there is, and no noise of its own
_SETTINGS = {"SIM_WIND_T": 1.0, "SIM_WIND_TC": SHORTEST, "SIM_WIND_TURB": 0.0, SPEED: 0.0, FROM: 0.0, RISE: 0.0}
ARDUSIM = Simulator(
    wind=WindWords(
        settings=_SETTINGS,
        to_parameters=to_parameters,
        from_parameters=from_parameters,
        lag=LAG,
        remedy=_REMEDY,
    ),
    sky=SkyWords(name=ENABLE, lit=1.0, dark=0.0, remedy=_REMEDY),
    rates={
        mavlink.MAVLINK_MSG_ID_ATTITUDE: 100.0,
        mavlink.MAVLINK_MSG_ID_SIM_STATE: 50.0,
        mavlink.MAVLINK_MSG_ID_SERVO_OUTPUT_RAW: 20.0,
    },
    kinds=("ATTITUDE", "SIM_STATE", "SERVO_OUTPUT_RAW"),
    # its simulated frames stand 0.1 m high
    grounded=0.12,
    read_motion=_read_motion,
    read_motors=_read_motors,
)
