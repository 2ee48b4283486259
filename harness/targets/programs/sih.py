"""PX4's own simulator (src/modules/simulation/simulator_sih): its words for wind and satellites, and its truth.

Its wind is level and acts at once, through a drag that is linear in airspeed (``SIH_KDV``). SIH_WIND_N and SIH_WIND_E
name where it comes from: they are added to the vehicle's velocity (sih.cpp, ``_v_apparent_N``).
"""

from collections.abc import Mapping, Sequence

import numpy as np
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.state import Motion
from harness.drone.payload.rotation import from_quaternion
from harness.targets.programs.simulator import Home, Latest, Saving, Simulator, SkyWords, Vector, WindWords, from_home

NORTH, EAST = "SIH_WIND_N", "SIH_WIND_E"
SATELLITES = "SIM_GPS_USED"
_MOTORS = 4


def to_parameters(wind: Sequence[float]) -> dict[str, float]:
    """Where a wind (m/s NED, where it blows to) comes from; what it has of an updraft is lost."""
    # not -0: that is another float32 than the echo
    return {NORTH: float(np.float32(-wind[0])) + 0.0, EAST: float(np.float32(-wind[1])) + 0.0}


def from_parameters(values: Mapping[str, float]) -> Vector:
    """The wind that those parameters make: m/s north, east and up, where it blows to."""
    return -values[NORTH], -values[EAST], 0.0


def _read_motion(latest: Latest, home: Home, scale: float, time: float) -> Motion:
    state = latest["HIL_STATE_QUATERNION"]
    north, east, up = from_home((state.lat * 1e-7, state.lon * 1e-7, state.alt * 1e-3), home, scale)
    roll, pitch, yaw = from_quaternion(*state.attitude_quaternion)
    return Motion(
        time=time,
        north=north,
        east=east,
        up=up,
        v_north=state.vx * 1e-2,
        v_east=state.vy * 1e-2,
        v_up=-state.vz * 1e-2,
        roll=roll,
        pitch=pitch,
        yaw=yaw,
        p=state.rollspeed,
        q=state.pitchspeed,
        r=state.yawspeed,
    )


def _read_motors(latest: Latest) -> tuple[float, ...]:
    return tuple(min(1.0, max(0.0, value)) for value in latest["HIL_ACTUATOR_CONTROLS"].controls[:_MOTORS])


SIH = Simulator(
    wind=WindWords(
        settings={NORTH: 0.0, EAST: 0.0},
        to_parameters=to_parameters,
        from_parameters=from_parameters,
        lag=0.0,
        remedy="use a build of PX4 1.17 or later, or a rig that flies it in our plant",
        # Parameters are written down so long after a change (autosave.cpp) and then compared. Where one has changed
        # meanwhile, it waits 10 ms of simulated time in a work queue that the simulator waits for: for ever
        # (param_save_default in parameters.cpp, Sih::lockstep_loop).
        level=True,
        saving=Saving(delay=0.3, period=2.0, before=0.06, after=0.14),
    ),
    sky=SkyWords(name=SATELLITES, lit=10.0, dark=0.0, remedy="use a build of PX4 with sensor_gps_sim"),
    rates={
        mavlink.MAVLINK_MSG_ID_ATTITUDE: 100.0,
        mavlink.MAVLINK_MSG_ID_HIL_STATE_QUATERNION: 50.0,
        mavlink.MAVLINK_MSG_ID_HIL_ACTUATOR_CONTROLS: 20.0,
    },
    kinds=("ATTITUDE", "HIL_STATE_QUATERNION", "HIL_ACTUATOR_CONTROLS"),
    grounded=0.05,
    read_motion=_read_motion,
    read_motors=_read_motors,
    bytewise=True,
)
