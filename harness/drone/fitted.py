"""What is really fitted in the embedded drone, as each part tells it on its bus or by its marking."""

from dataclasses import dataclass

# by which the autopilot tells itself, over MAVLink and on USB; 0x1209 is pid.codes, whose numbers are free to use
VENDOR_ID, PRODUCT_ID = 0x1209, 0x4642
AUTOPILOT_UID = 0x454D_4230_3031_0001
NETWORK_CARD = "02:00:00:00:00:02"
RADIO_USB, CAMERA_USB = "1209:4643", "1209:4644"
CONTROLLER_NODE, GNSS_NODE = "jp.example.dronecert.fc1", "jp.example.dronecert.gnss1"
RADIO_CERTIFICATE = "201-260001"


@dataclass(frozen=True, kw_only=True)
class FittedConfig:
    """The parts on each bus. It conforms as shipped; a defect fits another part.

    Attributes:
        usb: vendor and product of each device, four hex digits each.
        can: names that the DroneCAN nodes give (``uavcan.protocol.GetNodeInfo``).
        certificates: numbers on the plates of the radios.
    """

    usb: tuple[str, ...] = (f"{VENDOR_ID:04x}:{PRODUCT_ID:04x}", RADIO_USB, CAMERA_USB)
    can: tuple[str, ...] = (CONTROLLER_NODE, GNSS_NODE)
    certificates: tuple[str, ...] = (RADIO_CERTIFICATE,)

    def tell(self) -> tuple[tuple[str, str], ...]:
        """Kind and value of every identifier, as the parts give them."""
        return (
            *(("usb", value) for value in self.usb),
            *(("can", value) for value in self.can),
            *(("radio certificate", value) for value in self.certificates),
        )
