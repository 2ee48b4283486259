"""What all parts of the autopilot share: the arrays, the configuration, where it is between ground and air, its texts.

Loads no kernel.
"""

import math

import numpy as np

from harness.drone.flight import layout as own
from harness.drone.flight.config import FlightConfig, Setting, change
from harness.drone.flight.reading import hears_satellites
from harness.drone.flight.settings import make_arrays, make_settings
from harness.drone.flight.state import Landed, Severity, StatusText
from harness.plant import layout as lay

STOPPED, IDLE, FLYING = 0.0, 1.0, 2.0  # values of DRIVE


class Craft:
    """One drone, as its modes and failsafes see and move it.

    Attributes:
        state: of plant and autopilot, as the kernels take it.
        parameters: likewise.
        rng: of the sensors' noise.
        config: how it flies.
        now: seconds since power-on.
        armed: whether the motors may turn.
        landed: where the drone believes to be between ground and air.
        link_weak: whether the radio is too weak to take off.
        cloud_awaited: whether a companion with that defect keeps the motors off until a server has answered.
        cruise: horizontal speed in GUIDED, m/s.
    """

    def __init__(self, config: FlightConfig, seed: int) -> None:
        self.state, self.parameters, self.rng = make_arrays(config, seed)
        self.config, self.now = config, 0.0
        self.link_weak = self.cloud_awaited = False
        self.armed, self.landed = False, Landed.ON_GROUND
        self.cruise = config.cruise_speed
        self._messages: list[StatusText] = []

    @property
    def flying(self) -> bool:
        """Off the ground, or not yet known to be on it again."""
        return self.landed is not Landed.ON_GROUND

    @property
    def height(self) -> float:
        """Estimated height above home, m."""
        return -float(self.state[own.ESTIMATE + lay.POS + 2])

    @property
    def speed(self) -> float:
        """Estimated speed, m/s."""
        return math.hypot(*self.state[own.ESTIMATE + lay.VEL : own.ESTIMATE + lay.VEL + 3].tolist())

    @property
    def knows_position(self) -> bool:
        """Whether satellites were believed lately: within ``position_timeout``, or ``glitch_timeout`` if they talk."""
        limit = self.config.glitch_timeout if hears_satellites(self.state) else self.config.position_timeout
        return bool(self.state[own.GPS_AGE] <= limit)

    def place(self) -> tuple[float, float, float]:
        """Estimated place: north, east, up of home, m."""
        north, east, down = self.state[own.ESTIMATE : own.ESTIMATE + 3].tolist()
        return north, east, -down

    def configure(self, changes: dict[str, Setting]) -> None:
        """Change the configuration.

        Raises:
            UsageError: a change is impossible; then none was made.
        """
        before, self.config = self.config, change(self.config, changes)
        new = make_settings(self.config)
        moved = np.flatnonzero(new != make_settings(before))
        self.parameters[moved] = new[moved]
        self.state[own.WEIGHT] = new[own.KNOWN_MASS] * new[lay.GRAVITY]
        if "cruise_speed" in changes:
            self.cruise = self.config.cruise_speed

    def say(self, severity: Severity, text: str) -> None:
        """Tell the pilot."""
        self._messages.append(StatusText(time=self.now, severity=severity, text=text))

    def take_messages(self) -> list[StatusText]:
        """Messages since the last call, oldest first."""
        taken, self._messages = self._messages, []
        return taken

    def start_motors(self) -> None:
        """Let the motors idle."""
        self.armed = True
        self.state[own.DRIVE] = IDLE
        self.say(Severity.INFO, "Arming motors")

    def stop_motors(self) -> None:
        """Let nothing turn."""
        self.armed = False
        self.state[own.DRIVE] = STOPPED
        self.say(Severity.INFO, "Disarming motors")

    def lift_off(self) -> None:
        """Begin to fly; the set-point starts where the drone stands."""
        self.state[own.DRIVE], self.state[own.RESTING] = FLYING, 0.0
        self.landed = Landed.TAKEOFF

    def come_to_rest(self) -> None:
        """Know that the drone stands on the ground."""
        self.landed = Landed.ON_GROUND
        self.state[own.RESTING] = 1.0
        if self.armed:
            self.state[own.DRIVE] = IDLE
