"""What the worlds of real autopilots need of a build that runs as a program."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from harness.bridges.plant import Motors
from harness.link.virtual import VirtualPort
from harness.plant.airframe import Airframe
from harness.targets.base import Sky
from harness.targets.programs.lines import Line
from harness.targets.programs.program import Leave
from harness.targets.programs.simulator import Simulator
from harness.timing import Inputs


class Process(Protocol):
    """A program that runs, on this machine or in a container."""

    def assert_running(self, doing: str) -> None:
        """Raises: VehicleError: it has ended."""
        ...

    def settle(self, seconds: float) -> None:
        """Give it that long (wall clock) to end by itself; harmless when it has ended, or goes on."""
        ...

    def leave_to(self, leave: Leave) -> None:
        """Call `leave` with the program's folder when it has ended."""
        ...

    def stop(self) -> None:
        """End it in the orderly way; harmless when it has ended."""
        ...

    def kill(self) -> None:
        """End it at once."""
        ...

    def read_last_words(self) -> str:
        """The end of what it printed."""
        ...


class Source(Protocol):
    """Where the program of an article comes from, and what starts it there, as often as it is wanted."""

    @property
    def name(self) -> str:
        """Of the program, for an error."""
        ...

    @property
    def host(self) -> str:
        """This machine's address, as the program reaches it."""
        ...

    def describe(self) -> Mapping[str, Any]:
        """SHA-256 of the program and how it was obtained, for the record."""
        ...

    def start(self, arguments: Sequence[str], files: Mapping[str, bytes]) -> Process:
        """Start it in a fresh folder with `files` in it.

        Raises:
            UsageError: the system cannot run it.
        """
        ...

    def close(self) -> None:
        """Give back what it is started with; harmless when done."""
        ...


class Plant(Protocol):
    """The physics that a program flies.

    Attributes:
        state: the kernels' state, for a wind source and for who reads the truth.
        parameters: the kernels' parameters.
        rng: the kernels' noise generators.
    """

    state: npt.NDArray[np.float64]
    parameters: npt.NDArray[np.float64]
    rng: npt.NDArray[np.uint64]

    @property
    def time(self) -> float:
        """Seconds on the clock of the plant."""
        ...

    def fly(self, motors: Motors) -> Any:  # noqa: ANN401 - what one make's cockpit wants to be told
        """Move on by a frame with those motor commands; returns what the autopilot is to be told of it."""
        ...


class Cockpit(Protocol):
    """An autopilot that runs in lockstep: motor commands out, motion in."""

    def hear(self) -> Motors:
        """The motor commands of the next exchange, each 0 to 1.

        Raises:
            VehicleError: it has ended or says nothing any more.
        """
        ...

    def answer(self, told: Any) -> None:  # noqa: ANN401 - as its plant gives it
        """How the aircraft moves now."""
        ...

    def leave_to(self, leave: Leave) -> None:
        """Call `leave` with the program's folder when it has ended."""
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
        simulator: the words of its own simulator.
        alive: a parameter that a healthy build tells on the rig's port.
    """

    simulator: Simulator
    alive: str

    def make_line(self, end: VirtualPort, inputs: Inputs) -> Line:
        """One of its serial lines, joined to `end`."""
        ...

    def make_plant(self, airframe: Airframe, seed: int, start: float) -> Plant:
        """Our physics as it wants it, whose clock shows `start` s."""
        ...

    def make_sky(self, plant: Callable[[], Plant], sky: Sky) -> Sky:
        """What takes its satellites away in our plant; `sky` is that of its simulator."""
        ...

    def boot(self, lines: Sequence[str]) -> Cockpit:
        """Start it to fly our plant, with its serial lines connected to those places (``host:port``).

        Raises:
            UsageError: the system cannot run it.
        """
        ...

    def boot_alone(self, lines: Sequence[str]) -> Process:
        """Start it in its own physics, likewise."""
        ...
