"""What a lockstep world needs of an autopilot that runs as a program."""

from collections.abc import Sequence
from typing import Protocol

from harness.bridges.plant import Body, Motors


class Cockpit(Protocol):
    """An autopilot that runs: motor commands out, motion in."""

    def hear(self) -> Motors:
        """The motor commands of the next exchange, each 0 to 1.

        Raises:
            VehicleError: it has ended or says nothing any more.
        """
        ...

    def answer(self, body: Body) -> None:
        """How the aircraft moves now."""
        ...

    def stop(self) -> None:
        """End it in the orderly way; harmless when it has ended."""
        ...

    def kill(self) -> None:
        """Take it away at once."""
        ...


class Firmware(Protocol):
    """A build of an autopilot that can be started again and again.

    Attributes:
        split: exchanges that it wants in 2.5 ms.
    """

    split: int

    def boot(self, lines: Sequence[str]) -> Cockpit:
        """Start it, with its serial lines connected to those places (``host:port``).

        Raises:
            UsageError: the system cannot run it.
        """
        ...
