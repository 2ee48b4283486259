"""The firmware that runs."""

from harness.plugin.marks import requirement


@requirement("SUP-05")
def test_firmware_is_the_released_one(firmware, measure):
    """The image on the aircraft is the released, signed one, and it reports its true version."""
    image = firmware.compare_with_release()
    measure("hash_mismatches", image.hash_mismatches)
    measure("invalid_signatures", image.invalid_signatures)
    measure("version_mismatches", image.version_mismatches)
