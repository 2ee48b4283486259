"""The radio's level: shown as RADIO_STATUS, a warning when it is weak, and no arming then."""

from collections.abc import Callable
from dataclasses import dataclass

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.state import Severity
from harness.drone.mavlink.empty_part import EmptyPart
from harness.drone.mavlink.inbound import Message
from harness.drone.mavlink.part import Post

_PERIOD = 0.5
_HYSTERESIS = 3.0
_NOISE = -115.0


@dataclass(frozen=True, kw_only=True)
class LinkWatching:
    """What it watches by.

    Attributes:
        read_level: received level, dBm.
        set_weak: tells the autopilot that the link is too weak to take off.
        weak_below: level below which the link counts as weak, dBm.
        warns: False is a defect: nothing is said.
        inhibits: False is a defect: arming is not refused.
    """

    read_level: Callable[[], float]
    set_weak: Callable[[bool], None]
    weak_below: float
    warns: bool = True
    inhibits: bool = True


class LinkQuality(EmptyPart):
    """Watches the level twice a second."""

    def __init__(self, watching: LinkWatching) -> None:
        super().__init__()
        self._watching, self._weak = watching, False
        self._stop: Callable[[], None] | None = None
        self.reports = {"RADIO_STATUS": self._status}
        self.rates = {"RADIO_STATUS": 1.0}

    def start(self, post: Post) -> None:
        """Begin to watch."""
        super().start(post)
        self._stop = post.schedule.every(_PERIOD, self._watch, start=post.clock.now())

    def stop(self) -> None:
        """Watch no longer."""
        if self._stop is not None:
            self._stop()

    def _watch(self) -> None:
        level, limit = self._watching.read_level(), self._watching.weak_below
        weak = level < limit + (_HYSTERESIS if self._weak else 0.0)
        if weak and not self._weak and self._watching.warns:
            self.post.say(int(Severity.WARNING), f"Link weak: {level:.0f} dBm")
        self._weak = weak
        if self._watching.inhibits:
            self._watching.set_weak(weak)

    def _status(self) -> Message:
        level, noise = (_scaled(value) for value in (self._watching.read_level(), _NOISE))
        return mavlink.MAVLink_radio_status_message(level, level, 100, noise, noise, 0, 0)


def _scaled(level: float) -> int:
    """Level (dBm) as telemetry radios of the SiK kind report it: 1.9 a dB above -127 dBm."""
    return round(min(max(1.9 * (level + 127.0), 0.0), 254.0))
