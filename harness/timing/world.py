"""What a clock and a world are: the two protocols that every target implements."""

from typing import Protocol

from harness.timing.schedule import Schedule


class Clock(Protocol):
    """A clock that only goes forward."""

    def now(self) -> float:
        """Seconds since the world began, on the test clock."""
        ...


class World(Clock, Protocol):
    """The surroundings of a case: one clock, one schedule, and a way to let time pass."""

    @property
    def schedule(self) -> Schedule:
        """What is due when: delayed frames, heartbeats, gusts, blackouts."""
        ...

    def advance(self, until: float) -> float:
        """Let time pass to `until` or to the next due event, whichever is first.

        Events that are due at the new time have run when this returns.

        Returns:
            The new time in seconds.

        Raises:
            RigError: its source went silent. A wait finds out by itself when the clock stands still or goes back.
        """
        ...
