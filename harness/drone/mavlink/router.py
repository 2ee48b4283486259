"""Which ports a frame is passed on to: the routing rules of mavlink.io, "Routing".

A broadcast goes to every other port; what is addressed goes where its system, and component when one is named, was
heard. Nothing goes back to where it came from.
"""

from collections.abc import Iterable

from harness.drone.mavlink.channel import Channel
from harness.drone.mavlink.inbound import Message

# Told by one end of a link to the other, or meant for one aircraft's ears only.
_NEVER = frozenset({"SETUP_SIGNING", "RADIO", "RADIO_STATUS"})


class Router:
    """Learns who is heard on which port."""

    def __init__(self, system: int) -> None:
        """`system` is the drone's own id."""
        self._system = system
        self._heard: dict[tuple[int, int], set[Channel]] = {}

    def learn(self, channel: Channel, message: Message) -> None:
        """Take note that its sender was heard there."""
        self._heard.setdefault((message.get_srcSystem(), message.get_srcComponent()), set()).add(channel)

    def onward(
        self, message: Message, source: Channel, hosted: Iterable[int], ports: Iterable[Channel]
    ) -> list[Channel]:
        """The ports that `message`, which came from `source`, is passed on to.

        Args:
            message: what came in and was not refused.
            source: where it came in.
            hosted: components of the drone itself.
            ports: all there are.
        """
        if message.get_type() in _NEVER:
            return []
        system, component = target(message)
        if system == self._system and component in hosted:
            return []
        others = [port for port in ports if port is not source]
        return [port for port in others if not system or self._has(port, system, component)]

    def forget(self, channel: Channel) -> None:
        """Nobody is there any more."""
        for channels in self._heard.values():
            channels.discard(channel)

    def _has(self, port: Channel, system: int, component: int) -> bool:
        if component:
            return port in self._heard.get((system, component), ())
        return any(port in channels for (heard, _), channels in self._heard.items() if heard == system)


def target(message: Message) -> tuple[int, int]:
    """System and component that a message is addressed to; zeros mean everybody."""
    if message.get_type() == "MANUAL_CONTROL":
        return message.target, 0
    return getattr(message, "target_system", 0), getattr(message, "target_component", 0)
