"""Images that were tampered with, and updates that were cut short."""

from harness.plugin.marks import requirement


@requirement("SUP-06")
def test_refuses_tampered_and_older_images(network, firmware, measure, interruption):
    """No bad image is installed or started, and an update that is cut short leaves one that starts."""
    measure("accepted_bad_images", network.offer_bad_images() + firmware.boot_bad_images())
    measure("failed_recoveries", network.interrupt_updates(cuts=interruption.cuts, within=interruption.within))
