"""What a part of the drone's MAVLink side is: a micro-service of the autopilot, or a component beside it.

The service (``service.py``) owns the ports and routes; a part answers. So camera, gimbal, missions, logs and files can
be written, tested and left out one by one.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from harness.drone.mavlink.channel import Channel
from harness.drone.mavlink.commands import Command, Outcome
from harness.drone.mavlink.inbound import Message
from harness.timing import Clock, Schedule

Handler = Callable[[Channel, Message], None]
Action = Callable[[Command], Outcome]


class Post(Protocol):
    """What the service does for its parts."""

    @property
    def clock(self) -> Clock:
        """Test clock."""
        ...

    @property
    def schedule(self) -> Schedule:
        """Of the same world."""
        ...

    def send(self, channel: Channel, messages: Iterable[Message], component: int) -> None:
        """Send on one port, as that component of the drone."""
        ...

    def broadcast(self, messages: Iterable[Message], component: int) -> None:
        """Send on every port, as that component of the drone."""
        ...

    def say(self, severity: int, text: str) -> None:
        """STATUSTEXT of the autopilot, on every port."""
        ...


class Part(Protocol):
    """A micro-service or a component.

    Attributes:
        component: MAV_COMP_ID that it answers for; 1 (the autopilot) for a micro-service of the autopilot.
        handlers: by message type; called with what is addressed to the drone and to `component`, or to all.
        actions: by MAV_CMD number; run for COMMAND_LONG and COMMAND_INT with the same addressing.
        reports: by message name; how each message that can be requested or streamed is made.
        rates: message names and their rates on every port, Hz; HEARTBEAT among them for a component of its own.
    """

    component: int
    handlers: Mapping[str, Handler]
    actions: Mapping[int, Action]
    reports: Mapping[str, Callable[[], Message]]
    rates: Mapping[str, float]

    def start(self, post: Post) -> None:
        """Begin; called once, before anything is handed over."""
        ...

    def stop(self) -> None:
        """Power off: nothing may be left on the schedule."""
        ...
