"""Updates of the embedded drone: what its operator sees and orders, and the programmer at its chips."""

from collections.abc import Callable

from harness.drone.article import Airframe, EmbeddedDrone
from harness.drone.firmware.package import Slot
from harness.errors import RigError


class EmbeddedUpdates:
    """Implements :class:`harness.targets.base.Updates`."""

    def __init__(self, airframe: Airframe, running: Callable[[], EmbeddedDrone]) -> None:
        self._firmware, self._running = airframe.firmware, running

    def read_offer(self) -> str:
        """The version on the operator's screen."""
        updater = self._running().updater
        return updater.offered if updater is not None else ""

    def consent(self) -> None:
        """Press the button on that screen."""
        updater = self._running().updater
        if updater is None:
            raise RigError("the article has no network yet: let it boot before its operator consents to an update")
        updater.consent()

    def read_running(self) -> bytes:
        """Dump the slot that runs."""
        self._running()
        return self._firmware.read_image()

    def read_slots(self) -> tuple[bytes, ...]:
        """Dump both slots."""
        return tuple(slot.image for slot in self._firmware.slots)

    def program(self, package: bytes) -> None:
        """Write the slot that starts next, at the chip."""
        self._firmware.program(Slot.decode(package))

    def restore(self) -> None:
        """Programme the unit as the factory does."""
        self._firmware.restore()
