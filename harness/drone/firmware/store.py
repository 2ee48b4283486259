"""What is on the aircraft: two slots for images, which of them starts, and what the aircraft says about itself."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from harness.drone.firmware.anchor import RELEASE_SIGNATURE
from harness.drone.firmware.bill import make_bill, without_graph, without_supplier, write_bill
from harness.drone.firmware.components import COMPONENTS, CURRENT, VERSION
from harness.drone.firmware.image import build_image
from harness.drone.firmware.package import Rules, Slot, check_slot, make_statement, order_of
from harness.errors import VehicleError

BLOCK = 4096
RECORD_SIZE, SLOT_SIZE = BLOCK, 32 * BLOCK
_EMPTY = 0xFF


@dataclass(frozen=True, kw_only=True)
class UpdateConfig:
    """How updates are taken; all but what is shipped are defects.

    Attributes:
        rules: what the updater checks of a package.
        consent: whether an operator must ask for it.
        redirects: whether another host may be named that it comes from.
        two_slots: whether the running image is left alone until the new one is whole.
    """

    rules: Rules = field(default_factory=Rules)
    consent: bool = True
    redirects: bool = False
    two_slots: bool = True


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
        boot_rules: what the boot loader checks where it does.
        reported_version: what the aircraft says instead of its true version.
        update: how updates are taken.
    """

    sbom_missing_supplier: bool = False
    sbom_empty_graph: bool = False
    tampered: bool = False
    linked_library: str = ""
    rebuilt: bool = False
    verified_boot: bool = True
    boot_rules: Rules = field(default_factory=Rules)
    reported_version: str | None = None
    update: UpdateConfig = field(default_factory=UpdateConfig)


class FirmwareStore:
    """The firmware of one aircraft.

    Slot A is a chip of its own; a second chip holds the boot record in its first block, then slot B. The record says
    which slot starts and what the maker signed of each. The least version that may start is a counter of the secure
    element. The record is one block, so a power cut leaves the old one or the new one.
    """

    def __init__(self, config: FirmwareConfig) -> None:
        self.config = config
        self._released = build_image()
        self.restore()

    def restore(self) -> None:
        """As the factory leaves it: the release in slot A, slot B empty."""
        statement, signature = make_statement(CURRENT, self._released), bytes.fromhex(RELEASE_SIGNATURE)
        self._slots = [Slot(statement=statement, signature=signature, image=self._released), Slot()]
        self._active, self._least = 0, VERSION

    @property
    def running(self) -> Slot:
        """What starts, or runs."""
        return self._slots[self._active]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """What the boot loader may start."""
        return tuple(self._slots)

    @property
    def reported_version(self) -> str:
        """Version that the aircraft reports, "major.minor.patch"."""
        said = self.running.version
        known = said if len(order_of(said)) == len(order_of(VERSION)) else VERSION
        return known if self.config.reported_version is None else self.config.reported_version

    @property
    def reported_hash(self) -> bytes:
        """MAVLink ``AUTOPILOT_VERSION.flight_custom_version``: 8 bytes of the released image's SHA-256.

        Set at release as real autopilots do, never measured by the aircraft: a changed image still reports it.
        """
        released = self._released if self._active == 0 else self.running.image
        return hashlib.sha256(released).digest()[:8]

    def read_image(self) -> bytes:
        """A dump of what the flash really holds in the slot that starts."""
        return self._dump(self.running.image)

    def read_chip(self) -> bytes:
        """The chip of slot A."""
        return self._dump(self._slots[0].image)

    def _dump(self, image: bytes) -> bytes:
        if image != self._released:
            return image
        changed = bytearray(image)
        if self.config.tampered:
            changed[self._place("autopilot")] ^= 0x01
        if self.config.rebuilt:
            changed[self._place("boot-loader")] ^= 0x02
        text = self.config.linked_library.encode()
        start = self._place("companion")
        changed[start : start + len(text)] = text
        return bytes(changed)

    def _place(self, name: str) -> int:
        """An offset inside the file of a component, behind its mark."""
        component = next(item for item in COMPONENTS if item.name == name)
        return self._released.index(component.content()) + 1000

    def write_image(self, image: bytes) -> None:
        """Put another image into the chip of slot A, as a programmer at the chip does."""
        if image != self.read_chip():
            self._slots[0] = replace(self._slots[0], image=image)

    def read_spare(self) -> bytes:
        """The chip with the boot record and slot B."""
        signed = [{"statement": slot.statement.hex(), "signature": slot.signature.hex()} for slot in self._slots]
        record = json.dumps({"active": self._active, "slots": signed, "size": len(self._slots[1].image)}).encode()
        padded = record.ljust(RECORD_SIZE, bytes([_EMPTY]))
        return padded + self._slots[1].image.ljust(SLOT_SIZE, bytes([_EMPTY]))

    def write_spare(self, data: bytes) -> None:
        """Write that chip, as a programmer does; a record that cannot be read leaves no slot that starts."""
        try:
            record = json.loads(data[:RECORD_SIZE].rstrip(bytes([_EMPTY])))
            first, second = ({name: bytes.fromhex(text) for name, text in each.items()} for each in record["slots"])
            image = data[RECORD_SIZE : RECORD_SIZE + int(record["size"])]
            slots = [Slot(**first, image=self._slots[0].image), Slot(**second, image=image)]
            self._active = int(record["active"]) % len(slots)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            slots = [replace(slot, statement=b"", signature=b"") for slot in self._slots]
        self._slots = slots

    def program(self, slot: Slot) -> None:
        """Put image, statement and signature where they start next, past every check of the running aircraft."""
        self._slots[self._active] = slot

    def check_boot(self) -> None:
        """What the boot loader does before it starts an image: take the other slot where the first does not hold.

        Raises:
            VehicleError: neither image is a released one of this model and at least as new as the last.
        """
        patched = self.config.tampered or self.config.rebuilt or bool(self.config.linked_library)
        if patched or not self.config.verified_boot:
            return
        reasons = []
        for number in (self._active, 1 - self._active):
            try:
                check_slot(self._slots[number], self.config.boot_rules, self._least)
            except VehicleError as error:
                reasons.append(str(error))
                continue
            self._active = number
            self._least = max(self._least, self.running.version, key=order_of)
            return
        raise VehicleError(f"the boot loader refuses the firmware: its signature does not hold ({'; '.join(reasons)})")

    def begin_update(self, package: bytes) -> "Installation":
        """Check a package and begin to write it.

        Raises:
            VehicleError: it is refused.
        """
        slot = Slot.decode(package)
        check_slot(slot, self.config.update.rules, self.running.version)
        if len(slot.image) > SLOT_SIZE:
            raise VehicleError(f"the image is refused: it has {len(slot.image)} bytes, a slot {SLOT_SIZE}")
        return Installation(slot, self._write, in_place=not self.config.update.two_slots)

    def _write(self, slot: Slot, *, in_place: bool, whole: bool) -> None:
        number = self._active if in_place else 1 - self._active
        self._slots[number] = slot
        if whole:
            self._active = number

    def read_bill(self) -> bytes:
        """The bill as its maker publishes it beside the image (the image carries the bill of its build)."""
        bill = make_bill()
        if self.config.sbom_missing_supplier:
            bill = without_supplier(bill)
        if self.config.sbom_empty_graph:
            bill = without_graph(bill)
        return write_bill(bill)


class Installation:
    """An update on its way into a slot, a block at a time; the record follows when all is written."""

    def __init__(self, slot: Slot, write: Callable[..., None], *, in_place: bool) -> None:
        self._slot, self._write, self._in_place, self._done = slot, write, in_place, 0

    def step(self) -> bool:
        """Write one block more; whether that was the last."""
        self._done += BLOCK
        whole = self._done >= len(self._slot.image)
        part = replace(self._slot, image=self._slot.image[: self._done])
        self._write(part, in_place=self._in_place, whole=whole)
        return whole
