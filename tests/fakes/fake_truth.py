"""Readings of a truth that flies as a test says."""

import math

from harness.drone.flight.state import Motion, Truth

STILL = dict.fromkeys(("v_north", "v_east", "v_up", "roll", "pitch", "yaw", "p", "q", "r"), 0.0)


def reading(time=0.0, place=(0.0, 0.0, 0.0), tilt=0.0, wind=0.0, motors=(0.5,) * 4, **more):
    """One reading: place in m, tilt in deg, wind from the north in m/s."""
    north, east, up = place
    motion = Motion(**{**STILL, "time": time, "north": north, "east": east, "up": up, "pitch": math.radians(tilt)})
    return Truth(
        motion=motion,
        wind_north=-wind,
        wind_east=0.0,
        wind_up=0.0,
        motors=motors,
        on_ground=more.pop("on_ground", up <= 0.0),
        **more,
    )
