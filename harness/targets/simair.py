"""Wind for an autopilot that flies in its own physics: our air, computed as ever, and streamed into its parameters.

ArduPilot's own wind (libraries/SITL/SIM_Aircraft.cpp) is a mean with near-white noise, so its turbulence stays off and
the series comes from here: mean, gusts, and Dryden or von Karman turbulence are summed by the kernels of ``plant`` and
sent, often enough, as SIM_WIND_SPD, SIM_WIND_DIR and SIM_WIND_DIR_Z. ArduPilot passes each through a lag (SIM_WIND_TC),
at least 0.1 s (AP_HAL_SITL/SITL_State.cpp), so what blows is that of the echoed parameters behind the same lag.
"""

import math
from collections.abc import Callable

import numpy as np

from harness.drone.flight.air import FlightAir
from harness.drone.flight.settings import FlightArrays
from harness.plant import layout as lay
from harness.plant.airframe import FRAME_RATE, Airframe, make_parameters, make_random, make_state

SPEED, FROM, RISE = "SIM_WIND_SPD", "SIM_WIND_DIR", "SIM_WIND_DIR_Z"
# no growth with height, the shortest lag that there is, and no noise of its own
SETTINGS = {"SIM_WIND_T": 1.0, "SIM_WIND_TC": 0.1, "SIM_WIND_TURB": 0.0, SPEED: 0.0, FROM: 0.0, RISE: 0.0}
LAG = 0.1

Vector = tuple[float, float, float]


class SimulatedAir(FlightAir):
    """The air that is wanted, moved on with the test clock, and the air that the autopilot says it has."""

    def __init__(self, seed: int, send: Callable[[str, float], None]) -> None:
        """Compute the air with `seed`; `send` hands a parameter to the autopilot."""
        from harness.plant.turbulence import stir

        airframe = Airframe()
        arrays = FlightArrays(make_state(airframe, seed), make_parameters(airframe), make_random(seed))
        super().__init__(arrays)
        self._stir, self._send = stir, send
        self._echoed = {SPEED: 0.0, FROM: 0.0, RISE: 0.0}
        self._active, self._time = np.zeros(3), 0.0

    def move_to(self, time: float, height: float) -> None:
        """Let the air go on to `time` (s) at the aircraft's `height` (m), and stream what blows there."""
        self._lag(time)
        frame, end = int(self._s[lay.FRAME]), math.floor(time * FRAME_RATE + 1e-6)
        self._s[lay.POS + 2] = -height
        for _ in range(end - frame):
            self._stir(self._s, self._p[lay.DT], self._rng)
            self._s[lay.FRAME] += 1.0
        self._renew()
        for name, value in to_parameters(self._s[lay.AIR : lay.AIR + 3].tolist()).items():
            if value != self._echoed[name]:
                self._send(name, value)

    def hear(self, name: str, value: float) -> None:
        """The autopilot echoes a parameter."""
        if name in self._echoed:
            self._echoed[name] = value

    def blows(self) -> Vector:
        """What blows at the aircraft: m/s north, east and up, the direction it blows to."""
        north, east, up = self._active.tolist()
        return north, east, up

    def _lag(self, time: float) -> None:
        share = -math.expm1(-max(0.0, time - self._time) / LAG)
        self._time = time
        self._active += share * (np.array(from_parameters(self._echoed)) - self._active)


def to_parameters(wind: list[float]) -> dict[str, float]:
    """ArduPilot's words for a wind (m/s NED, where it blows to): speed, and the bearing and elevation of its origin."""
    north, east, down = wind
    speed = math.sqrt(north * north + east * east + down * down)
    if speed < 1e-3:
        return {SPEED: 0.0}
    level = math.hypot(north, east)
    numbers = {
        SPEED: speed,
        FROM: math.degrees(math.atan2(-east, -north)) % 360.0,
        # an updraft comes from below: positive (SIM_WIND_DIR_Z: 90 is straight up)
        RISE: math.degrees(math.atan2(-down, level)),
    }
    return {name: float(np.float32(value)) for name, value in numbers.items()}


def from_parameters(values: dict[str, float]) -> Vector:
    """The wind that those parameters make: m/s north, east and up, where it blows to."""
    speed, origin, rise = values[SPEED], math.radians(values[FROM]), math.radians(values[RISE])
    level = speed * math.cos(rise)
    return -level * math.cos(origin), -level * math.sin(origin), speed * math.sin(rise)
