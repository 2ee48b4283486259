"""A program in lockstep, and our end of its simulation interface."""

from typing import Any, Protocol

from harness.bridges.plant import Motors
from harness.errors import VehicleError
from harness.targets.programs.cockpit import Process
from harness.targets.programs.program import Leave

PATIENCE = 0.5  # s of the wall clock
SILENCES = 60  # of that length, after which an autopilot is taken for dead; a busy machine is slow, not silent


class Peer(Protocol):
    """Our end of the interface."""

    def wait(self) -> Motors | None:
        """Motor commands of the next exchange, each 0 to 1; None when none came in time.

        Raises:
            VehicleError: what came is nothing of an autopilot.
        """
        ...

    def answer(self, told: Any) -> None:  # noqa: ANN401 - as its plant gives it
        """How the aircraft moves now."""
        ...

    def close(self) -> None:
        """Hear no more."""
        ...


class ProgramCockpit:
    """Implements :class:`harness.targets.programs.cockpit.Cockpit`."""

    def __init__(self, running: Process, peer: Peer, awaited: str) -> None:
        """`awaited`: what carries the motor commands, for an error."""
        self._running, self._peer, self._awaited = running, peer, awaited

    def hear(self) -> Motors:
        """The motor commands of its next exchange.

        Raises:
            VehicleError: it has ended, or says nothing any more.
        """
        for _ in range(SILENCES):
            motors = self._wait()
            if motors is not None:
                return motors
            self._running.assert_running(f"{self._awaited} was awaited")
        raise VehicleError(
            f"no {self._awaited} from the autopilot for {SILENCES * PATIENCE:g} s (wall clock); it said last: "
            f"{self._running.read_last_words()}"
        )

    def _wait(self) -> Motors | None:
        try:
            return self._peer.wait()
        except VehicleError:
            # a program that has ended says more of it than its end of a connection
            self._running.settle(PATIENCE)
            self._running.assert_running(f"{self._awaited} was awaited")
            raise

    def answer(self, told: Any) -> None:  # noqa: ANN401 - as its plant gives it
        """Give it the motion that follows."""
        self._peer.answer(told)

    def leave_to(self, leave: Leave) -> None:
        """Call `leave` with the program's folder when it has ended."""
        self._running.leave_to(leave)

    def stop(self) -> None:
        """End it."""
        self._running.stop()
        self._peer.close()

    def kill(self) -> None:
        """End it at once."""
        self._running.kill()
        self._peer.close()
