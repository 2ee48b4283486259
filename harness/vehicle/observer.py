"""The second witness: hears the article over a channel that impairments never touch, and says nothing."""

from dataclasses import dataclass

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import RigError, VehicleTimeout
from harness.link.port import Port
from harness.timing import Wait, World, wait_until
from harness.vehicle.codec import Codec, Identity, Message
from harness.vehicle.dialect import Dialect
from harness.vehicle.dialects.ardupilot import ARDUPILOT
from harness.vehicle.motion import Position
from harness.vehicle.receiver import Receiver

SILENT_AFTER = 3.0


@dataclass(frozen=True, kw_only=True)
class ModeChange:
    """The mode that the article was first seen in at `time` s of the test clock."""

    time: float
    mode: str


@dataclass(frozen=True, kw_only=True)
class ArmedChange:
    """Whether the article was first seen armed or disarmed at `time` s of the test clock."""

    time: float
    armed: bool


class Observer:
    """Keeps the history of mode and arming; never sends a byte, so it never counts as a ground station.

    Attributes:
        telemetry: what has come in.
        mode_changes: the first mode heard and every change since, oldest first.
        armed_changes: likewise for arming.
    """

    def __init__(self, port: Port, world: World, dialect: Dialect = ARDUPILOT) -> None:
        self.telemetry = Receiver(port, world, Codec(Identity(), world), dialect.events)
        self.mode_changes: list[ModeChange] = []
        self.armed_changes: list[ArmedChange] = []
        self._world, self._dialect = world, dialect
        self._started = world.now()
        self.telemetry.subscribe("HEARTBEAT", self._note)

    @property
    def last_heard(self) -> float | None:
        """When the newest message came in, s of the test clock; None until then."""
        return self.telemetry.last_heard

    def read_mode(self) -> str:
        """Present mode.

        Raises:
            RigError: nothing was heard for too long.
        """
        self.assert_alive()
        return self.mode_changes[-1].mode

    def read_armed(self) -> bool:
        """Whether it is armed now.

        Raises:
            RigError: nothing was heard for too long.
        """
        self.assert_alive()
        return self.armed_changes[-1].armed

    def read_position(self) -> Position:
        """The article's own latest estimate of its position.

        Raises:
            RigError: nothing was heard for too long.
            VehicleTimeout: it has not told a position yet.
        """
        self.assert_alive()
        self.telemetry.read("LOCAL_POSITION_NED")
        return Position.from_sample(self.telemetry.latest["LOCAL_POSITION_NED"])

    def assert_alive(self) -> None:
        """Check that this channel works.

        Raises:
            RigError: no heartbeat yet, or nothing heard for more than 3 s.
        """
        heard = self.last_heard
        silence = self._world.now() - (self._started if heard is None else heard)
        if heard is None or silence > SILENT_AFTER or not self.mode_changes:
            raise RigError(
                f"the observer has heard nothing for {silence:.2f} s (test clock): wanted a message every "
                f"{SILENT_AFTER} s at most; check the trusted port and its stream rates"
            )

    def wait_alive(self, within: float = 5.0) -> None:
        """Wait for the first heartbeat.

        Raises:
            RigError: none came in time.
        """
        wait = Wait(name="the observer's first heartbeat", within=within, wanted="HEARTBEAT", blame=RigError)
        wait_until(self._world, lambda: bool(self.mode_changes), wait)

    def wait_mode(self, name: str, within: float) -> float:
        """Wait until the article is in that mode; returns when it was first seen in it, s of the test clock.

        Raises:
            VehicleTimeout: it does not change, as this channel clearly hears.
            RigError: this channel went silent, so nothing can be said of the article.
        """
        wait = Wait(name="flight mode, by the observer", within=within, wanted=name, got=lambda: self._last_mode())
        try:
            wait_until(self._world, lambda: self._last_mode() == name, wait)
        except VehicleTimeout:
            self.assert_alive()
            raise
        return self.mode_changes[-1].time

    def _last_mode(self) -> str:
        return self.mode_changes[-1].mode if self.mode_changes else "nothing heard"

    def _note(self, heartbeat: Message) -> None:
        now = self._world.now()
        mode = self._dialect.mode_name(heartbeat.custom_mode)
        armed = bool(heartbeat.base_mode & mavlink.MAV_MODE_FLAG_SAFETY_ARMED)
        if not self.mode_changes or self.mode_changes[-1].mode != mode:
            self.mode_changes.append(ModeChange(time=now, mode=mode))
        if not self.armed_changes or self.armed_changes[-1].armed != armed:
            self.armed_changes.append(ArmedChange(time=now, armed=armed))
