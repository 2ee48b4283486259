"""A companion that ties the aircraft to its maker's cloud: two seeded defects, both off as shipped."""

from typing import TYPE_CHECKING

from harness.drone.flight.state import Mode
from harness.drone.network.habits import Habits
from harness.drone.network.stack import NetworkStack
from harness.timing import Clock

if TYPE_CHECKING:
    from harness.drone.flight.flight import Flight

PERIOD = 1.0


class CloudTether:
    """Watches whether the maker's servers answer, and does to the flight what its `habits` say."""

    def __init__(self, flight: "Flight", network: NetworkStack, habits: Habits, clock: Clock) -> None:
        self._flight, self._network, self._habits, self._clock = flight, network, habits, clock
        self._answers, self._answered_at = 0, clock.now()
        self._let_go()

    def watch(self) -> None:
        """Look once; to be called every second."""
        answers = self._network.answers()
        if answers != self._answers:
            self._answers, self._answered_at = answers, self._clock.now()
        self._let_go()
        tether = self._habits.cloud_tether
        if tether is not None and self._flight.armed and self._clock.now() - self._answered_at > tether:
            self._flight.set_mode(Mode.RTL)

    def _let_go(self) -> None:
        self._flight.set_cloud_awaited(self._habits.arms_online_only and not self._answers)
