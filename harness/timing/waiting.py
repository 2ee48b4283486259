"""The only waits there are: each has a deadline on the test clock and a name."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from harness.errors import HarnessError, RigError, RigTimeout, VehicleTimeout
from harness.timing.world import Clock, World

Condition = Callable[[], bool]

# a step may run what was overdue and leave the clock where it is, but not so often as this in a row
MOST_IDLE_STEPS = 1_000


@dataclass(frozen=True, kw_only=True)
class Wait:
    """What is awaited and who is to blame when it does not come.

    Attributes:
        name: what is awaited, as the error prints it.
        within: deadline in seconds of the test clock.
        wanted: the state that would end the wait.
        got: reads the present state, for the error only.
        blame: the error to raise at the deadline.
    """

    name: str
    within: float
    wanted: str = "true"
    got: Callable[[], object] = lambda: "not yet"
    blame: type[HarnessError] = VehicleTimeout


class Deadline:
    """A point on the test clock after which waiting is over.

    Raises:
        RigError: `within` is not a finite number of seconds.
    """

    def __init__(self, clock: Clock, within: float) -> None:
        if not math.isfinite(within):
            raise RigError(f"cannot wait for {within} s: a wait must be finite")
        self._clock = clock
        self.at = clock.now() + within

    def passed(self) -> bool:
        """Whether the clock has reached the deadline."""
        return self._clock.now() >= self.at


def wait_until(world: World, condition: Condition, wait: Wait) -> float:
    """Let time pass until `condition` holds; returns how many seconds that took.

    Raises:
        HarnessError: the one named by ``wait.blame``, when the deadline passes first.
        RigError: the clock of the world stands still or goes back.
    """
    start, deadline, steps = world.now(), Deadline(world, wait.within), _Steps(world)
    while not condition():
        if deadline.passed():
            raise wait.blame(_late(wait, world.now() - start))
        steps.take(deadline.at)
    return world.now() - start


def hold_for(world: World, condition: Condition, duration: float, wait: Wait) -> float:
    """Let time pass until `condition` has held without a break for `duration` seconds.

    Returns:
        Seconds from the call to the start of the unbroken hold.

    Raises:
        HarnessError: the one named by ``wait.blame``, when no such hold began in ``wait.within`` seconds.
        RigError: the clock of the world stands still or goes back.
    """
    start, deadline, steps = world.now(), Deadline(world, wait.within), _Steps(world)
    since, hold = start, None
    while True:
        if not condition():
            hold = None
            if deadline.passed():
                raise wait.blame(_late(wait, world.now() - start))
        elif hold is None:
            since, hold = world.now(), Deadline(world, duration)
        if hold is not None and hold.passed():
            return since - start
        steps.take((hold or deadline).at)


def run_for(world: World, duration: float) -> None:
    """Let exactly `duration` seconds pass.

    Raises:
        RigError: `duration` is not finite, or the clock of the world stands still or goes back.
    """
    end, steps = Deadline(world, duration), _Steps(world)
    while not end.passed():
        steps.take(end.at)


class _Steps:
    """The steps of one wait, each proven not to go back, and all of them not to stand still."""

    def __init__(self, world: World) -> None:
        self._world, self._idle = world, 0

    def take(self, until: float) -> None:
        before = self._world.now()
        after = self._world.advance(until)
        if after < before:
            raise RigTimeout(f"the test clock went back from {before:.3f} s to {after:.3f} s")
        self._idle = 0 if after > before else self._idle + 1
        if self._idle == MOST_IDLE_STEPS:
            raise RigTimeout(
                f"the test clock stands still at {before:.3f} s, asked {self._idle} times for {until:.3f} s: "
                "the target's clock source does not run"
            )


def _late(wait: Wait, elapsed: float) -> str:
    return f"waited {elapsed:.2f} s (test clock) for {wait.name}: wanted {wait.wanted}, got {wait.got()}"
