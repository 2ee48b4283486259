"""What the MAVLink service needs of the flight part, as a protocol."""

from typing import Protocol

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

    def goto(self, north: float, east: float, up: float, yaw: float | None = None) -> str:
        """Fly to a point in metres from home; GUIDED only."""
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

    def set_link_loss(self, action: str, timeout: float) -> None:
        """Do `action` ("rtl", "land" or "none") after `timeout` s of the ground station's silence, from now on."""
        ...

    def read_arming_problem(self) -> str:
        """Why arming in GUIDED would be refused now; empty when it would not, and while armed."""
        ...
