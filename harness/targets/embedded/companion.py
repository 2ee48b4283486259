"""The companion of the embedded drone, as an operator and a bench handle it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from harness.drone.network.memory import MADE, CompanionMemory

if TYPE_CHECKING:
    from harness.drone.article import EmbeddedDrone


class EmbeddedCompanion:
    """Hands on the companion; `drone` gives the one that is powered or raises RigError."""

    def __init__(self, memory: CompanionMemory, drone: Callable[[], "EmbeddedDrone"], now: Callable[[], float]) -> None:
        self._memory, self._drone, self._now = memory, drone, now

    def set_offline(self, offline: bool) -> None:
        """Switch the offline mode.

        Raises:
            RigError: the drone has no power.
        """
        self._drone().set_offline(offline)

    def is_offline(self) -> bool:
        """Whether it says that it is offline."""
        return self._memory.offline

    def set_clock(self, ahead: float) -> None:
        """Set the buffered clock so many s ahead of the test clock's date."""
        self._memory.date_offset = MADE + ahead

    def stand_by(self) -> None:
        """Switch autopilot and payload off, the companion stays on.

        Raises:
            RigError: the drone has no power.
        """
        self._drone().stand_by()

    def wake(self) -> None:
        """Boot the autopilot again.

        Raises:
            RigError: the drone has no power.
        """
        self._drone().wake()

    def reboot(self) -> None:
        """Restart the companion alone.

        Raises:
            RigError: the drone has no power.
        """
        self._drone().reboot_companion()
