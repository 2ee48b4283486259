"""What a bench is given of one unit: its label and secrets, its updates, and a programmer at its chips."""

from collections.abc import Callable

from harness.drone.article import Airframe, EmbeddedDrone
from harness.drone.firmware.package import Slot
from harness.drone.pairing import MODEL
from harness.errors import RigError


def read_label(airframe: Airframe) -> dict[str, str]:
    """What is printed on the unit."""
    return {"serial": airframe.recorder.element.serial, "model": MODEL, "mac": airframe.config.network.mac}


def read_secrets(airframe: Airframe) -> dict[str, bytes]:
    """Its credentials by name; the operator's are there after the first boot."""
    return {
        "operator's code": airframe.recorder.code.encode(),
        "storage passphrase": airframe.recorder.credential.encode(),
        "radio signing key": airframe.radio_key,
        "radio link key": airframe.link_key,
        "flash key": airframe.flash_key,
    }


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
