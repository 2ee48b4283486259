"""A part that does nothing yet: derive from it and set what the part does."""

from collections.abc import Callable, Mapping

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.inbound import Message
from harness.drone.mavlink.part import Action, Handler, Post

AUTOPILOT: int = mavlink.MAV_COMP_ID_AUTOPILOT1


class EmptyPart:
    """Implements :class:`harness.drone.mavlink.part.Part`; its attributes are explained there.

    Attributes:
        post: what the service does for it, once it has been started.
    """

    post: Post

    def __init__(self, component: int = AUTOPILOT) -> None:
        self.component = component
        self.handlers: Mapping[str, Handler] = {}
        self.actions: Mapping[int, Action] = {}
        self.reports: Mapping[str, Callable[[], Message]] = {}
        self.rates: Mapping[str, float] = {}

    def start(self, post: Post) -> None:
        """Take the service's post; a part that needs more at its start overrides and calls this."""
        self.post = post

    def stop(self) -> None:
        """Nothing of it is on the schedule."""
