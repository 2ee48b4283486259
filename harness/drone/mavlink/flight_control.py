"""What the MAVLink service needs of the flight part, as a protocol."""

from collections.abc import Sequence
from typing import Protocol

from harness.drone.flight.orders import Area, Health, MissionItem, Progress, Satellites, SetPoint, Sticks
from harness.drone.flight.state import Battery, Landed, Mode, Motion, StatusText, Truth


class FlightControl(Protocol):
    """The autopilot as its radio sees it; commands return "" when accepted, else the reason of the refusal."""

    @property
    def mode(self) -> Mode:
        """Present flight mode."""
        ...

    @property
    def armed(self) -> bool:
        """Whether the motors may turn."""
        ...

    @property
    def landed(self) -> Landed:
        """Whether it stands, flies, takes off or lands."""
        ...

    def arm(self) -> str:
        """Let the motors turn, when all checks pass."""
        ...

    def disarm(self, force: bool = False) -> str:
        """Stop the motors; in the air only by force."""
        ...

    def set_mode(self, mode: Mode) -> str:
        """Change the flight mode."""
        ...

    def takeoff(self, height: float) -> str:
        """Climb to `height` m above home; GUIDED and armed only."""
        ...

    def steer(self, target: SetPoint) -> str:
        """Fly to a place, or at a velocity; GUIDED only."""
        ...

    def set_speed(self, speed: float) -> str:
        """Set the cruise speed, m/s."""
        ...

    def ground_station_heard(self) -> None:
        """Take note that a valid heartbeat of the configured ground station came in now."""
        ...

    def read_estimate(self) -> Motion:
        """The autopilot's own estimate of its motion."""
        ...

    def read_truth(self) -> Truth:
        """Read for the motor outputs alone: the rest is the rig's."""
        ...

    def read_battery(self) -> Battery:
        """The battery monitor."""
        ...

    def take_messages(self) -> list[StatusText]:
        """The status texts since the last call."""
        ...

    def configure(self, **changes: float | str | bool) -> str:
        """Change fields of its ``FlightConfig`` from now on; all of them or, with the reason, none.

        The parameters of the ground station act through this. ``FlightConfig`` says what there is.
        """
        ...

    def load_mission(self, items: Sequence[MissionItem]) -> str:
        """Replace the mission; AUTO flies it. Item 0 is the first to be flown, not ArduPilot's home."""
        ...

    def set_current_item(self, number: int) -> str:
        """Go on with item `number` (from 0)."""
        ...

    def pause(self, held: bool) -> str:
        """Hold the place in AUTO or GUIDED (True), or go on (False)."""
        ...

    def load_fence(self, areas: Sequence[Area]) -> str:
        """Replace the areas of the fence; greatest height and radius are fields of the configuration."""
        ...

    def move_sticks(self, sticks: Sticks | None) -> None:
        """A pilot's sticks as they now are; None: the pilot has let go of the link on purpose, no RC loss follows."""
        ...

    def read_progress(self) -> Progress:
        """Where the mission stands."""
        ...

    def read_satellites(self) -> Satellites:
        """The GNSS receiver."""
        ...

    def read_health(self) -> Health:
        """How it judges itself."""
        ...

    def read_arming_problem(self) -> str:
        """Why arming in GUIDED would be refused now; empty when it would not, and while armed."""
        ...
