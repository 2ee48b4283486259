"""AUTOPILOT_VERSION, read from a message."""

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.vehicle.version import Version


def test_fields():
    message = mavlink.MAVLink_autopilot_version_message(
        5, 0x040700FF, 0, 0, 0, [0x9F, 0x31, 0, 0, 0, 0, 0, 1], [0] * 8, [0] * 8, 0, 0, 12
    )
    version = Version.from_message(message)
    assert version == Version(firmware=(4, 7, 0), firmware_hash="9f31000000000001", serial=12, capabilities=5)
