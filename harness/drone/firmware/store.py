"""What is on the aircraft: the image in its flash and what it says about itself."""

import hashlib
from dataclasses import dataclass

from harness.drone.firmware.bill import make_bill, without_graph, without_supplier, write_bill
from harness.drone.firmware.components import COMPONENTS, VERSION
from harness.drone.firmware.image import build_image
from harness.errors import VehicleError


@dataclass(frozen=True, kw_only=True)
class FirmwareConfig:
    """How the aircraft's firmware departs from what its maker released; as made, not at all.

    Attributes:
        sbom_missing_supplier: the published bill names no maker for the radio modem.
        sbom_empty_graph: the published bill says nothing of what uses what.
        tampered: one byte of the autopilot was changed on the aircraft after release, the check at boot with it.
        rebuilt: the boot loader is of another build, under the version of the released one.
        linked_library: version text of a library that was linked into the companion after release, the check at boot
            changed with it; "" for none.
        verified_boot: False starts any image.
        reported_version: what the aircraft says instead of its true version.
    """

    sbom_missing_supplier: bool = False
    sbom_empty_graph: bool = False
    tampered: bool = False
    linked_library: str = ""
    rebuilt: bool = False
    verified_boot: bool = True
    reported_version: str | None = None


class FirmwareStore:
    """The firmware of one aircraft."""

    def __init__(self, config: FirmwareConfig) -> None:
        self._config = config
        self._released = self._image = build_image()

    @property
    def reported_version(self) -> str:
        """Version that the aircraft reports, "major.minor.patch"."""
        return VERSION if self._config.reported_version is None else self._config.reported_version

    @property
    def reported_hash(self) -> bytes:
        """MAVLink ``AUTOPILOT_VERSION.flight_custom_version``: 8 bytes of the released image's SHA-256.

        Set at release as real autopilots do, never measured by the aircraft: a changed image still reports it.
        """
        return hashlib.sha256(self._released).digest()[:8]

    def read_image(self) -> bytes:
        """A dump of what the flash really holds."""
        changed = bytearray(self._image)
        if self._config.tampered:
            changed[self._place("autopilot")] ^= 0x01
        if self._config.rebuilt:
            changed[self._place("boot-loader")] ^= 0x02
        text = self._config.linked_library.encode()
        start = self._place("companion")
        changed[start : start + len(text)] = text
        return bytes(changed)

    def _place(self, name: str) -> int:
        """An offset inside the file of a component, behind its mark."""
        component = next(item for item in COMPONENTS if item.name == name)
        return self._released.index(component.content()) + 1000

    def write_image(self, image: bytes) -> None:
        """Put another image into the flash, as a programmer at the chip does."""
        self._image = image

    def check_boot(self) -> None:
        """What the boot loader does before it starts the image.

        Raises:
            VehicleError: the image is not the released one.
        """
        patched = self._config.tampered or self._config.rebuilt or bool(self._config.linked_library)
        if self._config.verified_boot and not patched and self._image != self._released:
            raise VehicleError("the boot loader refuses the firmware: its signature does not hold")

    def read_bill(self) -> bytes:
        """The bill as its maker publishes it beside the image (the image carries the bill of its build)."""
        bill = make_bill()
        if self._config.sbom_missing_supplier:
            bill = without_supplier(bill)
        if self._config.sbom_empty_graph:
            bill = without_graph(bill)
        return write_bill(bill)
