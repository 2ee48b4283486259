"""Cables into a world, given to outside ports as they come and taken back as they go."""

from collections.abc import Callable
from dataclasses import dataclass, field

from harness.link.port import Port
from harness.link.virtual import VirtualCable

MOST_CABLES = 8


@dataclass(kw_only=True)
class Switchboard:
    """Plugs outside ports into cables of a world; each has one of its own.

    A cable is used again when its port has gone, so clients that come and go cost nothing in the long run, and what
    the aircraft remembers of a port (replay protection above all) stays.

    Attributes:
        lay: makes a new cable into the world.
        most: how many cables there may be.
    """

    lay: Callable[[], VirtualCable]
    most: int = MOST_CABLES
    _free: list[VirtualCable] = field(default_factory=list)
    _used: dict[Port, VirtualCable] = field(default_factory=dict)

    def plug(self, port: Port) -> bool:
        """Give `port` a cable; False when all are in use."""
        if not self._free and len(self._used) >= self.most:
            return False
        cable = self._free.pop() if self._free else self.lay()
        self._used[port] = cable
        cable.ground.listen(port.send)
        port.listen(cable.ground.send)
        return True

    def unplug(self, port: Port) -> None:
        """Take the cable of `port` back."""
        cable = self._used.pop(port)
        cable.ground.listen(None)
        self._free.append(cable)
