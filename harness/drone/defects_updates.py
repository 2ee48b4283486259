"""Defects of firmware and its updates: each installs or starts a real image, or fails to."""

from harness.drone.defect import Defect, part
from harness.drone.firmware.package import Rules
from harness.drone.firmware.store import UpdateConfig

UPDATE_DEFECTS = (
    Defect(
        name="any-update",
        summary="installs any image whose CRC is right; the boot loader then falls back to the other slot",
        caught_by=("ENDP-11", "SUP-06"),
        change=part("firmware", update=UpdateConfig(rules=Rules(signature=False))),
    ),
    Defect(
        name="takes-older",
        summary="updater and boot loader take a signed image that is older than the one in place",
        caught_by=("ENDP-11", "SUP-06"),
        change=part("firmware", update=UpdateConfig(rules=Rules(monotonic=False)), boot_rules=Rules(monotonic=False)),
    ),
    Defect(
        name="takes-sister",
        summary="updater and boot loader take a signed image of a sister model",
        caught_by=("ENDP-11", "SUP-06"),
        change=part("firmware", update=UpdateConfig(rules=Rules(model=False)), boot_rules=Rules(model=False)),
    ),
    Defect(
        name="silent-update",
        summary="installs what its update host offers without asking the operator",
        caught_by=("ENDP-11",),
        also_touches={"SUP-06": "what installs itself at boot is over before the power is cut"},
        change=part("firmware", update=UpdateConfig(consent=False)),
    ),
    Defect(
        name="follows-redirects",
        summary="fetches an update from wherever its update host points to",
        caught_by=("ENDP-11",),
        change=part("firmware", update=UpdateConfig(redirects=True)),
    ),
    Defect(
        name="single-slot",
        summary="writes an update over the running image, so a power cut leaves nothing that starts",
        caught_by=("SUP-06",),
        change=part("firmware", update=UpdateConfig(two_slots=False)),
    ),
)
