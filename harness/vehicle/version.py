"""What the article says of its own firmware."""

from dataclasses import dataclass

from harness.vehicle.codec import Message


@dataclass(frozen=True, kw_only=True)
class Version:
    """AUTOPILOT_VERSION, self-reported.

    Attributes:
        firmware: major, minor, patch.
        firmware_hash: first 8 bytes of the firmware's hash, as hexadecimal.
        serial: hardware serial number.
        vendor: of the board.
        product: of the board.
        capabilities: MAV_PROTOCOL_CAPABILITY bits.
    """

    firmware: tuple[int, int, int]
    firmware_hash: str
    serial: int
    capabilities: int
    vendor: int = 0
    product: int = 0

    @classmethod
    def from_message(cls, message: Message) -> "Version":
        """From an AUTOPILOT_VERSION."""
        number = message.flight_sw_version
        return cls(
            firmware=(number >> 24 & 255, number >> 16 & 255, number >> 8 & 255),
            firmware_hash=bytes(message.flight_custom_version).hex(),
            serial=message.uid,
            capabilities=message.capabilities,
            vendor=message.vendor_id,
            product=message.product_id,
        )
