"""The embedded drone's firmware: what its maker built, signed and published, and what is on the aircraft.

The article's side only: writes its image and its bill of materials with code of its own, so that the judge in
``harness.supply`` has nothing to agree with by accident. Must not import anything of the harness.
"""

from harness.drone.firmware.bill import BILL_NAME
from harness.drone.firmware.components import VERSION
from harness.drone.firmware.image import VERSION_NAME, build_image
from harness.drone.firmware.store import FirmwareConfig, FirmwareStore

__all__ = ["BILL_NAME", "VERSION", "VERSION_NAME", "FirmwareConfig", "FirmwareStore", "build_image"]
